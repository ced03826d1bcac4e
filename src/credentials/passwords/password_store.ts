import type { Db } from "../../platform/db/db.ts";

/** Stores a new password if the hash is still `expected`, and returns whether it is. */
export async function updatePasswordHash(db: Db, userId: string, expected: string, hash: string): Promise<boolean> {
  const rows = await db.query(
    "update_password_hash",
    `update users set password_hash = $3, credential_epoch = credential_epoch + 1, updated_at = now()
     where id = $1 and password_hash = $2 returning id`,
    [userId, expected, hash],
  );
  return rows.length > 0;
}

/** Stores another hash of the same password if the hash is still `expected`, and returns whether it is. */
export async function updateRehashed(db: Db, userId: string, expected: string, hash: string): Promise<boolean> {
  const rows = await db.query(
    "update_rehashed",
    "update users set password_hash = $3, updated_at = now() where id = $1 and password_hash = $2 returning id",
    [userId, expected, hash],
  );
  return rows.length > 0;
}

/** Stores a new password even if the hash has changed since it was read. */
export async function overwritePasswordHash(db: Db, id: string, hash: string): Promise<void> {
  await db.query(
    "overwrite_password_hash",
    `update users set password_hash = $2, credential_epoch = credential_epoch + 1, updated_at = now() where id = $1`,
    [id, hash],
  );
}

/** Takes the password away. */
export async function updatePasswordRemoved(db: Db, id: string): Promise<void> {
  await db.query(
    "update_password_removed",
    `update users set password_hash = null, credential_epoch = credential_epoch + 1, updated_at = now() where id = $1`,
    [id],
  );
}

/** Null of a user without a password. */
export async function findPasswordHash(db: Db, userId: string): Promise<string | null | undefined> {
  const [row] = await db.query<{ password_hash: string | null }>(
    "find_password_hash",
    "select password_hash from users where id = $1",
    [userId],
  );
  return row?.password_hash;
}

/** All kinds of stored password hashes, each found by one step in the index. */
export async function listPasswordSchemes(db: Db): Promise<string[]> {
  const rows = await db.query<{ scheme: string }>(
    "list_password_schemes",
    `with recursive schemes as (
       (select password_scheme as scheme from users where password_scheme is not null order by 1 limit 1)
       union all
       select (select password_scheme from users where password_scheme > s.scheme order by 1 limit 1)
       from schemes s where s.scheme is not null
     )
     select scheme from schemes where scheme is not null`,
  );
  return rows.map(({ scheme }) => scheme);
}
