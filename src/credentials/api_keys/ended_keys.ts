import type { Database } from "../../platform/db/db.ts";
import { deleteEndedApiKeys } from "./api_key_store.ts";

/** Days for which a key that was revoked or has expired is still listed. */
const keptDays = 30;

/** Rows of one statement: small enough that no request waits for them. */
const batchSize = 500;

/** Deletes keys that ended long ago, batch by batch. */
export async function purgeApiKeys(db: Database): Promise<void> {
  while (await deleteEndedApiKeys(db, batchSize, keptDays) === batchSize);
}
