import type { Db } from "../platform/db.ts";

/** A user about to be stored, with both spellings of each identifier. */
export type NewUser = {
  id: string;
  username: string;
  username_canonical: string;
  email: string;
  email_canonical: string;
  password_hash: string;
};

/** A user as operators list them. */
export type UserRow = {
  id: string;
  username: string;
  email: string;
  roles: string[];
  created_at: Date;
  disabled_at: Date | null;
};

/** Which of the two identifiers somebody has already. */
export async function findTaken(db: Db, usernameCanonical: string, emailCanonical: string) {
  const [row] = await db.query<{ username_taken: boolean; email_taken: boolean }>(
    "find_taken",
    `select exists (select from users where username_canonical = $1) as username_taken,
            exists (select from users where email_canonical = $2) as email_taken`,
    [usernameCanonical, emailCanonical],
  );
  return row!;
}

/** Inserts the user and answers when. */
export async function insertUser(db: Db, user: NewUser): Promise<{ created_at: Date }> {
  const [row] = await db.query<{ created_at: Date }>(
    "insert_user",
    `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
     values ($1, $2, $3, $4, $5, $6) returning created_at`,
    [user.id, user.username, user.username_canonical, user.email, user.email_canonical, user.password_hash],
  );
  return row!;
}

/** Locks the user whose canonical username or e-mail address this is. */
export async function lockUserByName(
  db: Db,
  canonical: string,
): Promise<{ id: string; disabled: boolean } | undefined> {
  const [row] = await db.query<{ id: string; disabled: boolean }>(
    "lock_user_by_name",
    `select id, disabled_at is not null as disabled from users
     where username_canonical = $1 or email_canonical = $1 for update`,
    [canonical],
  );
  return row;
}

export async function updateDisabled(db: Db, id: string, disabled: boolean): Promise<void> {
  await db.query(
    "update_disabled",
    "update users set disabled_at = case when $2 then now() end, updated_at = now() where id = $1",
    [id, disabled],
  );
}

export async function updatePassword(db: Db, id: string, hash: string): Promise<void> {
  await db.query("update_password", "update users set password_hash = $2, updated_at = now() where id = $1", [
    id,
    hash,
  ]);
}

/** A page of users in the order of their canonical names, after `after`. */
export function listUsers(db: Db, after: string, limit: number): Promise<(UserRow & { username_canonical: string })[]> {
  return db.query(
    "list_users",
    `select id, username, username_canonical, email, created_at, disabled_at,
            array(select role from grants g where g.user_id = u.id order by role) as roles
     from users u where username_canonical > $1 order by username_canonical limit $2`,
    [after, limit],
  );
}

/** The user whose canonical username or e-mail address this is. */
export async function findUserByName(
  db: Db,
  canonical: string,
): Promise<{ id: string; username: string; email: string } | undefined> {
  const [row] = await db.query<{ id: string; username: string; email: string }>(
    "find_user_by_name",
    "select id, username, email from users where username_canonical = $1 or email_canonical = $1",
    [canonical],
  );
  return row;
}
