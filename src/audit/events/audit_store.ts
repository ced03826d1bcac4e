import type { Db } from "../../platform/db/db.ts";
import { rfc3339 } from "../../platform/db/rfc3339.ts";

/** What happened, who did it, and to what. */
export type EventRow = {
  id: string;
  action: string;
  outcome: "success" | "failure";
  actor_id: string | null;
  subject_type: string;
  subject_id: string | null;
  request_id: string | null;
};

/** An event with its separate parts: one of the actor, and one of the subject if names are given. */
export type NewAuditEvent = EventRow & {
  facts: string;
  details_digest: Uint8Array;
  salt: Uint8Array;
  details: string;
  subject_digest: Uint8Array | null;
  subject_salt: Uint8Array | null;
  subject_details: string | null;
};

/** Returns false for a session that is not live; a live one is locked, so that it cannot end before the transaction. */
export async function insertAuditEvent(db: Db, event: NewAuditEvent, sessionId?: string): Promise<boolean> {
  const inserted = await db.query(
    "insert_audit_event",
    `with actor as (
       select from sessions s join users u on u.id = s.user_id
       where s.id = $11 and s.revoked_at is null and s.expires_at > now() and u.disabled_at is null
       for share of s
     ), event as (
       insert into audit_events
         (id, action, outcome, actor_id, subject_type, subject_id, request_id, details_digest, facts, subject_digest)
       select $1, $2, $3, $4, $5, $6, $7, $8, $12::text::jsonb, $13 where $11::uuid is null or exists (select from actor)
       returning id
     )
     insert into audit_details (event_id, part, salt, details)
     select id, part, salt, details::jsonb
     from event, (values ('actor', $9::bytea, $10::text), ('subject', $14, $15)) as p (part, salt, details)
     where salt is not null returning event_id`,
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
      event.facts,
      event.subject_digest,
      event.subject_salt,
      event.subject_details,
    ],
    { keepPlan: true },
  );
  return inserted.length > 0;
}

export async function insertAuditEvents(db: Db, events: NewAuditEvent[]): Promise<void> {
  const bytesAsHex = events.map(({ details_digest, salt, subject_digest, subject_salt, ...event }) => ({
    ...event,
    details_digest: details_digest.toHex(),
    salt: salt.toHex(),
    subject_digest: subject_digest?.toHex(),
    subject_salt: subject_salt?.toHex(),
  }));
  await db.query(
    "insert_audit_events",
    `with fact as (
       select * from json_to_recordset($1) as f (id uuid, action text, outcome text, actor_id uuid, subject_type text,
         subject_id text, request_id text, facts text, details_digest text, salt text, details text,
         subject_digest text, subject_salt text, subject_details text)
     ), event as (
       insert into audit_events
         (id, action, outcome, actor_id, subject_type, subject_id, request_id, facts, details_digest, subject_digest)
       select id, action, outcome, actor_id, subject_type, subject_id, request_id, facts::jsonb,
              decode(details_digest, 'hex'),
              decode(subject_digest, 'hex')
       from fact
     )
     insert into audit_details (event_id, part, salt, details)
     select id, 'actor', decode(salt, 'hex'), details::jsonb from fact
     union all
     select id, 'subject', decode(subject_salt, 'hex'), subject_details::jsonb from fact where subject_salt is not null`,
    [JSON.stringify(bytesAsHex)],
    { keepPlan: true },
  );
}

/** An event in answers. Times are RFC 3339 in UTC, with microseconds. */
export type AuditEventRow = EventRow & {
  seq: number | null;
  hash: string | null;
  occurred_at: string;
  details: Record<string, unknown> | null;
};

export type AuditFilter = {
  /** The user whom the event is about, or whose session it is about. */
  user_id?: string | undefined;
  actor_id?: string | undefined;
  subject_type?: string | undefined;
  subject_id?: string | undefined;
  action?: string | undefined;
  outcome?: string | undefined;
  occurred_after?: string | undefined;
  occurred_before?: string | undefined;
};

const scannedMax = 20_000;

/** The user whom an event `e` is about, or whose session it is about. An index has this expression. */
const userOf = `case e.subject_type when 'user' then e.subject_id when 'session'
         then coalesce(e.facts ->> 'user_id', case when e.action <> 'session.revoked' then e.actor_id::text end) end`;

