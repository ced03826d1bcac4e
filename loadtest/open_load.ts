/** An open load model: requests arrive at a rate of their own, whether earlier ones are answered or not. */

/** One kind of arrival; `share` of all shares is how often it comes. It throws when an answer is not the right one. */
export type Arrival = { name: string; share: number; run: () => Promise<void> };

/** What came of one kind: how many arrived, and the milliseconds of those that were right. */
export type Arrived = { name: string; count: number; times: number[] };

/**
 * What {@link arrive} returns. `failures` counts by kind and reason; an arrival that finds too many unfinished fails.
 */
export type OpenLoad = { kinds: Arrived[]; failures: Map<string, number>; tookSeconds: number };

/** Arrivals that may be unfinished at once. */
const unfinishedMax = 500;
/** How often the number of due arrivals is computed. */
const tickMs = 10;

/** Lets `rate` arrivals a second come for `ms` milliseconds, and waits until all have ended. */
export async function arrive(arrivals: Arrival[], { rate, ms }: { rate: number; ms: number }): Promise<OpenLoad> {
  const kinds = new Map(arrivals.map(({ name }) => [name, { name, count: 0, times: [] as number[] }]));
  const failures = new Map<string, number>();
  const unfinished = new Set<Promise<void>>();
  const fail = (reason: string) => void failures.set(reason, (failures.get(reason) ?? 0) + 1);
  const began = performance.now();
  let arrived = 0;
  for (let now = began; now < began + ms; now = performance.now()) {
    for (; arrived < (now - began) / 1000 * rate; arrived++) start(pick(arrivals));
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  await Promise.all(unfinished);
  return { kinds: [...kinds.values()], failures, tookSeconds: (performance.now() - began) / 1000 };

  function start({ name, run }: Arrival): void {
    const kind = kinds.get(name)!;
    kind.count++;
    if (unfinished.size >= unfinishedMax) return fail(`${name}: ${unfinishedMax} others are unfinished`);
    const from = performance.now();
    const running = run().then(
      () => void kind.times.push(performance.now() - from),
      (error) => fail(`${name}: ${error instanceof Error ? error.message : error}`),
    ).finally(() => unfinished.delete(running));
    unfinished.add(running);
  }
}

function pick(arrivals: Arrival[]): Arrival {
  let left = Math.random() * arrivals.reduce((sum, { share }) => sum + share, 0);
  return arrivals.find(({ share }) => (left -= share) < 0) ?? arrivals[0]!;
}
