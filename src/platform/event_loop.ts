const sampleMs = 100;

/** Tells, ten times a second until disposed, how late a timer ran: so long did everything else have to wait too. */
export function watchEventLoop(late: (seconds: number) => void): Disposable {
  let due = performance.now() + sampleMs;
  const timer = setInterval(() => {
    const now = performance.now();
    late(Math.max(0, now - due) / 1000);
    due = now + sampleMs;
  }, sampleMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
