import { withDeadline } from "../../platform/db/deadline.ts";
import type { Database } from "../../platform/db/db.ts";
import type { Siblings } from "../../platform/workers/siblings.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Keys } from "../../tokens/keys/keys.ts";
import { listAppliedMigrations } from "./readiness_store.ts";

const probeBudgetMs = 900;

export type Readiness = ReturnType<typeof createReadiness>;

/** Ready: not draining, the database answers, the schema is known, the keys are loaded, and the siblings are ready. */
export function createReadiness(
  { db, keys, migrations, siblings }: {
    db: Database;
    keys: Keys;
    migrations: readonly { name: string }[];
    siblings: Siblings;
  },
) {
  let draining = false;
  let stopping = false;
  // Simultaneous probes share one statement, and one message to each sibling.
  let appliedMigrations: Promise<string[]> | undefined;
  let siblingsReady: Promise<boolean> | undefined;

  return {
    /** Makes `/readyz` answer 503 from now on, so that load balancers use other replicas. */
    drain() {
      draining = true;
    },
    /** The server has stopped listening: the rest of a body that is still arriving is lost. */
    stop() {
      stopping = true;
    },
    isStopping: () => stopping,
    requireReady,
    isSelfReady,
  };

  /** What needs attention although it serves: on a full disk only reads succeed. @throws {Problem} `unavailable` */
  async function requireReady(): Promise<"disk_full"[]> {
    siblingsReady ??= siblings.areReady().finally(() => siblingsReady = undefined);
    const [warnings, areReady] = await Promise.all([requireSelfReady(), siblingsReady]);
    if (!areReady) throw new Problem("unavailable", { detail: "Another worker of this process is not ready." });
    return warnings;
  }

  /** Whether this worker is ready, whatever the others are. */
  function isSelfReady(): Promise<boolean> {
    return requireSelfReady().then(() => true, () => false);
  }

  /** As {@link requireReady}, of this worker alone. */
  async function requireSelfReady(): Promise<"disk_full"[]> {
    if (draining) throw new Problem("unavailable", { detail: "This replica is shutting down." });
    const applied = await (appliedMigrations ??= withDeadline(probeBudgetMs, () => listAppliedMigrations(db))
      .finally(() => appliedMigrations = undefined));
    const missing = migrations.some(({ name }) => !applied.includes(name));
    if (missing) {
      throw new Problem("unavailable", { detail: 'The database schema is not up to date. Run "sentinel migrate up".' });
    }
    await keys.ring();
    return db.stats().diskFull ? ["disk_full"] : [];
  }
}
