import { finishErasures } from "../audit/erasure/erasures.ts";
import type { Instruments } from "../operations/metrics/instruments.ts";
import { every } from "../platform/every.ts";
import { maintain } from "../platform/embedded/maintenance.ts";
import type { Log } from "../platform/logger.ts";
import type { Foundation, Rules } from "./rules.ts";
import { purge } from "../sessions/sessions/purge.ts";

type JobName = Parameters<Instruments["counted"]["jobFailure"]>[0];

const second = 1_000;
const minute = 60 * second;

/**
 * Starts what a lasting process does beside its requests, each job now and then a while after its last end; disposing
 * waits for those at work. `hearTime` asks for the database's clock, where nothing else tells it. With `embedded` the
 * engine is looked after, which no other process does.
 */
export function startJobs(
  { db, config, instruments }: Foundation,
  { sessions, rotation, throttle, sealer, checkpoints }: Rules,
  { log, hearTime, embedded }: { log: Log; hearTime: (() => Promise<void>) | undefined; embedded: boolean },
): AsyncDisposable {
  const jobs = new AsyncDisposableStack();
  if (hearTime) run("clock", second, hearTime);
  if (embedded) run("maintenance", 5 * second, () => maintain(db));
  run("password schemes", minute, sessions.watchSchemes);
  run("unanswered rotations", second, rotation.storeUnanswered);
  run("refunds", second, throttle.settle);
  run("purge", minute, () => purge(db, config.sessionMaxSeconds));
  run("erasure", minute, () => finishErasures(db));
  run("audit seal", second, sealer.seal);
  run("audit checkpoint", minute, checkpoints.makeIfDue); // looks whether one is due
  return jobs;

  function run(name: JobName, ms: number, job: () => Promise<void>): void {
    jobs.use(every(ms, job, (error) => {
      log.warn("job failed", { job: name, cause: error.message });
      instruments.counted.jobFailure(name);
    }));
  }
}
