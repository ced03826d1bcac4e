import type { Db } from "../../platform/db/db.ts";

/** A page of active users with an active grant of one of the roles, in the order of their ids, after `after`. */
export async function listHolders(db: Db, roles: string[], after: string | null, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "list_holders",
    `select u.id from users u
     where ($2::uuid is null or u.id > $2) and u.disabled_at is null and exists (
       select from active_grants g where g.user_id = u.id and g.role = any($1)
     )
     order by u.id limit $3`,
    [roles, after, limit],
  );
  return rows.map(({ id }) => id);
}

/** A user by what they are called, with roles that give permissions of Sentinel itself. */
export type PrivilegedAccount = { name: string; roles: string[] };

/** The users with one of these roles now, by what they are called, and which of the roles. */
export function listPrivilegedAccounts(db: Db, roles: string[]): Promise<PrivilegedAccount[]> {
  return db.query(
    "list_privileged_accounts",
    `select coalesce(u.username, u.email, u.service_name) as name, array_agg(g.role order by g.role) as roles
     from active_grants g join users u on u.id = g.user_id
     where g.role = any($1) group by u.id order by coalesce(u.username_canonical, u.email_canonical, u.service_name)`,
    [roles],
  );
}
