import { withDeadline } from "../../platform/db/deadline.ts";
import type { Database } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Keys } from "../../tokens/keys/keys.ts";
import { listAppliedMigrations } from "./readiness_store.ts";

/** A probe waits this long for the database. */
const probeBudgetMs = 900;

export type Readiness = ReturnType<typeof createReadiness>;

/** Whether this replica can serve: not draining, the database answers, the schema is known, the keys are loaded. */
export function createReadiness(
  { db, keys, migrations }: { db: Database; keys: Keys; migrations: readonly { name: string }[] },
) {
  let draining = false;
  let stopping = false;
  let looking: Promise<string[]> | undefined; // however many probes there are, they hold one connection

  return {
    /** From now on load balancers are told to go elsewhere. */
    drain() {
      draining = true;
    },
    /** From now on nobody is listened to: the rest of a body that is still arriving is lost. */
    stop() {
      stopping = true;
    },
    isStopping: () => stopping,
    requireReady,
  };

  /**
   * Returns what needs an operator although requests are served: on a full disk, whatever only reads.
   *
   * @throws {Problem} `unavailable`
   */
  async function requireReady(): Promise<"disk_full"[]> {
    if (draining) throw new Problem("unavailable", { detail: "This replica is shutting down." });
    const applied = await (looking ??= withDeadline(probeBudgetMs, () => listAppliedMigrations(db))
      .finally(() => looking = undefined));
    const missing = migrations.some(({ name }) => !applied.includes(name));
    if (missing) throw new Problem("unavailable", { detail: "The schema is not up to date." });
    await keys.ring();
    return db.stats().diskFull ? ["disk_full"] : [];
  }
}
