import type { Db } from "../platform/db.ts";

/** What a login needs to know of a user; `known` tells whether they logged in from this network within 30 days. */
export type LoginRow = { id: string; password_hash: string; disabled: boolean; known: boolean };

/** Seconds for which an address that somebody logged in from is known. */
export const knownSeconds = 30 * 24 * 60 * 60;

const isRecent = `s.created_at > now() - make_interval(secs => ${knownSeconds})`;

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

/** The user whose canonical e-mail (with an `@`) or canonical username this is; `network` in CIDR notation. */
export async function findLogin(db: Db, canonical: string, network: string | null): Promise<LoginRow | undefined> {
  const column = canonical.includes("@") ? "email_canonical" : "username_canonical";
  const [row] = await db.query<LoginRow>(
    "find_login",
    `select id, password_hash, disabled_at is not null as disabled,
            exists (
              select from sessions s
              where s.user_id = u.id and ${isRecent} and split_part(s.ip, '%', 1)::inet <<= $2::cidr -- % begins a zone
            ) as known
     from users u where ${column} = $1`,
    [canonical, network],
  );
  return row;
}

/** From where the user logged in within 30 days. */
export async function listKnownAddresses(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ ip: string }>(
    "list_known_addresses",
    `select distinct s.ip from sessions s where s.user_id = $1 and s.ip is not null and ${isRecent}`,
    [userId],
  );
  return rows.map(({ ip }) => ip);
}

/** What a first token says of a user. `now` in seconds since the epoch. */
export type MintRow = { id: string; password_hash: string; disabled: boolean; roles: string[]; now: number };

/** Keeps the user as they are until the transaction ends, other logins out, and reads what a token says of them. */
export async function lockUserForMint(db: Db, userId: string): Promise<MintRow | undefined> {
  const [row] = await db.query<MintRow>(
    "lock_user_for_mint",
    `select id, password_hash, disabled_at is not null as disabled,
            array(select role from grants g where g.user_id = u.id and (expires_at is null or expires_at > now()) order by role) as roles,
            extract(epoch from now())::float8 as now
     from users u where id = $1 for no key update`,
    [userId],
    { keepPlan: true },
  );
  return row;
}

/** Not revoked, within its idle and its absolute time; `idleSeconds` is a parameter's place. */
const isLive = (idleSeconds: string) =>
  `revoked_at is null and expires_at > now() and last_seen_at > now() - make_interval(secs => ${idleSeconds})`;

/** Sessions that one login ends at most: where the cap is new to somebody with many, the next logins end the others. */
const endedMax = 200;

/**
 * Stores the session, and ends the user's live sessions but the `kept` newest, whose ids it answers; ids are in the order
 * of time.
 */
export async function insertSession(
  db: Db,
  session: NewSession,
  { kept, idleSeconds }: { kept: number; idleSeconds: number },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "insert_session",
    `with begun as (
       insert into sessions (id, user_id, refresh_seed, secret_id, expires_at, ip, user_agent)
       values ($1, $2, $3, $4, now() + make_interval(secs => $5), $6, $7)
     )
     update sessions set revoked_at = now()
     where revoked_at is null and id in (
       select id from sessions where user_id = $2 and ${isLive("$9")} order by id desc offset $8 limit ${endedMax}
     ) returning id`,
    [
      session.id,
      session.user_id,
      session.refresh_seed,
      session.secret_id,
      session.ttl_seconds,
      session.ip,
      session.user_agent,
      kept,
      idleSeconds,
    ],
    { keepPlan: true },
  );
  return rows.map(({ id }) => id);
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

/** When the session `s` ends unless it is refreshed before, in seconds since the epoch; `idleSeconds` is a parameter's place. */
const expiresAt = (idleSeconds: string) =>
  `extract(epoch from least(s.expires_at, s.last_seen_at + make_interval(secs => ${idleSeconds})))::float8`;

/** A session as a refresh token meets it. */
export type RefreshRow = {
  id: string;
  user_id: string;
  refresh_seed: Uint8Array;
  refresh_counter: number;
  /** Not revoked, within its idle and its absolute time, of a user who is not disabled. */
  alive: boolean;
  /** Whether its last rotation is younger than the grace. */
  in_grace: boolean;
  /** When it ends unless it is refreshed before: its idle or its absolute time, whichever is first. */
  expires_at: number;
  created_at: number;
};

/** The session that a refresh token names, judged by the database's clock. */
export async function findForRefresh(
  db: Db,
  id: string,
  { idleSeconds, graceSeconds }: { idleSeconds: number; graceSeconds: number },
): Promise<RefreshRow | undefined> {
  const [row] = await db.query<RefreshRow & { refresh_counter: string }>(
    "find_for_refresh",
    `select s.id, s.user_id, s.refresh_seed, s.refresh_counter::float8 as refresh_counter,
            s.revoked_at is null and s.expires_at > now() and u.disabled_at is null
              and s.last_seen_at > now() - make_interval(secs => $2) as alive,
            s.last_seen_at > now() - make_interval(secs => $3) and s.refresh_counter > 0 as in_grace,
            ${expiresAt("$2")} as expires_at,
            extract(epoch from s.created_at)::float8 as created_at
     from sessions s join users u on u.id = s.user_id
     where s.id = $1`,
    [id, idleSeconds, graceSeconds],
    { keepPlan: true },
  );
  return row;
}

