import type { Db } from "../db/db.ts";
import { withDeadline } from "../db/deadline.ts";
import { checkpoint, findWornTable, flushStatistics, isCheckpointDue, vacuumTable } from "./maintenance_store.ts";

/** Less than the engine's limit for a statement. */
const budgetMs = 8_000;

/**
 * What background processes of a server do, which the embedded engine lacks: a checkpoint after 16 MB of writes, and a
 * vacuum of one worn table. Requests wait meanwhile, so each step is small.
 */
export async function maintain(db: Db): Promise<void> {
  await withDeadline(budgetMs, async () => {
    if (await isCheckpointDue(db)) await checkpoint(db);
    await flushStatistics(db);
    const worn = await findWornTable(db);
    if (worn) await vacuumTable(db, worn);
  });
}
