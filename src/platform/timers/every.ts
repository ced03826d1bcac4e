/** Runs `job` repeatedly, `ms` after each end, until disposed. After a failure it calls `failed` and continues. */
export function every(ms: number, job: () => Promise<void>, failed: (error: Error) => void): AsyncDisposable {
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
    await job().catch(failed);
    if (!stopped) timer = setTimeout(() => running = turn(), ms);
  }
}
