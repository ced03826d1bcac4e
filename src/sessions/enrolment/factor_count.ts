import type { Database } from "../../platform/db/db.ts";
import type { Instruments } from "../../vocabulary/dictionary.ts";
import { countEnrolled, countMissing } from "./enrolment_store.ts";
import type { FactorRequirement } from "./factor_requirement.ts";

export type FactorCount = ReturnType<typeof createFactorCount>;

/** Publishes how many persons have a second factor, and how many must have one and have none. A background job calls `take`. */
export function createFactorCount({ db, factorRequirement, gauge }: {
  db: Database;
  factorRequirement: FactorRequirement;
  gauge: Instruments["sentinel_factor_users"];
}) {
  return { take };

  async function take(): Promise<void> {
    const roles = await factorRequirement.rolesAsked();
    const missing = roles.length === 0 ? 0 : await countMissing(db, roles);
    gauge.with({ state: "enrolled" }).set(await countEnrolled(db));
    gauge.with({ state: "missing" }).set(missing);
  }
}
