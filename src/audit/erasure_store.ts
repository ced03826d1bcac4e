import type { Db } from "../platform/db.ts";

/**
 * Deletes the details of what the user did, of what was done to them, and of their sessions, of at most `limit` events;
 * answers how many events there were to look at.
 */
export async function deleteDetails(db: Db, userId: string, limit: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "delete_audit_details",
    `with theirs as (
       select id from audit_events where actor_id = $1::uuid
       union all select id from audit_events where subject_type = 'user' and subject_id = $1::text
       union all select e.id from audit_events c
         join audit_events e on e.subject_type = 'session' and e.subject_id = c.subject_id
         where c.actor_id = $1::uuid and c.action = 'session.created'
       limit $2
     ), erased as (
       delete from audit_details where event_id in (select id from theirs)
     )
     select count(*)::int as count from theirs`,
    [userId, limit],
  );
  return row!.count;
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

/** Whose events: what the user did, which tells their sessions too, or what was done to them. */
const theirs = {
  actor: "actor_id = $1::uuid",
  subject: "subject_type = 'user' and subject_id = $1::text",
} as const;

/** A place in the order of time. */
export type Place = { occurred_at: string; id: string };

/** Deletes the details of the next `limit` events after `after`, and of the sessions they began; answers the last place. */
export async function deleteDetailsAfter(
  db: Db,
  userId: string,
  as: keyof typeof theirs,
  after: Place | undefined,
  limit: number,
): Promise<Place | undefined> {
  const [last] = await db.query<Place>(
    "delete_audit_details_after",
    `with page as (
       select id, occurred_at, action, subject_id from audit_events
       where ${theirs[as]} and ($2::timestamptz is null or (occurred_at, id) > ($2, $3::uuid))
       order by occurred_at, id limit $4
     ), erased as (
       delete from audit_details where event_id in (
         select id from page
         union all select e.id from page p
           join audit_events e on e.subject_type = 'session' and e.subject_id = p.subject_id
           where p.action = 'session.created'
       )
     )
     select occurred_at::text as occurred_at, id from page order by page.occurred_at desc, id desc limit 1`,
    [userId, after?.occurred_at, after?.id, limit],
  );
  return last;
}
