/**
 * How often a pool may ask a server that refuses, within `seconds` of its first refusal (F10): once for each place it
 * has, seven times while the pauses grow to a second, and then once in each.
 */
export function attemptsMax(poolSize: number, seconds: number): number {
  return poolSize + 7 + Math.ceil(seconds);
}
