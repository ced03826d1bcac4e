/**
 * Runs `job` repeatedly, `ms` after each end, until disposed; for the first time after `firstMs`, now if 0. After a
 * failure it calls `failed` and continues. Disposal aborts the signal that the job has, and waits for the end of its
 * run.
 */
export function every(
  { ms, firstMs }: { ms: number; firstMs: number },
  job: (stopping: AbortSignal) => Promise<void>,
  failed: (error: Error) => void,
): AsyncDisposable {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = Promise.resolve();
  if (firstMs === 0) running = turn();
  else timer = wait(firstMs);

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      clearTimeout(timer);
      await running;
    },
  };

  async function turn(): Promise<void> {
    await job(stop.signal).catch(failed);
    if (!stop.signal.aborted) timer = wait(ms);
  }

  function wait(delayMs: number) {
    return setTimeout(() => running = turn(), delayMs);
  }
}
