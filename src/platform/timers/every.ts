/**
 * Runs `job` repeatedly, `ms` after each end, until disposed. After a failure it calls `failed` and continues. Disposal
 * aborts the signal that the job has, and waits for the end of its run.
 */
export function every(
  ms: number,
  job: (stopping: AbortSignal) => Promise<void>,
  failed: (error: Error) => void,
): AsyncDisposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = new AbortController();
  let running = turn();

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      clearTimeout(timer);
      await running;
    },
  };

  async function turn(): Promise<void> {
    await job(stop.signal).catch(failed);
    if (!stop.signal.aborted) timer = setTimeout(() => running = turn(), ms);
  }
}
