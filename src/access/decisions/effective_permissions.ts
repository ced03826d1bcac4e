import type { Principal, UserKind } from "../../vocabulary/actor.ts";
import { noSuchUser } from "../authority/authority.ts";
import { isoTime } from "./decisions.ts";
import type { PrincipalCache } from "../principals/principal_cache.ts";
import type { PermissionEvaluator } from "../roles/permission_evaluator.ts";

/** A grant that gives the permission. `path`, for callers who may read roles: from its role to one that holds it. */
export type Source = { role: string; expires_at: string | null; path?: string[] };

/** A permission that a user holds, and every grant that gives it. */
export type EffectivePermission = { permission: string; sources: Source[] };

export type EffectivePermissions = ReturnType<typeof createEffectivePermissions>;

/** Lists what a user may do, and why. */
export function createEffectivePermissions(
  { principals, evaluator }: { principals: PrincipalCache; evaluator: PermissionEvaluator },
) {
  return { list };

  /**
   * The permissions of the user, who is of this kind, by name after `after`; a disabled user has none. @throws
   * {Problem} `not_found`
   */
  async function list(userId: string, after: string | null, limit: number, caller: Principal, kind: UserKind) {
    const seesRoles = await evaluator.holds(caller, "roles:read");
    const user = await principals.user(userId);
    if (user?.kind !== kind) throw noSuchUser(kind);
    const graph = await evaluator.graph();
    const grants = user.disabled ? [] : evaluator.activeGrants(user);
    const held = new Set(grants.flatMap(({ role }) => [...graph.permissionsOf(role)]));
    const names = [...held].filter((name) => after === null || name > after).sort().slice(0, limit);
    return names.map((permission) => ({
      permission,
      sources: grants.flatMap(({ role, expires_at }) => {
        const path = graph.path(role, permission);
        return path ? [{ role, expires_at: isoTime(expires_at), ...(seesRoles && { path }) }] : [];
      }),
    }));
  }
}
