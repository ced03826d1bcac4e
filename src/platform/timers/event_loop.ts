const sampleMs = 100;

/** Reports ten times a second, until disposed, how late a timer ran. All other work was delayed as much. */
export function watchEventLoop(late: (seconds: number) => void): Disposable {
  let due = performance.now() + sampleMs;
  const timer = setInterval(() => {
    const now = performance.now();
    late(Math.max(0, now - due) / 1000);
    due = now + sampleMs;
  }, sampleMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
