import type { Db } from "../../platform/db/db.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import { isLive } from "../sessions/session_store.ts";

/** When the session `s` ends without a refresh, in seconds since the epoch. `$1` is the idle time in seconds. */
const expiresAt = "extract(epoch from least(s.expires_at, s.last_seen_at + make_interval(secs => $1)))::float8";

/**
 * How long after a rotation its answer is repeated while the next token is unused: its use proves that the answer
 * arrived.
 */
const repeatableSeconds = 600;

/** The session of a refresh token. */
export type RefreshRow = {
  id: string;
  user_id: string;
  client_id: string | null;
  /** What an OAuth client was granted; null for the session of a login. */
  scope: string[] | null;
  /** The key that its refresh tokens are bound to, if any. */
  dpop_jkt: string | null;
  refresh_seed: Uint8Array;
  refresh_counter: number;
  /** Not revoked, within its idle and its absolute time, and its user is not disabled. */
  alive: boolean;
  /** Whether its last rotation is within the grace. */
  in_grace: boolean;
  /** Whether a late repeat of the last rotation may still be answered; see {@link findForRefresh}. */
  is_repeatable: boolean;
  /** Whether the current token is the answer of a step-up, and unused: nothing proves that it arrived. */
  is_stepped_up: boolean;
  /** When it ends without a refresh: after its idle or its absolute time, whichever is first. */
  expires_at: number;
  created_at: number;
};

/**
 * The session of a refresh token, by the database's clock. A late repeat may be answered within {@link
 * repeatableSeconds} in two cases: the rotation was answered 503; or there is a grace period, and the previous answer
 * was not a late repeat.
 */
export async function findForRefresh(db: Db, id: string, limits: RefreshLimits): Promise<RefreshRow | undefined> {
  const [row] = await db.query<RefreshRow>("find_for_refresh", forRefresh("s.id = $3"), paramsOf(limits, id), {
    keepPlan: true,
  });
  return row;
}

/** As {@link findForRefresh}, of each of these sessions that exists, in no order. */
export function listForRefresh(db: Db, ids: string[], limits: RefreshLimits): Promise<RefreshRow[]> {
  return db.query<RefreshRow>("list_for_refresh", forRefresh("s.id = any ($3)"), paramsOf(limits, ids), {
    keepPlan: true,
  });
}

/** How long a session may be idle, and how long after a rotation its answer is repeated in any case. */
export type RefreshLimits = { idleSeconds: number; graceSeconds: number };

const paramsOf = ({ idleSeconds, graceSeconds }: RefreshLimits, ids: string | string[]) => [
  idleSeconds,
  graceSeconds,
  ids,
];

const forRefresh = (which: string) =>
  `select s.id, s.user_id, s.client_id, s.scope, s.dpop_jkt, s.refresh_seed, s.refresh_counter::float8 as refresh_counter,
          ${isLive} and u.disabled_at is null as alive,
          s.last_seen_at > now() - make_interval(secs => $2) and s.refresh_counter > 0 as in_grace,
          s.last_seen_at > now() - make_interval(secs => ${repeatableSeconds}) and (
            s.unanswered_counter is not distinct from s.refresh_counter - 1
            or $2 > 0 and s.repeated_counter is distinct from s.refresh_counter - 1
          ) as is_repeatable,
          s.refresh_counter > 0 and coalesce(s.last_seen_at = s.auth_time, false) as is_stepped_up,
          ${expiresAt} as expires_at,
          extract(epoch from s.created_at)::float8 as created_at
   from sessions s join users u on u.id = s.user_id
   where ${which}`;

/**
 * The content of the session's next tokens. `expires_at` is the end of the session without a refresh. Times are in
 * seconds since the epoch.
 */
export type RefreshedRow = {
  id: string;
  user_id: string;
  refresh_seed: Uint8Array;
  roles: string[];
  now: number;
  expires_at: number;
  /** What an OAuth client was granted; null for the session of a login. */
  scope: string[] | null;
  resources: string[] | null;
  rp_sid: string | null;
  auth_time: number;
  amr: string[];
  aal: Aal;
};

