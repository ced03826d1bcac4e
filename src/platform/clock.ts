import type { Db } from "./db/db.ts";

/** A clock. Rules take it as a dependency, so that tests can set the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The database's clock as last read, continued by monotonic time: replicas agree whatever their own clocks say. */
export interface DatabaseClock extends Clock {
  /** Sets the clock to `databaseNow`, which was read between `sentAt` and now (both of `performance.now()`). */
  hear(databaseNow: number, sentAt: number): void;
}

export function createDatabaseClock(): DatabaseClock {
  let offset = Date.now() - performance.now();
  return {
    now: () => performance.now() + offset,
    hear(databaseNow, sentAt) {
      offset = databaseNow - (sentAt + performance.now()) / 2;
    },
  };
}

export async function hearDatabaseTime(db: Db, clock: DatabaseClock): Promise<void> {
  const sentAt = performance.now();
  const [row] = await db.query<{ now: number }>(
    "find_time",
    "select extract(epoch from clock_timestamp())::float8 * 1000 as now",
  );
  clock.hear(row!.now, sentAt);
}
