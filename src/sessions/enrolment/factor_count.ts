import type { Database } from "../../platform/db/db.ts";
import type { Instruments } from "../../vocabulary/dictionary.ts";
import { countFactors, type FactorCounts, findBatchEnd } from "./enrolment_store.ts";
import type { FactorRequirement } from "./factor_requirement.ts";

/**
 * Publishes how many persons have a second factor, and how many must have one and have none. A background job calls
 * `take`.
 */
export function createFactorCount({ db, factorRequirement, gauge, batchSize = 20_000 }: {
  db: Database;
  factorRequirement: FactorRequirement;
  gauge: Instruments["sentinel_factor_users"];
  /** Users of one statement, so that each one is short however many users there are. */
  batchSize?: number;
}) {
  return { take };

  async function take(): Promise<void> {
    const roles = await factorRequirement.rolesAsked();
    const counts: FactorCounts = { enrolled: 0, missing: 0 };
    let after: string | null = null;
    do {
      const until: string | null = await findBatchEnd(db, after, batchSize) ?? null;
      const { enrolled, missing } = await countFactors(db, roles, after, until);
      counts.enrolled += enrolled;
      counts.missing += missing;
      after = until;
    } while (after !== null);
    for (const state of ["enrolled", "missing"] as const) gauge.with({ state }).set(counts[state]);
  }
}
