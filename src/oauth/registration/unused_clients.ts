import type { Database } from "../../platform/db/db.ts";
import { lockUnusedClients, updateLastUses } from "./registration_store.ts";
import { deleteUnused } from "./registrations.ts";

const unusedSeconds = 30 * 86_400;

/** Clients of one transaction. */
const batchSize = 100;

/**
 * Notes when the clients that no administrator created were last used, and deletes those that nobody used for 30 days,
 * with what users allowed them.
 */
export async function purgeUnusedClients(db: Database): Promise<void> {
  await updateLastUses(db);
  while (await deleteBatch(db) === batchSize);
}

function deleteBatch(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const unused = await lockUnusedClients(tx, unusedSeconds, batchSize);
    for (const client of unused) await deleteUnused(tx, client);
    return unused.length;
  });
}
