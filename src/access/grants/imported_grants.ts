import { permissions } from "../../vocabulary/dictionary.ts";
import type { Db } from "../../platform/db/db.ts";
import { findRolesExcluded } from "../exclusions/violation_store.ts";
import { insertGrants } from "./grant_store.ts";
import { listPrivilegedAccounts, type PrivilegedAccount } from "./holder_store.ts";
import { createRoleGraph, userRole } from "../roles/role_graph.ts";
import { listRoles, lockRoleGraph } from "../roles/role_store.ts";

export type { PrivilegedAccount };

/** A user imported from another system, with the roles in that system. No actor grants these. */
export type Newcomer = { user: { id: string }; roles: string[] };

/** The roles that exist, and those that give a permission of Sentinel itself, directly or by inheritance. */
export type KnownRoles = { known: Set<string>; privileged: Set<string> };

/** All roles as they are now. */
export async function knownRoles(db: Db): Promise<KnownRoles> {
  const rows = await listRoles(db);
  const own = Object.keys(permissions);
  const { rolesGiving } = createRoleGraph(rows, own);
  return {
    known: new Set(rows.map(({ name }) => name)),
    privileged: new Set(own.flatMap((permission) => [...rolesGiving(permission)])),
  };
}

/** All roles, locked until this transaction ends. */
export async function lockedRoles(tx: Db): Promise<KnownRoles> {
  await lockRoleGraph(tx, "grant");
  return await knownRoles(tx);
}

/** Grants new users what {@link lockedRoles} returned. Returns those who get only `user`, as their roles conflict. */
export async function grantToNewcomers<N extends Newcomer>(tx: Db, newcomers: N[]): Promise<Set<N>> {
  const excluded = await newcomersExcluded(tx, newcomers);
  const rolesOf = (newcomer: N) => excluded.has(newcomer) ? [userRole] : newcomer.roles;
  await insertGrants(tx, newcomers.flatMap((each) => rolesOf(each).map((role) => ({ user_id: each.user.id, role }))));
  return excluded;
}

/** The users whose roles, with all that they inherit from, exclude each other (INCITS 359 §6.3). */
export async function newcomersExcluded<N extends Newcomer>(db: Db, newcomers: N[]): Promise<Set<N>> {
  const excluded = new Set<N>();
  for (const alike of Map.groupBy(newcomers, ({ roles }) => roles.join()).values()) {
    const { roles } = alike[0]!;
    if (roles.length > 1 && await findRolesExcluded(db, roles)) alike.forEach((each) => excluded.add(each));
  }
  return excluded;
}

/** Every account with roles that give permissions of Sentinel itself, by name. */
export async function privilegedAccounts(db: Db): Promise<PrivilegedAccount[]> {
  return await listPrivilegedAccounts(db, [...(await knownRoles(db)).privileged]);
}