/** The columns of {@link RefreshedRow}, of the session `s`. */
const refreshedColumns =
  `s.id, s.user_id, s.refresh_seed, array(select role from active_grants g where g.user_id = s.user_id order by role) as roles,
  extract(epoch from now())::float8 as now, ${expiresAt} as expires_at,
  s.scope, s.resources, s.rp_sid, s.amr, s.aal, extract(epoch from coalesce(s.auth_time, s.created_at))::float8 as auth_time`;

/** A rotation: of this session, by the refresh token of this counter. */
export type Advance = {
  sessionId: string;
  counter: number;
  clientId: string | null;
  jkt?: string | null | undefined;
  binds?: boolean;
  keeps?: boolean;
};

type AdvanceSql = Record<"from" | "counter" | "client" | "jkt" | "binds" | "step", string>;

/**
 * What {@link updateRefreshCounter} does to the session `s`, with the expressions of an {@link Advance}. `$1` is the
 * idle time in seconds, `$2` the secret's id.
 */
const advanceSql = ({ from, counter, client, jkt, binds, step }: AdvanceSql) =>
  `update sessions s
   set refresh_counter = s.refresh_counter + ${step}, last_seen_at = now(), secret_id = $2,
     dpop_jkt = case when ${binds} then coalesce(s.dpop_jkt, ${jkt}) else s.dpop_jkt end
   ${from} and s.refresh_counter = ${counter} and s.client_id is not distinct from ${client}
     and (s.dpop_jkt is null or s.dpop_jkt = ${jkt}) and ${isLive}
     and exists (select from users u where u.id = s.user_id and u.disabled_at is null)
   returning ${refreshedColumns}`;

const advanceOne = advanceSql({
  from: "where s.id = $3",
  counter: "$4",
  client: "$5",
  jkt: "$6",
  binds: "$7",
  step: "$8",
});

/** Sessions that another transaction has locked are left out: a batch neither waits nor takes part in a deadlock. */
const advanceMany = `with wanted as (
     select w.* from unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::text[], $7::boolean[], $8::integer[])
         as w (id, counter, client_id, jkt, binds, step)
       join sessions s on s.id = w.id for no key update of s skip locked
   )
   ${
  advanceSql({
    from: "from wanted w where s.id = w.id",
    counter: "w.counter",
    client: "w.client_id",
    jkt: "w.jkt",
    binds: "w.binds",
    step: "w.step",
  })
}`;

const stepOf = ({ keeps = false }: Advance) => keeps ? 0 : 1;

/**
 * Advances the counter of the session, or with `keeps` only its last use. Undefined when another rotation came first,
 * the session has ended, is another client's or bound to another key than `jkt`, or the user is no longer active. With
 * `binds` it is bound to that key from now on (RFC 9449 §5). As one statement it is atomic.
 */
export async function updateRefreshCounter(
  db: Db,
  wanted: Advance,
  { idleSeconds, secretId }: { idleSeconds: number; secretId: string },
): Promise<RefreshedRow | undefined> {
  const { sessionId, counter, clientId, jkt = null, binds = false } = wanted;
  const [row] = await db.query<RefreshedRow>(
    "update_refresh_counter",
    advanceOne,
    [idleSeconds, secretId, sessionId, counter, clientId, jkt, binds, stepOf(wanted)],
    { keepPlan: true },
  );
  return row;
}

/**
 * As {@link updateRefreshCounter}, of different sessions in one commit. Also leaves out sessions that are locked. The
 * rows are in no order.
 */
