/** Whether memory may be trusted until it is told to forget. While it may not, it lives {@link untrustedTtlMs}. */
export interface CacheValidity {
  readonly trusted: boolean;
}

/** How long memory lives while nothing tells it to forget. */
const untrustedTtlMs = 2_000;

/** Until when (of `performance.now()`) something learned now may be kept. */
export function keepUntil(cacheValidity: CacheValidity): number {
  return cacheValidity.trusted ? Infinity : performance.now() + untrustedTtlMs;
}

/** Whether something kept until then still counts. */
export function isFresh(until: number): boolean {
  return until === Infinity || performance.now() < until;
}
