import type { Database, Db } from "../../platform/db/db.ts";
import { knownSeconds } from "../login/login_store.ts";
import { deleteExpiredSessions, tryPurgeLock } from "./purge_store.ts";
import { deleteOldEnds } from "../ended/ended_session_store.ts";
import { deleteEmptyBuckets } from "../login/throttle_store.ts";

/** No access token lives longer; see `api_resources_ttl_check`. */
const endsKeptSeconds = 86_400;

/** Rows per transaction: few enough that other transactions do not wait for long. */
const batchSize = 1_000;

/**
 * Deletes expired sessions, empty buckets and old ends in batches, on one replica at a time. Returns after a batch that
 * was not full, or when another replica is purging. A session is kept for 30 days after its login, because its address
 * counts as known for so long.
 */
export async function purge(db: Database, sessionMaxSeconds: number): Promise<void> {
  const keptSeconds = Math.max(0, knownSeconds - sessionMaxSeconds);
  const deleteSessions = (tx: Db, limit: number) => deleteExpiredSessions(tx, limit, keptSeconds);
  const deleteEnds = (tx: Db, limit: number) => deleteOldEnds(tx, limit, endsKeptSeconds);
  for (const deleteBatch of [deleteSessions, deleteEmptyBuckets, deleteEnds]) {
    while (await purgeBatch(db, deleteBatch) === batchSize);
  }
}

async function purgeBatch(db: Database, deleteBatch: (tx: Db, limit: number) => Promise<number>): Promise<number> {
  return await db.transaction(async (tx) => await tryPurgeLock(tx) ? await deleteBatch(tx, batchSize) : 0);
}
