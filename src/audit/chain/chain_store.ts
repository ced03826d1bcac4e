import type { Db } from "../../platform/db/db.ts";
import type { EventRow } from "../events/audit_store.ts";
import { rfc3339 } from "../../platform/db/rfc3339.ts";

/** An event as it is sealed. `occurred_at` is RFC 3339 in UTC, with microseconds. */
export type ChainedEvent = EventRow & {
  occurred_at: string;
  details_digest: Uint8Array;
  /** Null for events that were recorded before facts were separate from details. */
  facts: Record<string, unknown> | null;
  subject_digest: Uint8Array | null;
};

/** A place in the chain. */
export type Link = { seq: number; hash: Uint8Array };

/** The columns of a {@link ChainedEvent} of `audit_events e`. */
export const chainedColumns =
  `e.id, e.action, e.outcome, e.actor_id, e.subject_type, e.subject_id, e.request_id, e.details_digest,
  e.facts, e.subject_digest, ${rfc3339("e.occurred_at")} as occurred_at`;

const chainLock = "hashtextextended('sentinel:audit:' || current_schema(), 0)";

/** Whether this transaction got the lock of the chain. */
export async function tryLockChain(db: Db): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(
    "try_lock_chain",
    `select pg_try_advisory_xact_lock(${chainLock}) as held`,
  );
  return row!.held;
}

/** Prevents other transactions from sealing until this one ends. */
export async function lockChain(db: Db): Promise<void> {
  await db.query("lock_chain", `select pg_advisory_xact_lock(${chainLock})`);
}

/** The age in seconds of the oldest event that is not sealed; null when all are. */
export async function findUnsealedAge(db: Db): Promise<number | null> {
  const [row] = await db.query<{ age: number | null }>(
    "find_unsealed_age",
    `select extract(epoch from clock_timestamp() - min(occurred_at))::float8 as age from audit_events where seq is null`,
  );
  return row!.age;
}

export async function countUnsealed(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_unsealed",
    "select count(*)::int as count from audit_events where seq is null",
  );
  return row!.count;
}

/** How many times, according to the log, the secret was replaced after it was lost. */
export async function countSecretResets(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_secret_resets",
    "select count(*)::int as count from audit_events where action = 'secret.reset'",
  );
  return row!.count;
}

/** The last link of the chain; undefined if it is empty. */
export async function findHead(db: Db): Promise<Link | undefined> {
  const [row] = await db.query<Link>(
    "find_chain_head",
    "select seq::float8 as seq, hash from audit_events where seq is not null order by audit_events.seq desc limit 1",
  );
  return row;
}

/** The link at this place; undefined if there is none. */
export async function findLink(db: Db, seq: number): Promise<Link | undefined> {
  const [row] = await db.query<Link>(
    "find_chain_link",
    "select seq::float8 as seq, hash from audit_events where audit_events.seq = $1",
    [seq],
  );
  return row;
}

/** Committed events that are not sealed, oldest first. */
export function listUnsealed(db: Db, limit: number): Promise<ChainedEvent[]> {
  return db.query<ChainedEvent>(
    "list_unsealed",
    `select ${chainedColumns} from audit_events e where seq is null order by e.occurred_at, e.id limit $1`,
    [limit],
  );
}

/** Stores the link of each event, and returns the number of events that still existed. */
export async function updateLinks(db: Db, events: { id: string }[], links: Link[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "update_chain_links",
    `with sealed as (
       update audit_events e set seq = link.seq, hash = link.hash
       from unnest($1::uuid[], $2::bigint[], $3::bytea[]) as link (id, seq, hash)
       where e.id = link.id returning 1
     )
     select count(*)::int as count from sealed`,
    [events.map(({ id }) => id), links.map(({ seq }) => seq), links.map(({ hash }) => hash)],
  );
  return row!.count;
}

/** The place up to which the chain records that details have expired, or 0. */
export async function findExpiredUpTo(db: Db): Promise<number> {
  const [row] = await db.query<{ seq: number }>("find_expired_up_to", "select audit_expired_up_to()::float8 as seq");
  return row!.seq;
}

/** A sealed event. `unexplained`: a part is missing that did not expire and whose user was not deleted. */
export type SealedEvent = ChainedEvent & Link & {
  salt: Uint8Array | null;
  details: Record<string, unknown> | null;
  subject_salt: Uint8Array | null;
  subject_details: Record<string, unknown> | null;
  unexplained: boolean;
  /** Whether its details have expired, according to the database. */
  expired: boolean;
};

/** Sealed events after this place, in the order of the chain. */
export function listSealed(db: Db, after: number | null, limit: number): Promise<SealedEvent[]> {
  return db.query<SealedEvent>(
    "list_sealed",
    `with expiry as materialized (select audit_expired_up_to() as seq)
     select ${chainedColumns}, e.seq::float8 as seq, e.hash, a.salt, a.details, s.salt as subject_salt,
            s.details as subject_details,
            e.seq <= (select seq from expiry) as expired,
            case
              when e.seq <= (select seq from expiry) then false
              when a.event_id is null and not audit_person_deleted(e, 'actor') then true
              when e.subject_digest is not null and s.event_id is null then not audit_person_deleted(e, 'subject')
              else false
            end as unexplained
     from audit_events e
     left join audit_details a on a.event_id = e.id and a.part = 'actor'
     left join audit_details s on s.event_id = e.id and s.part = 'subject'
     where e.seq is not null and ($1::bigint is null or e.seq > $1) order by e.seq limit $2`,
    [after, limit],
  );
}
