import type { Log } from "./logger.ts";

/** Runs `job` now and then `ms` after each end, until disposed. A failure is logged and waits for the next turn. */
export function every(ms: number, name: string, job: () => Promise<void>, log: Log): AsyncDisposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let running = turn();

  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };

  async function turn(): Promise<void> {
    await job().catch((error: Error) => log.warn("job failed", { job: name, cause: error.message }));
    if (!stopped) timer = setTimeout(() => running = turn(), ms);
  }
}
