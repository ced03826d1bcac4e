import type { Database, Tx } from "../platform/db.ts";
import {
  deleteDetails,
  deleteDetailsAfter,
  deleteErasure,
  insertErasure,
  listErasures,
  lockErasure,
  type Place,
} from "./erasure_store.ts";

/** Events whose details a deletion erases itself, within its request. */
const atOnce = 2_000;

/** Events of one transaction afterwards: few enough that nobody waits for them. */
const batchSize = 1_000;

/**
 * Erases the person: the details of what they did, of what was done to them, and of their sessions; what is too much for
 * one request soon after. Events stay, under ids that nobody else has. Record `user.deleted` first, in this transaction:
 * without it the database refuses.
 */
export async function erase(tx: Tx, userId: string): Promise<void> {
  if (await deleteDetails(tx, userId, atOnce) === atOnce) await insertErasure(tx, userId);
}

/** Erases what deletions have left, batch by batch, one replica at a time for each person; after a crash from the start. */
export async function finishErasures(db: Database): Promise<void> {
  for (const userId of await listErasures(db)) {
    if (!await eraseAll(db, userId, "actor") || !await eraseAll(db, userId, "subject")) continue; // another is at it
    await deleteErasure(db, userId);
  }
}

/** False when another replica is at it, or has done it. */
async function eraseAll(db: Database, userId: string, as: "actor" | "subject"): Promise<boolean> {
  let after: Place | undefined;
  do {
    const last = await db.transaction(async (tx) =>
      await lockErasure(tx, userId) ? await deleteDetailsAfter(tx, userId, as, after, batchSize) : "held"
    );
    if (last === "held") return false;
    after = last;
  } while (after);
  return true;
}
