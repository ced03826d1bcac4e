import type { Db } from "../platform/db.ts";

/** One role with what it holds itself and whom it inherits from. */
export type RoleRow = { name: string; permissions: string[]; parents: string[] };

/** Every role of the graph. */
export function listRoles(db: Db): Promise<RoleRow[]> {
  return db.query<RoleRow>(
    "list_roles",
    `select r.name,
            array(select permission from role_permissions p where p.role = r.name) as permissions,
            array(select parent from role_parents p where p.role = r.name) as parents
     from roles r`,
  );
}

/** Holds the role graph still while a grant is made. */
export async function lockRoleGraphForGrant(db: Db): Promise<void> {
  await db.query("lock_role_graph_for_grant", "select from role_graph for share");
}

/** Keeps everybody else from counting or changing administrators until this transaction ends. */
export async function lockAdministrators(db: Db): Promise<void> {
  await db.query("lock_administrators", "select from roles where name = 'admin' for update");
}

/** Active administrators: not disabled, and with a grant that has no end. */
export async function countAdministrators(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_administrators",
    `select count(*)::int as count from grants g join users u on u.id = g.user_id
     where g.role = 'admin' and g.expires_at is null and u.disabled_at is null`,
  );
  return row!.count;
}

/** Grants the role for good; an existing grant loses its end. */
export async function insertGrant(db: Db, userId: string, role: string): Promise<void> {
  await db.query(
    "insert_grant",
    `insert into grants (user_id, role) values ($1, $2)
     on conflict (user_id, role) do update set expires_at = null`,
    [userId, role],
  );
}
