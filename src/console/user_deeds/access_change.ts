import { noSuchUser } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";

/** The permissions that a user gains by a grant, or loses with one; sorted. */
export type AccessChange = { permissions: string[] };

type AccessDeps = { principals: PrincipalCache; evaluator: PermissionEvaluator };

/** What the user would gain by this role. @throws {Problem} `not_found` */
export async function gainOf(deps: AccessDeps, userId: string, role: string): Promise<AccessChange> {
  return await differenceBy(deps, userId, role, (given, others) => given.difference(others));
}

/** What the user would lose without this role: what no other active grant gives. @throws {Problem} `not_found` */
export async function lossOf(deps: AccessDeps, userId: string, role: string): Promise<AccessChange> {
  return await differenceBy(
    deps,
    userId,
    role,
    (given, others, isHeld) => isHeld ? given.difference(others) : new Set(),
  );
}

async function differenceBy(
  { principals, evaluator }: AccessDeps,
  userId: string,
  role: string,
  difference: (given: Set<string>, others: Set<string>, isHeld: boolean) => Set<string>,
): Promise<AccessChange> {
  const user = await principals.user(userId);
  if (!user) throw noSuchUser();
  const graph = await evaluator.graph();
  const active = evaluator.activeRoles(user);
  const others = new Set(active.filter((each) => each !== role).flatMap((each) => [...graph.permissionsOf(each)]));
  const changed = difference(new Set(graph.permissionsOf(role)), others, active.includes(role));
  return { permissions: [...changed].sort() };
}
