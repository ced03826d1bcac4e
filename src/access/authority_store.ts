import type { Db } from "../platform/db.ts";

/** Keeps everybody else from changing administrators until this transaction ends, and nobody from naming their role. */
export async function lockAdministrators(db: Db): Promise<void> {
  await db.query("lock_administrators", "select from roles where name = 'admin' for no key update");
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

/** Holds these users and their grants still, in the order of their ids, and answers which of them there are. */
export async function lockUsers(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "lock_users",
    "select id from users where id = any($1::uuid[]) order by id for no key update",
    [ids],
  );
  return rows.map(({ id }) => id);
}

/**
 * What somebody must hold: the permission that the deed takes, now; and all that these roles give, these permissions,
 * and all that this user holds, now or, where that is said, until then, null being for good.
 */
export type Asked = {
  permission: string;
  roles?: string[];
  permissions?: string[];
  userId?: string;
  until?: Date | null;
};

/** Whether the actor is active and holds all that is asked, by the grants and roles of this very statement. */
export async function findHoldsAll(db: Db, actorId: string, asked: Asked): Promise<boolean> {
  const { permission, roles = [], permissions = [], userId = null, until } = asked;
  const end = until === undefined ? "-infinity" : until?.toISOString() ?? "infinity";
  const [row] = await db.query<{ holds_all: boolean }>(
    "find_holds_all",
    `with recursive
     active as (
       select user_id, role, coalesce(expires_at, 'infinity') as until from grants
       where user_id in ($1, $4) and (expires_at is null or expires_at > statement_timestamp())
     ),
     held (role, until) as (
       select role, until from active join users u on u.id = user_id where user_id = $1 and u.disabled_at is null
       union
       select p.parent, h.until from held h join role_parents p on p.role = h.role
     ),
     asked (role) as (
       (select unnest($2::text[]) collate "C" union select role from active where user_id = $4)
       union
       select p.parent from asked a join role_parents p on p.role = a.role
     )
     select exists (
       select from held h left join role_permissions p on p.role = h.role and p.permission = $5
       where h.role = 'admin' or p.permission is not null
     ) and (
       exists (select from held where role = 'admin' and until >= $6) or (
         not exists (select from asked where role = 'admin') and not exists (
           (select permission from role_permissions join asked using (role) union select unnest($3::text[]))
           except
           select permission from role_permissions join held using (role) where until >= $6
         )
       )
     ) as holds_all`,
    [actorId, roles, permissions, userId, permission, end],
  );
  return row!.holds_all;
}
