import type { Db } from "../../platform/db/db.ts";

/**
 * How many younger events are checked: no transaction is so long that an event beyond them was sealed before all of
 * them.
 */
const lookedAt = 10_000;

/** The last place up to which every sealed event is older than this many days, or 0. */
export async function findLastOlderThan(db: Db, days: number): Promise<number> {
  const [row] = await db.query<{ seq: number }>(
    "find_last_older_than",
    `select coalesce(
              (select min(y.seq) - 1 from (
                 select seq from audit_events
                 where occurred_at >= now() - make_interval(days => $1) and seq is not null
                 order by occurred_at, id limit $2
               ) y),
              (select max(seq) from audit_events), 0)::float8 as seq`,
    [days, lookedAt],
  );
  return row!.seq;
}
