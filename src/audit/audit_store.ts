import type { Db } from "../platform/db.ts";

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

/** Appends the event and its details. */
export async function insertAuditEvent(db: Db, event: NewAuditEvent): Promise<void> {
  await db.query(
    "insert_audit_event",
    `with event as (
       insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, request_id, details_digest)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
     )
     insert into audit_details (event_id, salt, details) values ($1, $9, $10::text::jsonb)`,
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
    ],
  );
}