/** The columns of an {@link AuditEventRow} of an event `e` with its {@link joinedParts}. */
const shownColumns = `e.id, e.seq::float8 as seq, encode(e.hash, 'hex') as hash,
            ${rfc3339("e.occurred_at")} as occurred_at,
            e.action, e.outcome, e.actor_id, e.subject_type, e.subject_id, e.request_id,
            nullif(coalesce(e.facts, '{}') || coalesce(a.details, '{}') || coalesce(s.details, '{}'), '{}') as details`;

const joinedParts = `
     left join audit_details a on a.event_id = e.id and a.part = 'actor'
     left join audit_details s on s.event_id = e.id and s.part = 'subject'`;

/** The event; undefined if there is none. */
export async function findAuditEvent(db: Db, id: string): Promise<AuditEventRow | undefined> {
  const [row] = await db.query<AuditEventRow>(
    "find_audit_event",
    `select ${shownColumns} from audit_events e ${joinedParts} where e.id = $1`,
    [id],
  );
  return row;
}

/** Events, and where to continue if the search stopped before the page was full. */
export type AuditSearch = { rows: AuditEventRow[]; goOn: string | null };

/**
 * Newest first, before the time and id in `before`, separated by a space. One filter's index is read and the others are
 * checked on at most `scanned` events, so no combination takes longer than a request may.
 */
export async function listAuditEvents(
  db: Db,
  filter: AuditFilter,
  before: string | null,
  limit: number,
  scanned = scannedMax,
): Promise<AuditSearch> {
  const [time = null, id = null] = before?.split(" ") ?? [];
  const { user_id, actor_id, subject_type, subject_id, action, outcome, occurred_after, occurred_before } = filter;
  const { conditions, isAll } = walkOf(filter);
  const found = await db.query<AuditEventRow & { found: boolean; go_on: string | null }>(
    "list_audit_events",
    `with walked as (
       select * from audit_events e
       where ${conditions}
         and ($6::timestamptz is null or e.occurred_at > $6) and ($7::timestamptz is null or e.occurred_at < $7)
         and ($8::timestamptz is null or (e.occurred_at, e.id) < ($8, $9::uuid))
       order by e.occurred_at desc, e.id desc limit ${isAll ? "$10" : "$11"}
     ), chosen as ( -- in the order walked
       select * from walked e
       where ($1::uuid is null or e.actor_id = $1)
         and ($2::text is null or e.subject_type = $2) and ($3::text is null or e.subject_id = $3)
         and ($4::text is null or e.action = $4) and ($5::text is null or e.outcome = $5)
         and ($12::uuid is null or ${userOf} = $12::uuid::text)
       limit $10
     )
     select ${shownColumns}, e.id is not null as found,
            case when (select count(*) from chosen) < $10 then (
              select ${rfc3339("w.occurred_at")} || ' ' || w.id from walked w offset $11::int - 1 limit 1
            ) end as go_on
     from (values (1)) as always left join chosen e on true ${joinedParts}
     order by e.occurred_at desc, e.id desc`,
    [
      ...[actor_id, subject_type, subject_id, action, outcome, occurred_after, occurred_before, time, id, limit],
      ...[scanned, user_id],
    ],
  );
  const rows = found.filter(({ found }) => found).map(({ found: _, go_on: __, ...row }) => row);
  return { rows, goOn: found[0]?.go_on ?? null };
}

/** The filter whose index is read, and whether there are no others. */
function walkOf(
  { user_id, actor_id, subject_type, action, outcome }: AuditFilter,
): { conditions: string; isAll: boolean } {
  const refused = outcome === "failure" ? "e.outcome = 'failure'" : "true";
  const isSifted = outcome === "success";
  if (subject_type) {
    const conditions = `e.subject_type = $2 and e.subject_id = $3 and ${refused}`;
    return { conditions, isAll: !user_id && !actor_id && !action && !isSifted };
  }
  if (user_id) {
    return { conditions: `${userOf} = $12::uuid::text`, isAll: !actor_id && !action && !outcome };
  }
  if (actor_id) return { conditions: `e.actor_id = $1 and ${refused}`, isAll: !action && !isSifted };
  if (action) return { conditions: "e.action = $4", isAll: !outcome };
  return { conditions: refused, isAll: !isSifted };
}
