import type { Database, Db } from "../../platform/db/db.ts";
import { knownSeconds } from "../login/login_store.ts";
import { deleteExpiredSessions, tryPurgeLock } from "./purge_store.ts";
import { deleteEmptyBuckets } from "../login/throttle_store.ts";

/** Rows of one transaction: small enough that nobody waits for them. */
const batchSize = 1_000;

/**
 * Deletes expired sessions and empty buckets, batch by batch, one replica at a time; returns when a batch was not full
 * or another replica is at it. An address is known for some time after a login from it, so a session that ends sooner is
 * kept until then.
 */
export async function purge(db: Database, sessionMaxSeconds: number): Promise<void> {
  const keptSeconds = Math.max(0, knownSeconds - sessionMaxSeconds);
  const deleteSessions = (tx: Db, limit: number) => deleteExpiredSessions(tx, limit, keptSeconds);
  for (const deleteBatch of [deleteSessions, deleteEmptyBuckets]) {
    while (await purgeBatch(db, deleteBatch) === batchSize);
  }
}

async function purgeBatch(db: Database, deleteBatch: (tx: Db, limit: number) => Promise<number>): Promise<number> {
  return await db.transaction(async (tx) => await tryPurgeLock(tx) ? await deleteBatch(tx, batchSize) : 0);
}
