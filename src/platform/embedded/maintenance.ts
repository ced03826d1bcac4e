import type { Db } from "../db/db.ts";
import { withDeadline } from "../db/deadline.ts";
import { checkpoint, findWornTable, flushStatistics, isCheckpointDue, vacuumTable } from "./maintenance_store.ts";

/** Shorter than the engine lets any statement run. */
const budgetMs = 8_000;

/**
 * Does what a server's background processes do, of which the embedded engine has none: a checkpoint once 16 MB are
 * written, and the vacuum of one worn table. It is to be called every few seconds: requests wait while a step runs, so
 * each step is small.
 */
export async function maintain(db: Db): Promise<void> {
  await withDeadline(budgetMs, async () => {
    if (await isCheckpointDue(db)) await checkpoint(db);
    await flushStatistics(db);
    const worn = await findWornTable(db);
    if (worn) await vacuumTable(db, worn);
  });
}
