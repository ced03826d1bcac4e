import type { Database, Tx } from "../../platform/db/db.ts";
import { deleteDetails, deleteErasure, insertErasure, listErasures, lockErasure, type Place } from "./erasure_store.ts";

/** Events of one transaction, that of the deletion or a later one: few enough that nobody waits for them. */
const batchSize = 2_000;

/**
 * Erases the person: where they acted from and what they were called; what is too much for one request soon after. Events
 * stay, under ids that nobody else has, and say what was done. Delete the user and record `user.deleted` first, in this
 * transaction: without both the database refuses.
 */
export async function erase(tx: Tx, userId: string): Promise<void> {
  if (await deleteDetails(tx, userId, undefined, batchSize)) await insertErasure(tx, userId);
}

/** Erases what deletions have left, batch by batch, after a crash from the start. */
export async function finishErasures(db: Database): Promise<void> {
  for (const userId of await listErasures(db)) await finish(db, userId);
}

async function finish(db: Database, userId: string): Promise<void> {
  for (let after: Place | undefined, isOver = false; !isOver;) {
    isOver = await db.transaction(async (tx) => {
      if (!await lockErasure(tx, userId)) return true; // another replica is at it, or has done it
      after = await deleteDetails(tx, userId, after, batchSize);
      if (after) return false;
      await deleteErasure(tx, userId);
      return true;
    });
  }
}
