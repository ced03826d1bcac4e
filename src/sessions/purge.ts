import type { Database, Db } from "../platform/db.ts";
import { deleteExpiredSessions, tryPurgeLock } from "./session_store.ts";
import { deleteEmptyBuckets } from "./throttle_store.ts";

/** Rows of one transaction: small enough that nobody waits for them. */
const batchSize = 1_000;

/**
 * Deletes expired sessions and empty buckets, batch by batch, one replica at a time; returns when a batch was not full
 * or another replica is at it.
 */
export async function purge(db: Database): Promise<void> {
  for (const deleteBatch of [deleteExpiredSessions, deleteEmptyBuckets]) {
    while (await purgeBatch(db, deleteBatch) === batchSize);
  }
}

async function purgeBatch(db: Database, deleteBatch: (tx: Db, limit: number) => Promise<number>): Promise<number> {
  return await db.transaction(async (tx) => await tryPurgeLock(tx) ? await deleteBatch(tx, batchSize) : 0);
}
