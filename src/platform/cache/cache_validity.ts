/** Whether caches are valid until a change drops their entries. If not, entries live for {@link untrustedTtlMs}. */
export interface CacheValidity {
  readonly trusted: boolean;
}

/** How long entries live while no changes are heard. */
const untrustedTtlMs = 2_000;

/** Until when an entry that is loaded now may be kept, on the clock of `performance.now()`. */
export function keepUntil(cacheValidity: CacheValidity): number {
  return cacheValidity.trusted ? Infinity : performance.now() + untrustedTtlMs;
}

/** Whether an entry that may be kept until then is still valid. */
export function isFresh(until: number): boolean {
  return until === Infinity || performance.now() < until;
}
