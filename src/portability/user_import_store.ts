import type { Db } from "../platform/db/db.ts";
import type { Identifiers } from "../vocabulary/identifiers.ts";

/** The canonical names of a user, and the external id. */
export type KnownNames = Pick<Identifiers, "username_canonical" | "email_canonical"> & { external_id: string | null };

/** A row of the `users` table of the system that Sentinel replaces, with all values as text. */
export type SeedRow = {
  username: string | null;
  email: string | null;
  hashed_password: string | null;
  role?: string | null;
  is_active?: string | null;
};

/** A user who moves in. */
export type MovingUser = Identifiers & {
  id: string;
  password_hash: string | null;
  disabled: boolean;
  email_verified: boolean;
  external_id: string | null;
  created_at: string | null;
};

/** The next rows of the old system's `users` table after this id. `db` is that system's database. */
export function listSeedUsers(db: Db, after: string | null, limit: number): Promise<(SeedRow & { id: string })[]> {
  return db.query(
    "list_seed_users",
    `select id::text as id, username::text as username, email::text as email, hashed_password::text as hashed_password,
            role::text as role, is_active::text as is_active
     from users where $1::bigint is null or users.id > $1 order by users.id limit $2`,
    [after, limit],
  );
}

/** Users with one of these canonical usernames, e-mail addresses or external ids. */
export function listNamesakes(db: Db, users: KnownNames[]): Promise<KnownNames[]> {
  const columns = ["username_canonical", "email_canonical", "external_id"] as const;
  return db.query(
    "list_namesakes",
    columns.map((column, index) =>
      `select username_canonical, email_canonical, external_id from users where ${column} = any ($${index + 1}::text[])`
    ).join(" union "),
    columns.map((column) => users.map((user) => user[column])),
  );
}

/**
 * Inserts the users whose names and ids are free, and returns their ids. No account is older than the epoch or newer
 * than now.
 */
export async function insertMovingUsers(db: Db, users: MovingUser[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    "insert_moving_users",
    `insert into users (id, username, username_canonical, email, email_canonical, password_hash, disabled_at,
       email_verified_at, external_id, created_at)
     select u.id, u.username, u.username_canonical, u.email, u.email_canonical, u.password_hash,
            case when u.disabled then now() end, case when u.email_verified then now() end, u.external_id,
            case when u.created_at between to_timestamp(0) and now() then u.created_at else now() end
     from json_to_recordset($1) as u (id uuid, username text, username_canonical text, email text,
       email_canonical text, password_hash text, disabled boolean, email_verified boolean, external_id text,
       created_at timestamptz)
     on conflict do nothing returning id`,
    [JSON.stringify(users)],
  );
  return new Set(rows.map(({ id }) => id));
}
