import type { Db } from "../../platform/db/db.ts";
import type { PrincipalClient, SessionKind } from "../../vocabulary/actor.ts";

/** Whether the session `s` is not revoked and within its absolute and its idle time, which is `$1` in seconds. */
export const isLive =
  "s.revoked_at is null and s.expires_at > now() and s.last_seen_at > now() - make_interval(secs => $1)";

/** A new session. It lives for `ttl_seconds` by the database's clock. */
export type NewSession = {
  id: string;
  kind: SessionKind;
  user_id: string;
  refresh_seed: Uint8Array;
  secret_id: string;
  ttl_seconds: number;
  ip: string | null;
  user_agent: string | null;
  amr: string[];
  aal: number;
};

/** The most sessions that one login revokes. After the limit was lowered, later logins revoke the rest. */
const endedMax = 200;

/**
 * Stores sessions, each of another user, and revokes the live sessions of these users except the newest `kept` of each;
 * those of OAuth clients do not count. Returns those that it revoked. Ids are in the order of time.
 */
export function insertSessions(
  db: Db,
  sessions: NewSession[],
  { kept, idleSeconds }: { kept: number; idleSeconds: number },
): Promise<{ id: string; user_id: string }[]> {
  const bytesAsHex = sessions.map(({ refresh_seed, ...session }) => ({
    ...session,
    refresh_seed: refresh_seed.toHex(),
  }));
  return db.query<{ id: string; user_id: string }>(
    "insert_sessions",
    `with given as (
       select * from json_to_recordset($2) as g (id uuid, user_id uuid, refresh_seed text, secret_id text,
         ttl_seconds float8, ip text, user_agent text, kind text, amr text[], aal smallint)
     ), begun as (
       insert into sessions (id, user_id, refresh_seed, secret_id, expires_at, ip, user_agent, kind, auth_time, amr, aal)
       select id, user_id, decode(refresh_seed, 'hex'), secret_id, now() + make_interval(secs => ttl_seconds), ip,
              user_agent, kind, now(), amr, aal
       from given
     )
     update sessions set revoked_at = now()
     where revoked_at is null and id = any (array(
       select s.id from given g cross join lateral (
         select id from sessions s
         where user_id = g.user_id and kind <> 'client' and ${isLive} order by id desc offset $3 limit ${endedMax}
       ) s
     )) returning id, user_id`,
    [idleSeconds, JSON.stringify(bytesAsHex), kept],
    { keepPlan: true },
  );
}

/** Revokes every session of the user and returns their ids. */
export async function revokeSessions(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_sessions",
    "update sessions set revoked_at = now() where user_id = $1 and revoked_at is null returning id",
    [userId],
  );
  return rows.map(({ id }) => id);
}

/**
 * Revokes the session and returns its user and its kind. Undefined when it has already ended, or belongs to another
 * user than `userId`.
 */
export async function revokeSession(
  db: Db,
  id: string,
  userId?: string,
): Promise<{ user_id: string; kind: SessionKind } | undefined> {
  const [row] = await db.query<{ user_id: string; kind: SessionKind }>(
    "revoke_session",
    `update sessions set revoked_at = now()
     where id = $1 and revoked_at is null and ($2::uuid is null or user_id = $2) returning user_id, kind`,
    [id, userId ?? null],
  );
  return row;
}

/**
 * Revokes what OAuth clients hold by these sessions, and returns the ids; with `offline` also what was to live on. The
 * sessions must have been revoked by an earlier statement of this transaction: a session that was being started under
 * one of them is visible only since then.
 */
export async function revokeChildren(
  db: Db,
  parentIds: string[],
  { offline }: { offline: boolean },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_children",
    `update sessions set revoked_at = now()
     where parent_id = any($1::uuid[]) and revoked_at is null and ($2 or not offline) returning id`,
    [parentIds, offline],
  );
  return rows.map(({ id }) => id);
}

/** Revokes at most `limit` sessions of any users, and returns them with their users. */
export function revokeSomeSessions(db: Db, limit: number): Promise<{ id: string; user_id: string }[]> {
  return db.query(
    "revoke_some_sessions",
    `update sessions set revoked_at = now()
     where id in (select id from sessions where revoked_at is null limit $1 for update) returning id, user_id`,
    [limit],
  );
}

/** Revokes every session of the user except this one and its children, and returns their ids. */
export async function revokeOtherSessions(db: Db, userId: string, keptId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_other_sessions",
    `update sessions set revoked_at = now()
     where user_id = $1 and id <> $2 and parent_id is distinct from $2 and revoked_at is null returning id`,
    [userId, keptId],
  );
  return rows.map(({ id }) => id);
}

/** The client of a session, as far as users know it by that. */
type SessionClient = Pick<PrincipalClient, "id" | "name" | "source" | "url" | "redirect_uris">;

const clientOfSession = `(
       select json_build_object('id', c.id, 'name', c.name, 'source', c.source, 'url', c.url,
         'redirect_uris', c.redirect_uris)
       from clients c where c.id = s.client_id
     ) as client`;

/** A session as its owner sees it. */
export type SessionRow = {
  id: string;
  kind: SessionKind;
  client: SessionClient | null;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
  amr: string[];
};

/** A page of the user's live sessions, newest first, before `before`; ids are in the order of time. */
export function listSessions(
  db: Db,
  userId: string,
  { before, limit, idleSeconds }: { before: string | null; limit: number; idleSeconds: number },
): Promise<SessionRow[]> {
  return db.query<SessionRow>(
    "list_sessions",
    `select id, kind, ${clientOfSession}, created_at, last_seen_at,
       expires_at, ip, user_agent, amr from sessions s
     where user_id = $2 and ($3::uuid is null or id < $3) and ${isLive}
     order by id desc limit $4`,
    [idleSeconds, userId, before, limit],
  );
}

/** On what a session was begun. */
export type SessionDevice = Pick<SessionRow, "client" | "user_agent">;

/** A session of the user that was revoked; undefined if it was not, or is no longer stored. */
export async function findRevokedSession(db: Db, userId: string, id: string): Promise<SessionDevice | undefined> {
  const [row] = await db.query<SessionDevice>(
    "find_revoked_session",
    `select ${clientOfSession}, user_agent from sessions s
     where id = $1 and user_id = $2 and revoked_at is not null`,
    [id, userId],
  );
  return row;
}

/** How many live sessions a user has, up to {@link sessionsCountedMax}, and when one of them was used last. */
export type SessionCount = { user_id: string; sessions: number; last_seen_at: Date | null };

const sessionsCountedMax = 100;

/** The live sessions of each of these users, counted. */
export function countSessions(db: Db, userIds: string[], idleSeconds: number): Promise<SessionCount[]> {
  return db.query<SessionCount>(
    "count_sessions",
    `select u.id as user_id, count(s.id)::int as sessions, max(s.last_seen_at) as last_seen_at
     from unnest($2::uuid[]) as u (id) left join lateral (
       select id, last_seen_at from sessions s where user_id = u.id and ${isLive} order by id desc
       limit ${sessionsCountedMax}
     ) s on true
     group by u.id`,
    [idleSeconds, userIds],
  );
}

/** From now on the transaction waits 50 ms at most for each lock, such as that of a session which it ends. */
export async function limitLockWait(db: Db): Promise<void> {
  await db.query("limit_lock_wait", "set local lock_timeout to 50");
}
