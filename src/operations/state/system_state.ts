import type { ChangeFeedState, Replica } from "../../platform/change_feed/change_feed.ts";
import type { Database, PoolStats } from "../../platform/db/db.ts";
import type { Siblings } from "../../platform/workers/siblings.ts";
import type { JobRun, JobRuns } from "../../platform/timers/job_runs.ts";
import { findDatabaseVersion } from "../health/readiness_store.ts";
import { listMigrationRecords } from "./system_state_store.ts";

/** One migration: applied, missing, or of a newer version. */
export type MigrationState = { name: string; state: "applied" | "pending" | "newer"; applied_at: Date | undefined };

/** This process and its database at one moment. */
export type SystemState = {
  version: string;
  engine: string;
  pool: PoolStats;
  hashing: { running: number; waiting: number };
  feed: { kind: ChangeFeedState["kind"]; isTrusted: boolean; silenceSeconds: number };
  replicas: Replica[];
  jobs: JobRun[];
  /** The newest first. */
  migrations: MigrationState[];
};

export type SystemStates = ReturnType<typeof createSystemStates>;

/** Says what operators ask first: what runs, on what, and what of it has failed. */
export function createSystemStates({ db, hashing, feed, jobRuns, siblings, migrations, version }: {
  db: Database;
  hashing: { depth: () => SystemState["hashing"] };
  feed: ChangeFeedState;
  jobRuns: JobRuns;
  siblings: Pick<Siblings, "inFirst">;
  migrations: readonly { name: string }[];
  version: string;
}) {
  const listJobRuns = siblings.inFirst("job runs", jobRuns.list); // the first worker runs most jobs
  return { read };

  async function read(): Promise<SystemState> {
    const engine = await findDatabaseVersion(db);
    return {
      version,
      engine,
      pool: db.stats(),
      hashing: hashing.depth(),
      feed: { kind: feed.kind, isTrusted: feed.trusted, silenceSeconds: feed.silenceSeconds() },
      replicas: feed.replicas(),
      jobs: await listJobRuns(),
      migrations: await migrationStates(),
    };
  }

  async function migrationStates(): Promise<MigrationState[]> {
    const applied = await listMigrationRecords(db);
    const known = new Set(migrations.map(({ name }) => name));
    const done = new Set(applied.map(({ name }) => name));
    const pending = migrations.filter(({ name }) => !done.has(name)).map(({ name }) => ({
      name,
      state: "pending" as const,
      applied_at: undefined,
    }));
    const rest = applied.map(({ name, applied_at }) => ({
      name,
      state: known.has(name) ? "applied" as const : "newer" as const,
      applied_at,
    }));
    return [...pending.reverse(), ...rest];
  }
}
