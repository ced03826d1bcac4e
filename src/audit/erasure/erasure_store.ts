import type { Db } from "../../platform/db/db.ts";

/** A position in the order of time. */
export type Place = { occurred_at: string; id: string };

const isAfter = "($2::timestamptz is null or (occurred_at, id) > ($2, $3::uuid))";

/**
 * Deletes the user's parts of the next `limit` events after `after`: of what the user did, of what was done to the
 * user, and of sessions that the user began. Returns where to continue, or undefined at the end. Addresses of other
 * users who acted on this user stay.
 */
export async function deleteDetails(
  db: Db,
  userId: string,
  after: Place | undefined,
  limit: number,
): Promise<Place | undefined> {
  const [last] = await db.query<Place>(
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
       union all select e.* from page p
         join audit_events e on e.subject_type = 'session' and e.subject_id = p.subject_id
         where p.action = 'session.created'
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

/** Records that the erasure of the user is not complete. */
export async function insertErasure(db: Db, userId: string): Promise<void> {
  await db.query("insert_erasure", "insert into audit_erasures (user_id) values ($1)", [userId]);
}

/** The users whose erasure is not complete, in the order of their deletion. */
export async function listErasures(db: Db): Promise<string[]> {
  const rows = await db.query<{ user_id: string }>(
    "list_erasures",
    "select user_id from audit_erasures order by created_at, user_id",
  );
  return rows.map(({ user_id }) => user_id);
}

/** Locks the erasure for this transaction. Returns false when another transaction has it, or it is complete. */
export async function lockErasure(db: Db, userId: string): Promise<boolean> {
  const rows = await db.query(
    "lock_erasure",
    "select 1 from audit_erasures where user_id = $1 for update skip locked",
    [userId],
  );
  return rows.length > 0;
}

export async function deleteErasure(db: Db, userId: string): Promise<void> {
  await db.query("delete_erasure", "delete from audit_erasures where user_id = $1", [userId]);
}

/**
 * Deletes the parts of these events whose user was deleted according to the log. Owners of sessions need no check,
 * which would cost half as much as sealing: what another user does to a session is recorded under a lock on its row,
 * and deleting the owner, which deletes that row, waits for the lock.
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

/** Deletes the remaining details of the events between two places, and returns the number of deleted parts. */
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
