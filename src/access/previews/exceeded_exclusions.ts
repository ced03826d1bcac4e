import type { Db } from "../../platform/db/db.ts";
import type { UserKind } from "../../vocabulary/actor.ts";
import type { RoleGraph } from "../roles/role_graph.ts";
import { listExclusionsOfAny, listUsersExceeding, type NamedUser } from "./preview_store.ts";

/**
 * An exclusion that a change would violate: the roles that would give too many of its roles, and users who would hold
 * them.
 */
export type ExceededExclusion = {
  id: string;
  description: string;
  at_most: number;
  members: string[];
  roles: string[];
  users: NamedUser[];
};

/** At most so many roles and users are named for each exclusion. */
const namedMax = 50;

/** The exclusions that `after` would violate, among those of the role and its ancestors (INCITS 359 §6.3). */
export async function exceededExclusions(
  db: Db,
  { role, after, seen }: { role: string; after: RoleGraph; seen: ReadonlySet<UserKind> },
): Promise<ExceededExclusion[]> {
  const exceeded: ExceededExclusion[] = [];
  for (const { id, description, at_most, roles: members } of await listExclusionsOfAny(db, after.lineage(role))) {
    const giving = members.flatMap((member) => [...after.heirsOf(member)].map((role) => ({ role, member })));
    const users = await listUsersExceeding(db, giving, at_most, namedMax);
    const roles = [...Map.groupBy(giving, ({ role }) => role)].filter(([, given]) => given.length > at_most)
      .map(([role]) => role).sort();
    if (roles.length === 0 && users.length === 0) continue;
    const named = users.filter(({ kind }) => seen.has(kind));
    exceeded.push({ id, description, at_most, members, roles: roles.slice(0, namedMax), users: named });
  }
  return exceeded;
}
