import type { Db } from "../../platform/db/db.ts";

/** A bucket to take from. It allows `count` takes within `window_seconds`. */
export type Take = { key: Uint8Array; count: number; window_seconds: number };

/** The ids of takes that a bucket remembers: as many as may wait for an answer of the database at once. */
const takesKept = 32;

/**
 * The result of a take. `first`: nothing had been taken lately. `retry_seconds`: when an empty bucket allows the next
 * take.
 */
export type Given = { taken: boolean; first: boolean; retry_seconds: number };

/**
 * Takes once from the first bucket and, only if that succeeds, once from the second one, in one statement and by the
 * database's clock. Returns the results in the same order. Concurrent takes of one bucket wait for each other, so
 * `count` holds for all replicas together. Buckets are locked in the given order, here and in {@link refundBuckets}.
 * Each bucket remembers the `id`s of its latest takes.
 */
export async function takeFromBuckets(db: Db, takes: Take[], id: string): Promise<Given[]> {
  return await db.query<Given>(
    "take_from_buckets",
    `with asked as (
       select n, key, make_interval(secs => window_seconds) as full_window,
              make_interval(secs => window_seconds / count) as step
       from unnest($1::bytea[], $2::float8[], $3::float8[]) with ordinality as a (key, count, window_seconds, n)
     ), one as (${takeFrom("n = 1")}
     ), other as (${takeFrom("n = 2 and exists (select from one)")}
     )
     select given.key is not null as taken, coalesce(given.first, false) as first,
            extract(epoch from coalesce(greatest(b.full_until + step - full_window - now(), interval '0'), step))::float8 as retry_seconds
     from asked left join (select * from one union all select * from other) as given using (key)
       left join throttle_buckets b using (key) -- left: a bucket made a moment ago is not in this snapshot
     order by n`,
    [...columnsOf(takes), id],
    { keepPlan: true },
  );
}

/**
 * The time is read when the row is locked, not when the statement starts: a take that waited must not use a time before
 * the takes it waited for. An empty bucket is full again at most one step from now.
 */
const takeFrom = (which: string) => `
  insert into throttle_buckets as b (key, full_until, takes)
  select key, clock_timestamp() + step, array[$4::uuid] from asked where ${which}
  on conflict (key) do update set full_until = greatest(b.full_until, clock_timestamp()) +
    (select step from asked where asked.key = excluded.key), takes = ($4::uuid || b.takes)[:${takesKept}]
  where greatest(b.full_until, clock_timestamp()) + (select step from asked where asked.key = excluded.key)
    <= clock_timestamp() + (select full_window from asked where asked.key = excluded.key)
  returning key, full_until <= clock_timestamp() + (select step from asked where asked.key = b.key) as first`;

/**
 * Refunds the take with this `id` to each bucket. If it is not `certain` that it was taken, only to buckets that
 * remember the id.
 */
export async function refundBuckets(
  db: Db,
  takes: Take[],
  { id, certain }: { id: string; certain: boolean },
): Promise<void> {
  await db.query(
    "refund_buckets",
    `with asked as (
       select * from unnest($1::bytea[], $2::float8[], $3::float8[]) with ordinality as a (key, count, window_seconds, n)
     ), held as (
       select b.key from throttle_buckets b join asked using (key) order by n for update of b
     )
     update throttle_buckets b
     set full_until = full_until - make_interval(secs => window_seconds / count), takes = array_remove(takes, $4::uuid)
     from asked where b.key = asked.key and b.key in (select key from held) and ($5::bool or $4::uuid = any(b.takes))`,
    [...columnsOf(takes), id, certain],
    { keepPlan: true },
  );
}

function columnsOf(takes: Take[]): [Uint8Array[], number[], number[]] {
  return [
    takes.map(({ key }) => key),
    takes.map(({ count }) => count),
    takes.map(({ window_seconds }) => window_seconds),
  ];
}

/** The canonical names that the user logs in by, one or both. */
export async function listLoginNames(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    "list_login_names",
    `select name from users, unnest(array[username_canonical, email_canonical]) as name
     where id = $1 and name is not null`,
    [userId],
  );
  return rows.map(({ name }) => name);
}

/** Deletes the buckets, which makes them full. */
export async function deleteBuckets(db: Db, keys: Uint8Array[]): Promise<void> {
  await db.query("delete_buckets", "delete from throttle_buckets where key = any($1::bytea[])", [keys]);
}

/** Deletes at most `limit` buckets without takes, and returns their number. */
export async function deleteEmptyBuckets(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    "delete_empty_buckets",
    `delete from throttle_buckets where key in (
       select key from throttle_buckets where full_until < now() limit $1 for update skip locked
     ) returning key`,
    [limit],
  );
  return rows.length;
}
