import type { Db } from "../platform/db.ts";
import { findRolesExcluded } from "./exclusion_store.ts";
import { insertGrants } from "./grant_store.ts";
import { userRole } from "./role_graph.ts";
import { listRoleNames, lockRoleGraph } from "./role_store.ts";

/** Somebody who moves in from another system, with the roles they had there; nobody grants those. */
export type Newcomer = { user: { id: string }; roles: string[] };

/** Every role there is. */
export async function roleNames(db: Db): Promise<Set<string>> {
  return new Set(await listRoleNames(db));
}

/**
 * Grants all newcomers their roles for good, in the transaction that makes the users. Whoever's roles exclude each other
 * gets `user` alone, and is answered.
 */
export async function grantToNewcomers<N extends Newcomer>(tx: Db, newcomers: N[]): Promise<Set<N>> {
  await lockRoleGraph(tx, "grant");
  const excluded = await newcomersExcluded(tx, newcomers);
  const rolesOf = (newcomer: N) => excluded.has(newcomer) ? [userRole] : newcomer.roles;
  await insertGrants(tx, newcomers.flatMap((each) => rolesOf(each).map((role) => ({ user_id: each.user.id, role }))));
  return excluded;
}

/** Those whose roles, with all that they inherit, exclude each other (INCITS 359 §6.3). */
export async function newcomersExcluded<N extends Newcomer>(db: Db, newcomers: N[]): Promise<Set<N>> {
  const excluded = new Set<N>();
  for (const alike of Map.groupBy(newcomers, ({ roles }) => roles.join()).values()) {
    const { roles } = alike[0]!;
    if (roles.length > 1 && await findRolesExcluded(db, roles)) alike.forEach((each) => excluded.add(each));
  }
  return excluded;
}
