import type { Db } from "../../platform/db/db.ts";
import { rfc3339 } from "../../platform/db/rfc3339.ts";

/** One event with what stands apart from it. */
export type NewAuditEvent = {
  id: string;
  action: string;
  outcome: "success" | "failure";
  actor_id: string | null;
  subject_type: string;
  subject_id: string | null;
  request_id: string | null;
  details_digest: Uint8Array;
  salt: Uint8Array;
  details: string;
};

/**
 * Appends the event and its details, and answers whether it did: not if a session is named that is not live, or whose user
 * is disabled. The session is locked, so that it cannot end before the transaction does.
 */
export async function insertAuditEvent(db: Db, event: NewAuditEvent, sessionId?: string): Promise<boolean> {
  const inserted = await db.query(
    "insert_audit_event",
    `with actor as (
       select from sessions s join users u on u.id = s.user_id
       where s.id = $11 and s.revoked_at is null and s.expires_at > now() and u.disabled_at is null
       for share of s
     ), event as (
       insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, request_id, details_digest)
       select $1, $2, $3, $4, $5, $6, $7, $8 where $11::uuid is null or exists (select from actor)
       returning id
     )
     insert into audit_details (event_id, salt, details) select id, $9, $10::text::jsonb from event returning event_id`,
    [
      event.id,
      event.action,
      event.outcome,
      event.actor_id,
      event.subject_type,
      event.subject_id,
      event.request_id,
      event.details_digest,
      event.salt,
      event.details,
      sessionId ?? null,
    ],
    { keepPlan: true },
  );
  return inserted.length > 0;
}

/** Appends many events and their details. */
export async function insertAuditEvents(db: Db, events: NewAuditEvent[]): Promise<void> {
  const bytesAsHex = events.map(({ details_digest, salt, ...event }) => ({
    ...event,
    details_digest: details_digest.toHex(),
    salt: salt.toHex(),
  }));
  await db.query(
    "insert_audit_events",
    `with fact as (
       select * from json_to_recordset($1) as f (id uuid, action text, outcome text, actor_id uuid, subject_type text,
         subject_id text, request_id text, details_digest text, salt text, details text)
     ), event as (
       insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, request_id, details_digest)
       select id, action, outcome, actor_id, subject_type, subject_id, request_id, decode(details_digest, 'hex')
       from fact
     )
     insert into audit_details (event_id, salt, details) select id, decode(salt, 'hex'), details::jsonb from fact`,
    [JSON.stringify(bytesAsHex)],
  );
}

/** An event as it is read; times are RFC 3339 in UTC, to the microsecond. */
export type AuditEventRow = {
  id: string;
  seq: number | null;
  hash: string | null;
  occurred_at: string;
  action: string;
  outcome: "success" | "failure";
  actor_id: string | null;
  subject_type: string;
  subject_id: string | null;
  request_id: string | null;
  details: Record<string, unknown> | null;
};

/** What events may be chosen by. */
export type AuditFilter = {
  actor_id?: string | undefined;
  subject_type?: string | undefined;
  subject_id?: string | undefined;
  action?: string | undefined;
  outcome?: string | undefined;
  occurred_after?: string | undefined;
  occurred_before?: string | undefined;
};

/** A page of the chosen events, newest first, before the one whose time and id are `before`, with a space between. */
export function listAuditEvents(
  db: Db,
  filter: AuditFilter,
  before: string | null,
  limit: number,
): Promise<AuditEventRow[]> {
  const [time = null, id = null] = before?.split(" ") ?? [];
  return db.query<AuditEventRow>(
    "list_audit_events",
    `select e.id, e.seq::float8 as seq, encode(e.hash, 'hex') as hash,
            ${rfc3339("e.occurred_at")} as occurred_at,
            e.action, e.outcome, e.actor_id, e.subject_type, e.subject_id, e.request_id, d.details
     from audit_events e left join audit_details d on d.event_id = e.id
     where ($1::uuid is null or e.actor_id = $1)
       and ($2::text is null or e.subject_type = $2) and ($3::text is null or e.subject_id = $3)
       and ($4::text is null or e.action = $4) and ($5::text is null or e.outcome = $5)
       and ($6::timestamptz is null or e.occurred_at > $6) and ($7::timestamptz is null or e.occurred_at < $7)
       and ($8::timestamptz is null or (e.occurred_at, e.id) < ($8, $9::uuid))
     order by e.occurred_at desc, e.id desc limit $10`,
    [
      filter.actor_id,
      filter.subject_type,
      filter.subject_id,
      filter.action,
      filter.outcome,
      filter.occurred_after,
      filter.occurred_before,
      time,
      id,
      limit,
    ],
  );
}
