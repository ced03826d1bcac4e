import type { Job } from "../http/contract/feature.ts";
import { every } from "../platform/timers/every.ts";
import type { FeatureServices } from "./features.ts";

/**
 * Starts this worker's background jobs, each a while after the end of its last run. They run for the first time
 * `apartMs` apart, so that the first requests find a connection between them. Disposal waits for those at work.
 */
export function startJobs(
  jobs: readonly Job<FeatureServices>[],
  services: FeatureServices,
  apartMs: number,
): AsyncDisposable {
  const { log, instruments, jobRuns, siblings } = services;
  const started = new AsyncDisposableStack();
  const own = jobs.filter(({ everyWorker }) => siblings.isFirst || everyWorker);
  for (const [place, { name, everyMs, run, atOnce }] of own.entries()) {
    const failures = instruments.sentinel_job_failures_total.with({ name });
    const work = jobRuns.observed(name, everyMs, (stopping) => run(services, stopping));
    started.use(every({ ms: everyMs, firstMs: atOnce ? 0 : place * apartMs }, work, (error) => {
      log.warn("job failed", { job: name, cause: error.message });
      failures.inc();
    }));
  }
  return started;
}
