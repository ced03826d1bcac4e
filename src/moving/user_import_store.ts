import type { Db } from "../platform/db.ts";

/** A row of the `users` table of the system that Sentinel replaces, its values as text. */
export type SeedRow = {
  username: string | null;
  email: string | null;
  hashed_password: string | null;
  role?: string | null;
  is_active?: string | null;
};

/** A user who moves in, with both spellings of each identifier. */
export type MovingUser = {
  id: string;
  username: string;
  username_canonical: string;
  email: string;
  email_canonical: string;
  password_hash: string;
  disabled: boolean;
};

/** The next rows of the old system's `users` table after this id; `db` is that system's database. */
export function listSeedUsers(db: Db, after: string | null, limit: number): Promise<(SeedRow & { id: string })[]> {
  return db.query(
    "list_seed_users",
    `select id::text as id, username::text as username, email::text as email, hashed_password::text as hashed_password,
            role::text as role, is_active::text as is_active
     from users where $1::bigint is null or users.id > $1 order by users.id limit $2`,
    [after, limit],
  );
}

/** Users who have one of these canonical names or addresses. */
export function listHolders(
  db: Db,
  usernames: string[],
  emails: string[],
): Promise<{ username_canonical: string; email_canonical: string }[]> {
  return db.query(
    "list_holders",
    `select username_canonical, email_canonical from users where username_canonical = any ($1)
     union
     select username_canonical, email_canonical from users where email_canonical = any ($2)`,
    [usernames, emails],
  );
}

/** Inserts those whose name and address nobody has, and answers their ids. */
export async function insertMovingUsers(db: Db, users: MovingUser[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    "insert_moving_users",
    `insert into users (id, username, username_canonical, email, email_canonical, password_hash, disabled_at)
     select u.id, u.username, u.username_canonical, u.email, u.email_canonical, u.password_hash,
            case when u.disabled then now() end
     from json_to_recordset($1) as u (id uuid, username text, username_canonical text, email text,
       email_canonical text, password_hash text, disabled boolean)
     on conflict do nothing returning id`,
    [JSON.stringify(users)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Grants each user the role beside them, for good. */
export async function insertGrantPairs(db: Db, pairs: { user_id: string; role: string }[]): Promise<void> {
  await db.query(
    "insert_grant_pairs",
    `insert into grants (user_id, role)
     select user_id, role from json_to_recordset($1) as g (user_id uuid, role text) on conflict do nothing`,
    [JSON.stringify(pairs)],
  );
}

/** Every role there is. */
export async function listRoleNames(db: Db): Promise<string[]> {
  const rows = await db.query<{ name: string }>("list_role_names", "select name from roles");
  return rows.map(({ name }) => name);
}

/** Holds the role graph still, together with others who grant. */
export async function lockRoleGraph(db: Db): Promise<void> {
  await db.query("lock_role_graph", "select from role_graph for share");
}

/** Whether these roles together, with all that they inherit, break an exclusion. */
export async function findRolesExcluded(db: Db, roles: string[]): Promise<boolean> {
  const rows = await db.query(
    "find_roles_excluded",
    `with recursive held (role) as (
       select unnest($1::text[]) collate "C" union select p.parent from held h join role_parents p on p.role = h.role
     )
     select 1 from role_exclusions e join role_exclusion_members m on m.exclusion_id = e.id join held using (role)
     group by e.id having count(*) > e.at_most limit 1`,
    [roles],
  );
  return rows.length > 0;
}
