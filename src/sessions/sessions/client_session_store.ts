import type { Db } from "../../platform/db/db.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import { isLive } from "./session_store.ts";

/** A new session of an OAuth client. It lives for `ttl_seconds` by the database's clock, or as long as its parent. */
export type NewClientSession = {
  id: string;
  parent_id: string;
  user_id: string;
  client_id: string;
  scope: string[];
  resources: string[];
  offline: boolean;
  refresh_seed: Uint8Array;
  secret_id: string;
  ttl_seconds: number;
  /** The key that its refresh tokens are bound to, if any. */
  dpop_jkt: string | null;
};

/** A session that was just started, with the sessions that it replaces. Times are in seconds since the epoch. */
export type StartedRow = {
  id: string;
  rp_sid: string;
  auth_time: number;
  amr: string[];
  aal: Aal;
  now: number;
  expires_at: number;
  roles: string[];
  ended: string[];
};

/** The most live sessions of one client with one parent. */
const siblingsMax = 10;

/**
 * Starts the session if its parent is live, its user and client are not disabled, and the user allowed the client what
 * needs it. What was read is locked until this transaction ends, so that whatever ends it sees the new session. The
 * oldest sessions of the client with this parent are revoked where there are too many.
 */
export async function insertClientSession(
  db: Db,
  session: NewClientSession,
  idleSeconds: number,
): Promise<StartedRow | undefined> {
  const [row] = await db.query<StartedRow>("insert_client_session", insertOne, paramsOf([session], idleSeconds), {
    keepPlan: true,
  });
  return row;
}

/**
 * As {@link insertClientSession}, of sessions each with another parent or client. Leaves out those for which something
 * that is read is locked. The rows are in no order.
 */
export function insertClientSessions(
  db: Db,
  sessions: NewClientSession[],
  idleSeconds: number,
): Promise<StartedRow[]> {
  return db.query<StartedRow>("insert_client_sessions", insertMany, paramsOf(sessions, idleSeconds), {
    keepPlan: true,
  });
}

function paramsOf(sessions: NewClientSession[], idleSeconds: number): unknown[] {
  const bytesAsHex = sessions.map(({ refresh_seed, ...session }) => ({
    ...session,
    refresh_seed: refresh_seed.toHex(),
  }));
  return [idleSeconds, JSON.stringify(bytesAsHex)];
}

/**
 * The `sid` where no session of the client with this parent is unrevoked. Transactions that start such sessions at once
 * do not see each other, so they derive it from what all of them see (a UUID of RFC 9562 §5.8). It is another one after
 * all earlier sessions were revoked: their logout token may arrive late, and must not end the new ones.
 */
const newSid = `overlay(overlay(left(encode(sha256(convert_to(concat_ws(' ', g.parent_id, g.client_id, (
              select count(*) from sessions x where x.parent_id = g.parent_id and x.client_id = g.client_id
            )), 'UTF8')), 'hex'), 32) placing '8' from 13) placing '8' from 17)::uuid`;

const insertSql = (ifLocked: "" | "skip locked") =>
  `with given as (
     select * from json_to_recordset($2) as g (id uuid, parent_id uuid, user_id uuid, client_id uuid, scope text[],
       resources text[], offline boolean, refresh_seed text, secret_id text, ttl_seconds float8, dpop_jkt text)
   ), parent as (
     select g.id as child_id, p.* from given g cross join lateral (
       select s.auth_time, s.amr, s.aal, s.expires_at from sessions s join users u on u.id = s.user_id
       where s.id = g.parent_id and s.user_id = g.user_id and s.kind = 'browser' and ${isLive} and u.disabled_at is null
       for share of s ${ifLocked} for key share of u ${ifLocked}
     ) p
   ), client as (
     select c.id, c.first_party from clients c
     where c.id in (select client_id from given) and c.disabled_at is null for key share ${ifLocked}
   ), consent as (
     select c.* from given g cross join lateral (
       select c.user_id, c.client_id from consents c
       where c.user_id = g.user_id and c.client_id = g.client_id for key share ${ifLocked}
     ) c
   ), begun as (
     insert into sessions (id, kind, parent_id, user_id, client_id, scope, resources, offline, refresh_seed, secret_id,
                           dpop_jkt, auth_time, amr, aal, expires_at, rp_sid)
     select g.id, 'client', g.parent_id, g.user_id, g.client_id, g.scope, g.resources, g.offline,
            decode(g.refresh_seed, 'hex'), g.secret_id, g.dpop_jkt, p.auth_time, p.amr, p.aal,
            case when g.offline then now() + make_interval(secs => g.ttl_seconds)
              else least(p.expires_at, now() + make_interval(secs => g.ttl_seconds)) end,
            coalesce((
              select x.rp_sid from sessions x
              where x.parent_id = g.parent_id and x.client_id = g.client_id and x.revoked_at is null
              order by x.id desc limit 1
            ), ${newSid})
     from given g join parent p on p.child_id = g.id join client c on c.id = g.client_id
     where c.first_party
       or exists (select from consent x where x.user_id = g.user_id and x.client_id = g.client_id)
     returning id, parent_id, user_id, client_id, rp_sid, auth_time, amr, aal, expires_at
   ), ended as (
     update sessions set revoked_at = now()
     where revoked_at is null and id = any (array(
       select s.id from begun b cross join lateral (
         select s.id from sessions s
         where s.parent_id = b.parent_id and s.client_id = b.client_id and ${isLive}
         order by s.id desc offset ${siblingsMax - 1}
       ) s
     )) returning id, parent_id, client_id
   )
   select b.id, rp_sid, amr, aal, extract(epoch from auth_time)::float8 as auth_time,
          extract(epoch from now())::float8 as now,
          extract(epoch from least(expires_at, now() + make_interval(secs => $1)))::float8 as expires_at,
          array(select role from active_grants g where g.user_id = b.user_id order by role) as roles,
          array(select e.id from ended e where e.parent_id = b.parent_id and e.client_id = b.client_id) as ended
   from begun b`;

