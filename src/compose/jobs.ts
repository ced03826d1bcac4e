import type { Job } from "../http/contract/feature.ts";
import { every } from "../platform/every.ts";
import type { FeatureServices } from "./features.ts";

/**
 * Starts what a lasting process does beside its requests, each job now and then a while after its last end; disposing
 * waits for those at work.
 */
export function startJobs(jobs: readonly Job<FeatureServices>[], services: FeatureServices): AsyncDisposable {
  const { log, instruments } = services;
  const started = new AsyncDisposableStack();
  for (const { name, everyMs, run } of jobs) {
    const failures = instruments.sentinel_job_failures_total.with({ name });
    started.use(every(everyMs, () => run(services), (error) => {
      log.warn("job failed", { job: name, cause: error.message });
      failures.inc();
    }));
  }
  return started;
}
