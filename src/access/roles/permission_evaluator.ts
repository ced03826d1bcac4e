import type { Clock } from "../../platform/clock.ts";
import type { Db } from "../../platform/db/db.ts";
import { createCachedValue } from "../../platform/cache/cached_value.ts";
import type { CacheValidity } from "../../platform/cache/cache_validity.ts";
import type { Principal, PrincipalUser } from "../../vocabulary/actor.ts";
import { listPermissionNames } from "../permissions/permission_store.ts";
import { createRoleGraph, type RoleGraph } from "./role_graph.ts";
import { listRoles } from "./role_store.ts";

export { adminRole } from "../authority/authority.ts";
export { userRole } from "./role_graph.ts";

export type PermissionEvaluator = ReturnType<typeof createPermissionEvaluator>;

/** A grant of a user in memory. */
export type Grant = PrincipalUser["grants"][number];

/** Evaluates what a user may do, from the whole role graph in memory. It denies by default. */
export function createPermissionEvaluator(
  { db, clock, cacheValidity }: { db: Db; clock: Clock; cacheValidity: CacheValidity },
) {
  const graph = createCachedValue(async () => {
    const [rows, permissions] = await Promise.all([listRoles(db), listPermissionNames(db)]);
    return createRoleGraph(rows, permissions);
  }, cacheValidity);

  return { graph: graph.get, forget: graph.forget, activeGrants, activeRoles, holds, rightsOf, grantGiving };

  /** A grant expires at its end by itself, without a change in the database. */
  function activeGrants({ grants }: PrincipalUser): Grant[] {
    return grants.filter(isActive);
  }

  function activeRoles(user: PrincipalUser): string[] {
    return activeGrants(user).map(({ role }) => role);
  }

  /** Whether an active role gives the permission, itself or by inheritance, and the scopes include it. */
  function holds({ user, scopes }: Pick<Principal, "user" | "scopes">, permission: string): boolean | Promise<boolean> {
    if (scopes && !scopes.has(permission)) return false;
    const known = graph.get();
    if (known instanceof Promise) return known.then((graph) => grantGiving(graph, user, permission) !== undefined);
    return grantGiving(known, user, permission) !== undefined;
  }

  /** Which permissions the user holds, as {@link holds}, from one reading of the role graph. */
  async function rightsOf(
    { user, scopes }: Pick<Principal, "user" | "scopes">,
  ): Promise<(permission: string) => boolean> {
    const known = await graph.get();
    return (permission) => (!scopes || scopes.has(permission)) && grantGiving(known, user, permission) !== undefined;
  }

  function grantGiving(known: RoleGraph, { grants }: PrincipalUser, permission: string): Grant | undefined {
    const giving = known.rolesGiving(permission);
    return grants.find((grant) => giving.has(grant.role) && isActive(grant));
  }

  function isActive({ expires_at }: Grant): boolean {
    return expires_at === null || expires_at > clock.now();
  }
}
