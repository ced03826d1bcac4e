import type { Db } from "../../platform/db/db.ts";

/** Where an event stands in the order of time; its place in the chain is another matter. */
export type EventPosition = { occurred_at: string; id: string };

const isAfter = "($2::timestamptz is null or (occurred_at, id) > ($2, $3::uuid))";

/**
 * Deletes the user's personal data from the next `limit` events of which the user is actor or subject, and from those
 * about sessions that these created. Returns where to continue; undefined at the end.
 */
export async function deleteDetails(
  db: Db,
  userId: string,
  after: EventPosition | undefined,
  limit: number,
): Promise<EventPosition | undefined> {
  const [last] = await db.query<EventPosition>(
    "delete_audit_details",
    `with page as (
       (select * from audit_events
        where actor_id = $1::uuid and ${isAfter} order by occurred_at, id limit $4)
       union
       (select * from audit_events
        where subject_type = 'user' and subject_id = $1::text and ${isAfter} order by occurred_at, id limit $4)
       order by occurred_at, id limit $4
     ), concerned as (
       select * from page
       union all select e.* from audit_events e
         where e.subject_type = 'session'
           and e.subject_id = any (array(select subject_id from page where action = 'session.created'))
     ), erased as (
       delete from audit_details d using concerned c
       where d.event_id = c.id and case d.part
         when 'actor' then c.actor_id is null or c.actor_id = $1::uuid or c.facts is null
         else c.subject_type = 'user' and c.subject_id = $1::text end
     )
     select occurred_at::text as occurred_at, id from page order by page.occurred_at, id offset $4 - 1`,
    [userId, after?.occurred_at, after?.id, limit],
  );
  return last;
}

/**
 * For events that were committed after the erasure. Owners of sessions need not be looked up: an event about a session
 * is recorded under the lock of its row, for which deleting the user waits.
 */
export async function deleteLateDetails(db: Db, events: { id: string }[]): Promise<void> {
  await db.query(
    "delete_late_details",
    `with late as materialized (
       select e from audit_events e
       join audit_events d on d.subject_type = 'user' and d.subject_id in (e.actor_id::text, e.subject_id)
       where e.id = any ($1) and d.action = 'user.deleted'
     )
     delete from audit_details p using late where p.event_id = (late.e).id and audit_person_deleted(late.e, p.part)`,
    [events.map(({ id }) => id)],
  );
}

/** Deletes all details of the events with `after < seq <= upTo`, and returns how many rows it deleted. */
export async function deleteExpiredDetails(db: Db, after: number, upTo: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "delete_expired_details",
    `with gone as (
       delete from audit_details d using audit_events e
       where d.event_id = e.id and e.seq > $1 and e.seq <= $2 returning 1
     )
     select count(*)::int as count from gone`,
    [after, upTo],
  );
  return row!.count;
}
