import type { Database } from "../../platform/db/db.ts";
import type { Instruments } from "../../vocabulary/dictionary.ts";
import { countApiKeys } from "./api_key_store.ts";

/** A key in use that expires within this many days counts as expiring. */
const expiringDays = 14;

/** A key without a use for this many days counts as unused. */
const unusedDays = 90;

/** Publishes the counts of live, expiring and unused API keys as a metric. A background job calls `take`. */
export function createKeyCount({ db, gauge }: { db: Database; gauge: Instruments["sentinel_api_keys"] }) {
  return { take };

  async function take(): Promise<void> {
    const counts = await countApiKeys(db, { expiringDays, unusedDays });
    for (const state of ["live", "expiring", "unused"] as const) gauge.with({ state }).set(counts[state]);
  }
}
