/** How often a race or a fault is tried: `usual` times, or as often as `FAULT_ROUNDS` says. */
export function roundsOr(usual: number): number {
  return Number(Deno.env.get("FAULT_ROUNDS") || usual);
}

/** Does `work` so many times, ten at once. */
export async function tenAtOnce(count: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 10) {
    await Promise.all(Array.from({ length: Math.min(10, count - done) }, work));
  }
}
