import type { Db } from "../platform/db.ts";

/** What a login needs to know of a user. */
export type LoginRow = { id: string; password_hash: string; disabled: boolean };

/** A session about to be stored; it lives `ttl_seconds` by the database's clock. */
export type NewSession = {
  id: string;
  user_id: string;
  refresh_seed: Uint8Array;
  secret_id: string;
  ttl_seconds: number;
  ip: string | null;
  user_agent: string | null;
};

/** The user whose canonical e-mail (with an `@`) or canonical username this is. */
export async function findLogin(db: Db, canonical: string): Promise<LoginRow | undefined> {
  const column = canonical.includes("@") ? "email_canonical" : "username_canonical";
  const [row] = await db.query<LoginRow>(
    "find_login",
    `select id, password_hash, disabled_at is not null as disabled from users where ${column} = $1`,
    [canonical],
  );
  return row;
}

/** Keeps the user as they are until the transaction ends, and reads what a token says of them. */
export async function lockUserForMint(
  db: Db,
  userId: string,
): Promise<LoginRow & { roles: string[]; now: number } | undefined> {
  const [row] = await db.query<LoginRow & { roles: string[]; now: number }>(
    "lock_user_for_mint",
    `select id, password_hash, disabled_at is not null as disabled,
            array(select role from grants g where g.user_id = u.id and (expires_at is null or expires_at > now()) order by role) as roles,
            extract(epoch from now())::float8 as now
     from users u where id = $1 for share`,
    [userId],
  );
  return row;
}

export async function insertSession(db: Db, session: NewSession): Promise<void> {
  await db.query(
    "insert_session",
    `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at, ip, user_agent)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5), $6, $7)`,
    [
      session.id,
      session.user_id,
      session.refresh_seed,
      session.secret_id,
      session.ttl_seconds,
      session.ip,
      session.user_agent,
    ],
  );
}

/** Ends every session of the user and answers their ids. */
export async function revokeSessions(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_sessions",
    "update sessions set revoked_at = now() where user_id = $1 and revoked_at is null returning id",
    [userId],
  );
  return rows.map(({ id }) => id);
}

/** Replaces the hash, unless it is no longer `expected`: a password changed meanwhile wins (T194). */
export async function updatePasswordHash(db: Db, userId: string, expected: string, hash: string): Promise<void> {
  await db.query(
    "update_password_hash",
    "update users set password_hash = $3 where id = $1 and password_hash = $2",
    [userId, expected, hash],
  );
}

/** Every kind of password hash now stored, each found by one step in the index. */
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
