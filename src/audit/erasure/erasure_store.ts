import type { Db } from "../../platform/db/db.ts";

/** A place in the order of time. */
export type Place = { occurred_at: string; id: string };

const isAfter = "($2::timestamptz is null or (occurred_at, id) > ($2, $3::uuid))";

/**
 * Deletes the user's parts of the next `limit` events after `after` of what they did and of what was done to them, and of
 * the sessions that these began; answers where to go on, undefined if that was all. What others did to the user keeps
 * their address: that is their part.
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

/** Remembers that there is more to erase of the user. */
export async function insertErasure(db: Db, userId: string): Promise<void> {
  await db.query("insert_erasure", "insert into audit_erasures (user_id) values ($1)", [userId]);
}

/** Everybody of whom there is more to erase, the first deleted first. */
export async function listErasures(db: Db): Promise<string[]> {
  const rows = await db.query<{ user_id: string }>(
    "list_erasures",
    "select user_id from audit_erasures order by created_at, user_id",
  );
  return rows.map(({ user_id }) => user_id);
}

/** Keeps the erasure to this transaction; false when another has it, or it is done. */
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
 * Deletes those parts of these events whose person the log says was deleted. Owners of sessions need not be asked for,
 * which would cost half as much as sealing: what another user does to a session is recorded under the lock of its row,
 * and deleting the user, which deletes that row, waits for it.
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

/** Deletes what is left of the details of the events after one place, up to another; answers how many parts it was. */
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
