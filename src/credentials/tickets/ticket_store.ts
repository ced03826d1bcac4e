import type { Db } from "../../platform/db/db.ts";

/** A live ticket. */
export type Ticket = {
  id: string;
  user_id: string | null;
  session_id: string | null;
  client_id: string | null;
  secret_hash: Uint8Array | null;
  browser_hash: Uint8Array | null;
  state: string | null;
  attempts: number;
  params: Record<string, unknown>;
  credential_epoch: number | null;
  expires_at: Date;
};

export type TicketRow =
  & Pick<Ticket, "id" | "user_id" | "session_id" | "client_id" | "state" | "params">
  & { kind: string; lookup: string | null; secret_hash: Uint8Array | null; browser_hash: Uint8Array | null };

/** A ticket that was consumed, or that has ended by itself. */
export type PastTicket = Ticket & { is_consumed: boolean; is_expired: boolean };

/** The columns of a {@link Ticket} `t`. */
export const columns =
  `t.id, t.user_id, t.session_id, t.client_id, t.secret_hash, t.browser_hash, t.state, t.attempts, t.params,
            t.credential_epoch, t.expires_at`;

/** Not consumed, not expired, and its user has had the same credentials since it was issued. */
export const isLive = `t.consumed_at is null and t.expires_at > now() and not exists (
       select from users u where u.id = t.user_id and u.credential_epoch is distinct from t.credential_epoch
     )`;

/** Inserts the ticket, or replaces an earlier one with the same `lookup`. Undefined if one is there that stays. */
export async function insertTicket(db: Db, ticket: TicketRow, ttlSeconds: number): Promise<Ticket | undefined> {
  const { id, kind, lookup, secret_hash, user_id, session_id, client_id, browser_hash, state, params } = ticket;
  const [row] = await db.query<Ticket>(
    "insert_ticket",
    `insert into tickets as t (id, kind, lookup, secret_hash, user_id, session_id, client_id, browser_hash, state, params,
                               credential_epoch, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select credential_epoch from users where id = $5),
             now() + make_interval(secs => $11))
     on conflict (lookup) do update set id = excluded.id, kind = excluded.kind, secret_hash = excluded.secret_hash,
       user_id = excluded.user_id, session_id = excluded.session_id, client_id = excluded.client_id,
       browser_hash = excluded.browser_hash, state = excluded.state, attempts = 0, params = excluded.params,
       credential_epoch = excluded.credential_epoch, expires_at = excluded.expires_at, consumed_at = null
     where excluded.id > t.id and not (t.kind = 'device' and t.consumed_at is null and t.expires_at > now())
     returning ${columns}`,
    [id, kind, lookup, secret_hash, user_id, session_id, client_id, browser_hash, state, params, ttlSeconds],
    { keepPlan: true },
  );
  return row;
}

/**
 * Inserts tickets that are consumed, and returns the ids of those that were not there. In the order of the ids, so that
 * transactions which insert the same ones wait for each other.
 */
export async function insertSpentTickets(db: Db, kind: string, ids: string[], ttlSeconds: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "insert_spent_tickets",
    `insert into tickets (id, kind, expires_at, consumed_at)
     select id, $2, now() + make_interval(secs => $3), now() from unnest($1::uuid[]) as t (id) order by id
     on conflict (id) do nothing returning id`,
    [ids, kind, ttlSeconds],
    { keepPlan: true },
  );
  return rows.map(({ id }) => id);
}

export async function findTicket(db: Db, kind: string, id: string): Promise<Ticket | undefined> {
  const [row] = await db.query<Ticket>(
    "find_ticket",
    `select ${columns} from tickets t where t.id = $2 and t.kind = $1 and ${isLive}`,
    [kind, id],
  );
  return row;
}

/** The live ticket of this kind that is found by `lookup`. */
export async function findTicketByLookup(db: Db, kind: string, lookup: string): Promise<Ticket | undefined> {
  const [row] = await db.query<Ticket>(
    "find_ticket_by_lookup",
    `select ${columns} from tickets t where t.lookup = $2 and t.kind = $1 and ${isLive}`,
    [kind, lookup],
  );
  return row;
}

/** A page of live tickets of this kind, the newest first, before `before`. */
export function listTickets(db: Db, kind: string, before: string | null, limit: number): Promise<Ticket[]> {
  return db.query(
    "list_tickets",
    `select ${columns} from tickets t where t.kind = $1 and ($2::uuid is null or t.id < $2) and ${isLive}
     order by t.id desc limit $3`,
    [kind, before, limit],
  );
}

/** Counts an attempt at the ticket; undefined if it has had `attemptsMax`. */
export async function updateAttempts(db: Db, kind: string, id: string, attemptsMax: number) {
  const [row] = await db.query<Ticket>(
    "update_ticket_attempts",
    `update tickets t set attempts = attempts + 1 where t.id = $2 and t.kind = $1 and ${isLive} and t.attempts < $3
     returning ${columns}`,
    [kind, id, attemptsMax],
  );
  return row;
}

