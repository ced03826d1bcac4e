/**
 * How often a pool may contact a server that refuses, within `seconds` of the first refusal: once for each of its
 * places, seven times while the pauses grow to a second, and then once per second.
 */
export function attemptsMax(poolSize: number, seconds: number): number {
  return poolSize + 7 + Math.ceil(seconds);
}
