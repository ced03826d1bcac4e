import type { Job } from "../http/contract/feature.ts";
import { every } from "../platform/timers/every.ts";
import type { FeatureServices } from "./features.ts";

/** Starts background jobs, each a while after the end of its last run. Disposal waits for those at work. */
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