/** Changes the state of the ticket, and whose it is; the user's credentials count as of now. */
export async function updateTicket(
  db: Db,
  kind: string,
  id: string,
  { user_id, state, params }: Pick<Ticket, "user_id" | "state" | "params">,
): Promise<Ticket | undefined> {
  const [row] = await db.query<Ticket>(
    "update_ticket",
    `update tickets t set user_id = $3, state = $4, params = $5,
       credential_epoch = (select credential_epoch from users where users.id = $3)
     where t.id = $2 and t.kind = $1 and ${isLive} returning ${columns}`,
    [kind, id, user_id, state, params],
  );
  return row;
}

/**
 * The user of a live browser's session decides about a ticket that waits in the state `from`: it becomes theirs, and
 * keeps how they signed in. False if it waits no more, or the session has ended.
 */
export async function settleTicket(
  db: Db,
  kind: string,
  id: string,
  { from, state, userId, sessionId }: { from: string; state: string; userId: string; sessionId: string },
): Promise<boolean> {
  const rows = await db.query(
    "settle_ticket",
    `update tickets t set state = $4, user_id = u.id, session_id = s.id, credential_epoch = u.credential_epoch,
       params = t.params || jsonb_build_object('signIn', jsonb_build_object(
         'authTime', extract(epoch from s.auth_time), 'amr', to_jsonb(s.amr), 'aal', s.aal
       ))
     from sessions s join users u on u.id = s.user_id
     where t.id = $2 and t.kind = $1 and t.state = $3 and t.user_id is null and ${isLive}
       and s.id = $6 and u.id = $5 and s.kind = 'browser' and s.revoked_at is null and u.disabled_at is null
     returning t.id`,
    [kind, id, from, state, userId, sessionId],
  );
  return rows.length > 0;
}

/** A ticket that was asked about. `is_early`: sooner after the last time than it may be. */
export type PolledTicket = Ticket & { is_early: boolean };

/** Requests that come up to so many seconds early are in time: networks are not even. */
const slackSeconds = 0.5;

/**
 * Asks about a live ticket with its secret. Each time that comes too early makes the pause longer by `pollSeconds`, for
 * all replicas.
 */
export async function pollTicket(
  db: Db,
  kind: string,
  { id, secretHash, clientId, pollSeconds }: {
    id: string;
    secretHash: Uint8Array;
    clientId: string;
    pollSeconds: number;
  },
): Promise<PolledTicket | undefined> {
  const [row] = await db.query<PolledTicket>(
    "poll_ticket",
    `with asked as (
       select t.id, coalesce(
         (t.params->>'polledAt')::float8 + $5 * (1 + t.attempts) - ${slackSeconds} > extract(epoch from clock_timestamp()),
         false
       ) as is_early
       from tickets t
       where t.id = $2 and t.kind = $1 and t.secret_hash = $3 and t.client_id = $4 and ${isLive} for update
     )
     update tickets t set attempts = t.attempts + a.is_early::int,
       params = t.params || jsonb_build_object('polledAt', extract(epoch from clock_timestamp()))
     from asked a where t.id = a.id returning ${columns}, a.is_early`,
    [kind, id, secretHash, clientId, pollSeconds],
    { keepPlan: true },
  );
  return row;
}

/** Changes the browser of all tickets of this kind that it has. */
export async function updateBrowser(db: Db, kind: string, before: Uint8Array, after: Uint8Array): Promise<void> {
  await db.query(
    "update_ticket_browser",
    "update tickets set browser_hash = $3 where kind = $1 and browser_hash = $2 and consumed_at is null",
    [kind, before, after],
  );
}

/** Consumes the ticket; of two transactions at once the second one gets undefined. */
export async function consumeTicket(db: Db, kind: string, id: string): Promise<Ticket | undefined> {
  const [row] = await db.query<Ticket>(
    "consume_ticket",
    `update tickets t set consumed_at = now() where t.id = $2 and t.kind = $1 and ${isLive} returning ${columns}`,
    [kind, id],
    { keepPlan: true },
  );
  return row;
}

/** Consumes the ticket even if it expired after something was begun with it; false if it was consumed before. */
export async function consumeBegunTicket(db: Db, kind: string, id: string): Promise<boolean> {
  const rows = await db.query(
    "consume_begun_ticket",
    "update tickets set consumed_at = now() where id = $2 and kind = $1 and consumed_at is null returning id",
    [kind, id],
    { keepPlan: true },
  );
  return rows.length > 0;
}

/** The ticket, if it is kept although it is live no more. */
export async function findPastTicket(db: Db, kind: string, id: string): Promise<PastTicket | undefined> {
  const [row] = await db.query<PastTicket>(
    "find_past_ticket",
    `select ${columns}, t.consumed_at is not null as is_consumed, t.expires_at <= now() as is_expired
     from tickets t where t.id = $2 and t.kind = $1 and not (${isLive})`,
    [kind, id],
  );
  return row;
}

/**
 * Deletes at most `limit` codes and pushed requests, and later other tickets, that expired so many seconds ago, and
 * returns their number.
 */
export async function deleteExpiredTickets(
  db: Db,
  limit: number,
  keptSeconds: { brief: number; others: number },
): Promise<number> {
  const rows = await db.query(
    "delete_expired_tickets",
    `delete from tickets where id in (
       select id from tickets
       where expires_at < now() - make_interval(secs => $2)
         and (kind in ('code', 'par') or expires_at < now() - make_interval(secs => $3))
       order by expires_at limit $1 for update skip locked
     ) returning 1`,
    [limit, keptSeconds.brief, keptSeconds.others],
  );
  return rows.length;
}
