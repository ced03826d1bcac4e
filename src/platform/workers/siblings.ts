import type { Snapshot } from "../metrics.ts";
import type { JobRun } from "../timers/job_runs.ts";

/** The other workers of this process. Each is a replica of its own, but operators see one process. */
export interface Siblings {
  /** Whether this is the first worker, which does what has to be done once for all. */
  readonly isFirst: boolean;
  /** Whether each of the others could serve. */
  areReady(): Promise<boolean>;
  /** What each of the others has counted. Rejects if one does not answer: a sum without it would be wrong. */
  snapshots(): Promise<Snapshot[]>;
  /** The jobs of the first worker; undefined where that is this one. */
  firstJobs(): Promise<JobRun[] | undefined>;
  /**
   * What the first worker, which verifies the audit log, knows of it. With `verify` it begins to verify the whole log.
   * Undefined where that is this one.
   */
  firstChain<State>(verify: boolean): Promise<State | undefined>;
}

/** For a process with a single worker. */
export const noSiblings: Siblings = {
  isFirst: true,
  areReady: () => Promise.resolve(true),
  snapshots: () => Promise.resolve([]),
  firstJobs: () => Promise.resolve(undefined),
  firstChain: () => Promise.resolve(undefined),
};
