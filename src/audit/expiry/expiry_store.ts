import type { Db } from "../../platform/db/db.ts";

/**
 * How many of the oldest events within `days` are compared, as events are sealed only roughly in the order of time: no
 * transaction lasts so long that an event after these was sealed before all of them.
 */
const comparedMax = 10_000;

/** The last place such that every event up to it is older than `days`; 0 if there is none. */
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
    [days, comparedMax],
  );
  return row!.seq;
}