const [insertOne, insertMany] = [insertSql(""), insertSql("skip locked")];

/**
 * A new session without a parent, of a user who approved it on another device; `auth_time` in seconds since the epoch.
 */
export type NewLoneClientSession = Omit<NewClientSession, "parent_id" | "offline"> & {
  auth_time: number;
  amr: string[];
  aal: Aal;
  credential_epoch: number;
};

/** As {@link insertClientSession}, where the user has the same credentials as when they approved. */
export async function insertLoneClientSession(
  db: Db,
  session: NewLoneClientSession,
  idleSeconds: number,
): Promise<StartedRow | undefined> {
  const { id, user_id, client_id, scope, resources, refresh_seed, secret_id, ttl_seconds } = session;
  const { auth_time, amr, aal, credential_epoch, dpop_jkt } = session;
  const [row] = await db.query<StartedRow>(
    "insert_lone_client_session",
    `with approver as (
       select u.id from users u where u.id = $3 and u.disabled_at is null and u.credential_epoch = $13 for share
     ), client as (
       select c.id, c.first_party from clients c where c.id = $4 and c.disabled_at is null for key share
     ), consent as (
       select from consents where user_id = $3 and client_id = $4 for key share
     ), begun as (
       insert into sessions (id, kind, user_id, client_id, scope, resources, offline, refresh_seed, secret_id, auth_time,
                             amr, aal, dpop_jkt, expires_at, rp_sid)
       select $2, 'client', u.id, c.id, $5, $6, true, $7, $8, to_timestamp($10), $11, $12, $14,
              now() + make_interval(secs => $9), gen_random_uuid()
       from approver u, client c where c.first_party or exists (select from consent)
       returning id, rp_sid, auth_time, amr, aal, expires_at
     ), ended as (
       update sessions set revoked_at = now()
       where revoked_at is null and exists (select from begun) and id in (
         select s.id from sessions s
         where s.user_id = $3 and s.client_id = $4 and s.parent_id is null and ${isLive}
         order by s.id desc offset ${siblingsMax - 1}
       ) returning id
     )
     select id, rp_sid, amr, aal, extract(epoch from auth_time)::float8 as auth_time, extract(epoch from now())::float8 as now,
            extract(epoch from least(expires_at, now() + make_interval(secs => $1)))::float8 as expires_at,
            array(select role from active_grants g where g.user_id = $3 order by role) as roles,
            array(select id from ended) as ended
     from begun`,
    [
      ...[idleSeconds, id, user_id, client_id, scope, resources, refresh_seed, secret_id, ttl_seconds],
      ...[auth_time, amr, aal, credential_epoch, dpop_jkt],
    ],
    { keepPlan: true },
  );
  return row;
}

/** Revokes the sessions that the client holds of the user, and returns their ids. */
export async function revokeSessionsOfClient(db: Db, userId: string, clientId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_sessions_of_client",
    `update sessions set revoked_at = now() where client_id = $2 and user_id = $1 and revoked_at is null returning id`,
    [userId, clientId],
  );
  return rows.map(({ id }) => id);
}

/** Revokes at most `limit` expired sessions of browsers and applications, and returns their number. */
export async function endExpired(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    "end_expired_sessions",
    `update sessions set revoked_at = now() where revoked_at is null and id in (
       select id from sessions where kind <> 'api' and revoked_at is null and expires_at <= now()
       order by expires_at limit $1 for update skip locked
     ) returning 1`,
    [limit],
  );
  return rows.length;
}

/**
 * Revokes at most `limit` sessions of applications that were not used for `idleSeconds`, if the application wants to
 * know of it, and returns their number. It reads every live session of such an application.
 */
export async function endIdle(db: Db, limit: number, idleSeconds: number): Promise<number> {
  const rows = await db.query(
    "end_idle_sessions",
    `update sessions set revoked_at = now() where revoked_at is null and id in (
       select s.id from clients c join sessions s on s.client_id = c.id
       where c.backchannel_logout_uri is not null and s.revoked_at is null
         and s.last_seen_at <= now() - make_interval(secs => $2)
       limit $1 for update of s skip locked
     ) returning 1`,
    [limit, idleSeconds],
  );
  return rows.length;
}
