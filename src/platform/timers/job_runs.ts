/** What became of a background job in this process. Times are in milliseconds since the Unix epoch. */
export type JobRun = {
  name: string;
  everyMs: number;
  isRunning: boolean;
  startedAt: number | undefined;
  /** How long the last run took; undefined before the first one has ended. */
  tookMs: number | undefined;
  failures: number;
  failedAt: number | undefined;
  /** What the last failure said. */
  failure: string | undefined;
};

/** What a job does; `stopping` is aborted when the process stops. */
type Work = (stopping: AbortSignal) => Promise<void>;

export type JobRuns = ReturnType<typeof createJobRuns>;

/** Remembers the last run and the last failure of each job of this process. */
export function createJobRuns({ clock }: { clock: { now(): number } }) {
  const runs = new Map<string, JobRun>();

  return { observed, list };

  /** The work of a job, whose runs are remembered. */
  function observed(name: string, everyMs: number, work: Work): Work {
    const none = { startedAt: undefined, tookMs: undefined, failedAt: undefined, failure: undefined };
    const run: JobRun = { name, everyMs, isRunning: false, failures: 0, ...none };
    runs.set(name, run);
    return async (stopping) => {
      const startedAt = clock.now();
      Object.assign(run, { startedAt, isRunning: true });
      try {
        await work(stopping);
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        Object.assign(run, { failures: run.failures + 1, failedAt: clock.now(), failure });
        throw error;
      } finally {
        Object.assign(run, { isRunning: false, tookMs: clock.now() - startedAt });
      }
    };
  }

  /** By name. */
  function list(): JobRun[] {
    return [...runs.values()].map((run) => ({ ...run })).sort((a, b) => a.name < b.name ? -1 : 1);
  }
}
