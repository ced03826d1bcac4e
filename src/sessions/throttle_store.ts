import type { Db } from "../platform/db.ts";

/** One bucket to take from: `window_seconds` allow `count` takes. */
export type Take = { key: Uint8Array; count: number; window_seconds: number };

/** A bucket that gave nothing, and after how many seconds it will. */
export type Refused = { key: Uint8Array; retry_seconds: number };

/**
 * Takes once from each bucket, all in one statement and by the database's clock, and answers those that gave nothing.
 * Concurrent takes of one bucket wait for each other, so that all replicas together get `count`, not each.
 */
export async function takeFromBuckets(db: Db, takes: Take[]): Promise<Refused[]> {
  return await db.query<Refused>(
    "take_from_buckets",
    `with asked as (
       select key, make_interval(secs => window_seconds) as full_window,
              make_interval(secs => window_seconds / count) as step
       from unnest($1::bytea[], $2::float8[], $3::float8[]) as a (key, count, window_seconds)
       order by key
     ), taken as (
       insert into throttle_buckets as b (key, full_until)
       select key, now() + step from asked
       on conflict (key) do update set full_until = greatest(b.full_until, now()) +
         (select step from asked where asked.key = excluded.key)
       where greatest(b.full_until, now()) + (select step from asked where asked.key = excluded.key)
         <= now() + (select full_window from asked where asked.key = excluded.key)
       returning key
     )
     select key, extract(epoch from coalesce(greatest(b.full_until + step - full_window - now(), interval '0'), step))::float8 as retry_seconds
     from asked left join throttle_buckets b using (key) -- left: a bucket made a moment ago is not in this snapshot
     where key not in (select key from taken)`,
    [
      takes.map(({ key }) => key),
      takes.map(({ count }) => count),
      takes.map(({ window_seconds }) => window_seconds),
    ],
  );
}

/** Gives one take back to each bucket. */
export async function refundBuckets(db: Db, takes: Take[]): Promise<void> {
  await db.query(
    "refund_buckets",
    `update throttle_buckets b set full_until = full_until - make_interval(secs => a.window_seconds / a.count)
     from unnest($1::bytea[], $2::float8[], $3::float8[]) as a (key, count, window_seconds)
     where b.key = a.key`,
    [
      takes.map(({ key }) => key),
      takes.map(({ count }) => count),
      takes.map(({ window_seconds }) => window_seconds),
    ],
  );
}

export async function deleteBuckets(db: Db, keys: Uint8Array[]): Promise<void> {
  await db.query("delete_buckets", "delete from throttle_buckets where key = any($1::bytea[])", [keys]);
}

/** Deletes at most `limit` buckets that are empty again, and answers how many. */
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
