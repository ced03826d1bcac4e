import type { Database } from "../../platform/db/db.ts";
import type { Instruments } from "../../vocabulary/dictionary.ts";
import { countApiKeys } from "./api_key_store.ts";

/** Days before its end in which a key that is used is said to expire soon. */
const expiringDays = 14;

/** Days without a use after which a key is said to be unused. */
const unusedDays = 90;

/** Counts, now and then, the keys that an operator should look at. */
export function createKeyCensus({ db, gauge }: { db: Database; gauge: Instruments["sentinel_api_keys"] }) {
  return { take };

  async function take(): Promise<void> {
    const census = await countApiKeys(db, { expiringDays, unusedDays });
    for (const state of ["live", "expiring", "unused"] as const) gauge.with({ state }).set(census[state]);
  }
}
