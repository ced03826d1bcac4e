import type { Db } from "../db/db.ts";

/** Bytes of the write-ahead log after which a checkpoint is due: one segment. */
const walSizeMax = 16_777_216;

/** A table that needs a vacuum. A `large` one has indexes that take too long to scan while requests wait. */
export type WornTable = { name: string; large: boolean };

/** Whether enough was written since the last checkpoint. */
export async function isCheckpointDue(db: Db): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(
    "find_wal_size",
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) >= ${walSizeMax} as due from pg_control_checkpoint()`,
  );
  return row!.due;
}

/** Writes memory to disk, so that the log can be reused. */
export async function checkpoint(db: Db): Promise<void> {
  await db.query("checkpoint", "checkpoint");
}

/** Adds what this session has written to the statistics. */
export async function flushStatistics(db: Db): Promise<void> {
  await db.query("flush_statistics", "select pg_stat_force_next_flush()");
}

/** The table that most needs a vacuum, by the thresholds of autovacuum (PostgreSQL, "Automatic Vacuuming"). */
export async function findWornTable(db: Db): Promise<WornTable | undefined> {
  const [row] = await db.query<WornTable>(
    "find_worn_table",
    `select relname as name, pg_total_relation_size(relid) > 67108864 as large from pg_stat_user_tables
     where schemaname = current_schema()
       and (n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup)
     order by greatest(n_dead_tup, n_mod_since_analyze) desc, relname limit 1`,
  );
  return row;
}

/** Frees the space of dead rows and updates the planner's statistics. */
export async function vacuumTable(db: Db, { name, large }: WornTable): Promise<void> {
  const how = large ? "analyze, index_cleanup off, truncate off" : "analyze";
  await db.query("vacuum_table", `vacuum (${how}) "${name}"`);
}
