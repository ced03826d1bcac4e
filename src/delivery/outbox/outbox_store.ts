import type { Db } from "../../platform/db/db.ts";

/** What a row is sent by. */
export type OutboxKind = "mail" | "http";

/** A claimed row. `attempts` includes the one for which it was claimed. */
export type OutboxRow = {
  id: string;
  kind: OutboxKind;
  payload: Record<string, unknown>;
  created_at: Date;
  attempts: number;
};

export type DeadRow = Omit<OutboxRow, "kind"> & { kind: string; dead_at: Date; error_class: string };

export type WaitingRow = Omit<OutboxRow, "kind"> & { kind: string; next_attempt_at: Date; error_class: string | null };

/** How many rows wait, how many were given up, and since when the oldest waits, in seconds. */
export type OutboxCounts = { kind: OutboxKind; waiting: number; dead: number; oldest_seconds: number };

const isWaiting = "done_at is null and dead_at is null";

export async function insertOutboxRow(db: Db, { id, kind, payload }: Pick<OutboxRow, "id" | "kind" | "payload">) {
  await db.query("insert_outbox", "insert into outbox (id, kind, payload) values ($1, $2, $3)", [id, kind, payload]);
}

/** Inserts several rows of one kind. */
export async function insertOutboxRows(db: Db, kind: OutboxKind, rows: Pick<OutboxRow, "id" | "payload">[]) {
  await db.query(
    "insert_outbox_rows",
    `insert into outbox (id, kind, payload)
     select (r->>'id')::uuid, $1, r->'payload' from jsonb_array_elements($2::jsonb) r`,
    [kind, JSON.stringify(rows)],
  );
}

/**
 * Inserts rows of one kind, each to the address that its user has now, as `to` of its payload; none for a user without
 * one.
 */
export async function insertOutboxRowsTo(
  db: Db,
  kind: OutboxKind,
  rows: (Pick<OutboxRow, "id" | "payload"> & { user_id: string })[],
): Promise<void> {
  await db.query(
    "insert_outbox_to_user",
    `insert into outbox (id, kind, payload)
     select r.id, $1, r.payload || jsonb_build_object('to', u.email, 'name', coalesce(u.username, u.email))
     from jsonb_to_recordset($2) as r (id uuid, user_id uuid, payload jsonb)
     join users u on u.id = r.user_id where u.email is not null`,
    [kind, JSON.stringify(rows)],
  );
}

/** Claims at most `limit` rows that are due, for so many seconds. Another replica takes others. */
export function claimOutboxRows(
  db: Db,
  kind: OutboxKind,
  limit: number,
  leaseSeconds: number,
): Promise<OutboxRow[]> {
  return db.query(
    "claim_outbox",
    `update outbox set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $3)
     where id in (
       select id from outbox where ${isWaiting} and next_attempt_at <= now() and kind = $1
       order by next_attempt_at limit $2 for update skip locked
     ) returning id, kind, payload, created_at, attempts`,
    [kind, limit, leaseSeconds],
  );
}

/** Marks the row as sent, or as no longer worth sending, and drops its content. Only the last claim counts. */
export async function updateDone(db: Db, { id, attempts }: OutboxRow): Promise<void> {
  await db.query(
    "update_outbox_done",
    `update outbox set done_at = now(), payload = '{}', error_class = null
     where id = $1 and attempts = $2 and ${isWaiting}`,
    [id, attempts],
  );
}

export async function updateRetry(db: Db, { id, attempts }: OutboxRow, errorClass: string, seconds: number) {
  await db.query(
    "update_outbox_retry",
    `update outbox set next_attempt_at = now() + make_interval(secs => $4), error_class = $3
     where id = $1 and attempts = $2 and ${isWaiting}`,
    [id, attempts, errorClass, seconds],
  );
}

export async function updateDead(db: Db, { id, attempts }: OutboxRow, errorClass: string): Promise<void> {
  await db.query(
    "update_outbox_dead",
    `update outbox set dead_at = now(), error_class = $3 where id = $1 and attempts = $2 and ${isWaiting}`,
    [id, attempts, errorClass],
  );
}

/** Rows that were given up, the latest first. */
export function listDead(db: Db, kind: OutboxKind, limit: number): Promise<DeadRow[]> {
  return db.query(
    "list_outbox_dead",
    `select id, kind, payload, created_at, attempts, dead_at, error_class from outbox
     where kind = $1 and dead_at is not null order by dead_at desc limit $2`,
    [kind, limit],
  );
}

/** Rows that wait, those that are sent next first. */
export function listWaiting(db: Db, kind: OutboxKind, limit: number): Promise<WaitingRow[]> {
  return db.query(
    "list_outbox_waiting",
    `select id, kind, payload, created_at, attempts, next_attempt_at, error_class from outbox
     where kind = $1 and ${isWaiting} order by next_attempt_at limit $2`,
    [kind, limit],
  );
}

/** Lets rows that were given up be tried again, one or all, and returns their number. */
export async function updateRevived(db: Db, kind: OutboxKind, id: string | null): Promise<number> {
  const rows = await db.query(
    "update_outbox_revived",
    `update outbox set dead_at = null, attempts = 0, next_attempt_at = now()
     where kind = $1 and dead_at is not null and ($2::uuid is null or id = $2) returning 1`,
    [kind, id],
  );
  return rows.length;
}

/** How many of each kind wait and were given up, and for how long; in the order of the kinds. */
export function countOutbox(db: Db, kinds: readonly OutboxKind[]): Promise<OutboxCounts[]> {
  return db.query<OutboxCounts>(
    "count_outbox",
    `select kind, waiting, dead, oldest_seconds
     from unnest($1::text[]) with ordinality as kinds (kind, place), lateral (
       select count(*) filter (where dead_at is null)::int as waiting,
              count(*) filter (where dead_at is not null)::int as dead,
              coalesce(extract(epoch from now() - min(created_at) filter (where dead_at is null)), 0)::float8
                as oldest_seconds
       from outbox where outbox.kind = kinds.kind and done_at is null
     ) as counted
     order by place`,
    [kinds],
  );
}

/** Deletes at most `limit` rows that were sent, or given up, so many days ago, and returns their number. */
export async function deleteEnded(
  db: Db,
  limit: number,
  { sentDays, deadDays }: { sentDays: number; deadDays: number },
): Promise<number> {
  const rows = await db.query(
    "delete_ended_outbox",
    `delete from outbox where id in (
       select id from outbox where (done_at is not null or dead_at is not null)
         and coalesce(done_at, dead_at) < now() - make_interval(days => case when done_at is null then $3::int else $2 end)
       limit $1 for update skip locked
     ) returning 1`,
    [limit, sentDays, deadDays],
  );
  return rows.length;
}
