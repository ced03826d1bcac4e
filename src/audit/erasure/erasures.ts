import type { Database, Tx } from "../../platform/db/db.ts";
import { deleteDetails, deleteErasure, insertErasure, listErasures, lockErasure, type Place } from "./erasure_store.ts";

/**
 * Events per transaction, in that of the deletion and in later ones: few enough that other transactions do not wait for
 * long.
 */
const batchSize = 2_000;

/**
 * Erases the user's addresses, devices and names from the audit log; what is too much for one request follows soon.
 * Events stay under the user's id, which is never used again. First delete the user and record `user.deleted` in the
 * same transaction, as the database requires both.
 */
export async function erase(tx: Tx, userId: string): Promise<void> {
  if (await deleteDetails(tx, userId, undefined, batchSize)) await insertErasure(tx, userId);
}

/** Completes erasures in batches. After a crash it starts again from the beginning. */
export async function finishErasures(db: Database): Promise<void> {
  for (const userId of await listErasures(db)) await finish(db, userId);
}

async function finish(db: Database, userId: string): Promise<void> {
  for (let after: Place | undefined, isOver = false; !isOver;) {
    isOver = await db.transaction(async (tx) => {
      if (!await lockErasure(tx, userId)) return true; // another replica is working on it or has completed it
      after = await deleteDetails(tx, userId, after, batchSize);
      if (after) return false;
      await deleteErasure(tx, userId);
      return true;
    });
  }
}
