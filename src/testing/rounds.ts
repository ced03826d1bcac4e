/** How many times a race or a fault is tried: `usual` times, or `FAULT_ROUNDS` times if that is set. */
export function roundsOr(usual: number): number {
  return Number(Deno.env.get("FAULT_ROUNDS") || usual);
}

/** Runs `work` this many times, ten at once. */
export async function tenAtOnce(count: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 10) {
    await Promise.all(Array.from({ length: Math.min(10, count - done) }, work));
  }
}