export function updateRefreshCounters(
  db: Db,
  wanted: Advance[],
  { idleSeconds, secretId }: { idleSeconds: number; secretId: string },
): Promise<RefreshedRow[]> {
  return db.query<RefreshedRow>(
    "update_refresh_counters",
    advanceMany,
    [
      idleSeconds,
      secretId,
      wanted.map(({ sessionId }) => sessionId),
      wanted.map(({ counter }) => counter),
      wanted.map(({ clientId }) => clientId),
      wanted.map(({ jkt = null }) => jkt),
      wanted.map(({ binds = false }) => binds),
      wanted.map(stepOf),
    ],
    { keepPlan: true },
  );
}

/**
 * The user has proved again who they are: the content of the tokens that say so. The counter moves by two, so that no
 * grace is left for earlier refresh tokens. Until the next rotation the time of the sign-in is that of the last use.
 * With `adds` the methods join those of the session, else they replace them. Undefined when the session has ended, or
 * the user is no longer active.
 */
export async function updateSignIn(
  db: Db,
  { id, userId, amr, aal, adds }: { id: string; userId: string; amr: string[]; aal: Aal; adds: boolean },
  { idleSeconds, secretId }: { idleSeconds: number; secretId: string },
): Promise<(RefreshedRow & { refresh_counter: number }) | undefined> {
  const [row] = await db.query<RefreshedRow & { refresh_counter: number }>(
    "update_sign_in",
    `update sessions s
     set refresh_counter = refresh_counter + 2, last_seen_at = now(), secret_id = $2, auth_time = now(), aal = $5,
       amr = case when $7 then s.amr || array(select m from unnest($6::text[]) m where m <> all(s.amr)) else $6 end
     where s.id = $3 and s.user_id = $4 and s.kind = 'api' and ${isLive}
       and exists (select from users u where u.id = s.user_id and u.disabled_at is null)
     returning ${refreshedColumns}, refresh_counter::float8 as refresh_counter`,
    [idleSeconds, secretId, id, userId, aal, amr, adds],
  );
  return row;
}

/**
 * The content of a repeated answer of the last rotation, as {@link updateRefreshCounter} returns it. It changes
 * nothing.
 */
export async function findRefreshed(
  db: Db,
  { sessionId, counter }: { sessionId: string; counter: number },
  { idleSeconds }: { idleSeconds: number },
): Promise<RefreshedRow | undefined> {
  const [row] = await db.query<RefreshedRow>(
    "find_refreshed",
    `select ${refreshedColumns}
     from sessions s join users u on u.id = s.user_id
     where s.id = $2 and s.refresh_counter = $3 and ${isLive} and u.disabled_at is null`,
    [idleSeconds, sessionId, counter],
  );
  return row;
}

/**
 * The content of a late repeat of the last rotation, as {@link findRefreshed} returns it. The session remembers the
 * repeat, so that the next one is refused, unless the rotation was answered 503.
 */
export async function updateRepeatedCounter(
  db: Db,
  { sessionId, counter }: { sessionId: string; counter: number },
  { idleSeconds }: { idleSeconds: number },
): Promise<RefreshedRow | undefined> {
  const [row] = await db.query<RefreshedRow>(
    "update_repeated_counter",
    `update sessions s
     set repeated_counter = case when unanswered_counter = refresh_counter - 1 then repeated_counter else refresh_counter end
     where id = $2 and refresh_counter = $3 and ${isLive}
       and exists (select from users u where u.id = s.user_id and u.disabled_at is null)
     returning ${refreshedColumns}`,
    [idleSeconds, sessionId, counter],
  );
  return row;
}

/**
 * Remembers for each session that the rotation of this counter was answered 503. It locks them in the order of their
 * ids: two replicas that store the same ones wait for each other.
 */
export async function updateUnansweredCounters(db: Db, trades: [sessionId: string, counter: number][]): Promise<void> {
  await db.query(
    "update_unanswered_counters",
    `with noted as (
       select t.* from unnest($1::uuid[], $2::bigint[]) as t (id, counter)
       join sessions s on s.id = t.id order by t.id for no key update of s
     )
     update sessions s set unanswered_counter = n.counter from noted n where s.id = n.id`,
    [trades.map(([id]) => id), trades.map(([, counter]) => counter)],
  );
}
