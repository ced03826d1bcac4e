const firstPauseMs = 25;
const lastPauseMs = 1_000;

export type Backoff = ReturnType<typeof createBackoff>;

/** When to contact a server that has refused a connection; `now` returns milliseconds from any origin. */
export function createBackoff(now = () => performance.now()) {
  let [pauseMs, refusedAt, pausedUntil, connecting] = [0, -Infinity, -Infinity, 0];
  const isPaused = () => now() < pausedUntil;

  return {
    isPaused,
    /** The most connections of the pool, when `total` are connected or connecting. */
    sizeMax(total: number, configured: number): number {
      if (pauseMs === 0) return configured;
      const connected = total - connecting;
      return Math.min(configured, isPaused() ? Math.max(1, connected) : connected + 1);
    },
    /** Called when a client starts to connect; returns the time. */
    began(): number {
      connecting++;
      return now();
    },
    /** Called when it contacts the server: after a refusal, no other client does until the result is known. */
    asks: () => void (pausedUntil = now() + pauseMs),
    /** Called on a refusal. Of attempts that were in progress at the same time, only one counts. */
    refused(begunAt: number) {
      if (begunAt < refusedAt) return;
      refusedAt = now();
      pauseMs = Math.min(Math.max(2 * pauseMs, firstPauseMs), lastPauseMs);
      pausedUntil = refusedAt + pauseMs;
    },
    accepted: () => void ([pauseMs, pausedUntil] = [0, -Infinity]),
    ended: () => void connecting--,
  };
}