/** What tokens minted for the session are made of now; it ends at `expires_at` unless it is refreshed before. */
export type RefreshedRow = {
  id: string;
  user_id: string;
  refresh_seed: Uint8Array;
  roles: string[];
  now: number;
  expires_at: number;
};

/** Of the session `s`, for {@link RefreshedRow}; `idleSeconds` is a parameter's place. Times in seconds since the epoch. */
const refreshedColumns = (idleSeconds: string) =>
  `s.id, s.user_id, s.refresh_seed, array(
    select role from grants g where g.user_id = s.user_id and (g.expires_at is null or g.expires_at > now()) order by role
  ) as roles,
  extract(epoch from now())::float8 as now,
  ${expiresAt(idleSeconds)} as expires_at`;

/**
 * Moves the session from this counter to the next; undefined when another rotation came first, the session has ended,
 * by its time or before, or the user is no longer active. One statement: none of it can happen by half.
 */
export async function updateRefreshCounter(
  db: Db,
  { sessionId, counter }: { sessionId: string; counter: number },
  { idleSeconds, secretId }: { idleSeconds: number; secretId: string },
): Promise<RefreshedRow | undefined> {
  const [row] = await db.query<RefreshedRow>(
    "update_refresh_counter",
    `update sessions s
     set refresh_counter = refresh_counter + 1, last_seen_at = now(), secret_id = $3
     where id = $1 and refresh_counter = $2 and revoked_at is null and expires_at > now()
       and last_seen_at > now() - make_interval(secs => $4)
       and exists (select from users u where u.id = s.user_id and u.disabled_at is null)
     returning ${refreshedColumns("$4")}`,
    [sessionId, counter, secretId, idleSeconds],
    { keepPlan: true },
  );
  return row;
}

/** What a repeated answer of the last rotation says: as {@link updateRefreshCounter}, and changes nothing. */
export async function findRefreshed(
  db: Db,
  { sessionId, counter }: { sessionId: string; counter: number },
  { idleSeconds }: { idleSeconds: number },
): Promise<RefreshedRow | undefined> {
  const [row] = await db.query<RefreshedRow>(
    "find_refreshed",
    `select ${refreshedColumns("$3")}
     from sessions s join users u on u.id = s.user_id
     where s.id = $1 and s.refresh_counter = $2 and s.revoked_at is null and s.expires_at > now() and u.disabled_at is null`,
    [sessionId, counter, idleSeconds],
  );
  return row;
}

/** Ends the session and answers whose it was; undefined when it had ended, or is not `userId`'s where one is named. */
export async function revokeSession(db: Db, id: string, userId?: string): Promise<string | undefined> {
  const [row] = await db.query<{ user_id: string }>(
    "revoke_session",
    `update sessions set revoked_at = now()
     where id = $1 and revoked_at is null and ($2::uuid is null or user_id = $2) returning user_id`,
    [id, userId ?? null],
  );
  return row?.user_id;
}

/** Ends at most `limit` sessions, whoever's, and answers their ids. */
export async function revokeSomeSessions(db: Db, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_some_sessions",
    `update sessions set revoked_at = now()
     where id in (select id from sessions where revoked_at is null limit $1 for update) returning id`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Ends every session of the user but this one, and answers their ids. */
export async function revokeOtherSessions(db: Db, userId: string, keptId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_other_sessions",
    "update sessions set revoked_at = now() where user_id = $1 and id <> $2 and revoked_at is null returning id",
    [userId, keptId],
  );
  return rows.map(({ id }) => id);
}

/** A session as its owner sees it. */
export type SessionRow = {
  id: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
};

/** A page of the user's live sessions, newest first, before `before`; ids are in the order of time. */
export function listSessions(
  db: Db,
  userId: string,
  { before, limit, idleSeconds }: { before: string | null; limit: number; idleSeconds: number },
): Promise<SessionRow[]> {
  return db.query<SessionRow>(
    "list_sessions",
    `select id, created_at, last_seen_at, expires_at, ip, user_agent from sessions
     where user_id = $1 and ($2::uuid is null or id < $2) and ${isLive("$3")}
     order by id desc limit $4`,
    [userId, before, idleSeconds, limit],
  );
}

/** Whether this transaction is the one that purges now. */
export async function tryPurgeLock(db: Db): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(
    "try_purge_lock",
    "select pg_try_advisory_xact_lock(hashtextextended('sentinel:purge:' || current_schema(), 0)) as held",
  );
  return row!.held;
}

/** Deletes at most `limit` sessions that ended, at their latest, `keptSeconds` ago, and answers how many. */
export async function deleteExpiredSessions(db: Db, limit: number, keptSeconds: number): Promise<number> {
  const rows = await db.query(
    "delete_expired_sessions",
    `delete from sessions where id in (
       select id from sessions where expires_at < now() - make_interval(secs => $2)
       order by expires_at limit $1 for update skip locked
     ) returning id`,
    [limit, keptSeconds],
  );
  return rows.length;
}
