import type { Job } from "../http/contract/feature.ts";
import { every } from "../platform/timers/every.ts";
import type { FeatureServices } from "./features.ts";

/**
 * Starts this worker's background jobs, each a while after the end of its last run. Disposal waits for those at work.
 */
export function startJobs(jobs: readonly Job<FeatureServices>[], services: FeatureServices): AsyncDisposable {
  const { log, instruments, jobRuns, siblings } = services;
  const started = new AsyncDisposableStack();
  for (const { name, everyMs, run, everyWorker } of jobs) {
    if (!siblings.isFirst && !everyWorker) continue;
    const failures = instruments.sentinel_job_failures_total.with({ name });
    const work = jobRuns.observed(name, everyMs, (stopping) => run(services, stopping));
    started.use(every(everyMs, work, (error) => {
      log.warn("job failed", { job: name, cause: error.message });
      failures.inc();
    }));
  }
  return started;
}
