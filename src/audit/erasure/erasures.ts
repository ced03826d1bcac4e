import type { Database, Tx } from "../../platform/db/db.ts";
import { deleteDetails, type EventPosition } from "./details_store.ts";
import { deleteErasure, insertErasure, listErasures, lockErasure } from "./erasure_store.ts";

/** Events per transaction: few enough that other transactions do not wait for long. */
const batchSize = 2_000;

/**
 * Erases a deleted user's addresses, devices and names; the events stay under the id. A job erases what is more than a
 * batch. The database refuses unless the user was deleted and `user.deleted` recorded.
 */
export async function erase(tx: Tx, userId: string): Promise<void> {
  if (await deleteDetails(tx, userId, undefined, batchSize)) await insertErasure(tx, userId);
}

/** Finishes every erasure that was too large for the request that deleted the user. After a crash it starts over. */
export async function finishErasures(db: Database): Promise<void> {
  for (const userId of await listErasures(db)) await finishErasure(db, userId);
}

async function finishErasure(db: Database, userId: string): Promise<void> {
  for (let after: EventPosition | undefined, isDone = false; !isDone;) {
    isDone = await db.transaction(async (tx) => {
      if (!await lockErasure(tx, userId)) return true; // another replica is erasing, or has finished
      after = await deleteDetails(tx, userId, after, batchSize);
      if (after) return false;
      await deleteErasure(tx, userId);
      return true;
    });
  }
}
