import { requestBudgetMs, withDeadline } from "../db/deadline.ts";
import { type CacheValidity, isFresh, keepUntil } from "./cache_validity.ts";

/**
 * A value that is loaded once and kept until it is forgotten, or for 2 s while caches are not valid. A load that a
 * change overtakes answers those who asked before the change, and is not kept.
 */
export function createCachedValue<T>(load: () => Promise<T>, cacheValidity: CacheValidity) {
  let generation = 0;
  let kept: { value: T; until: number } | undefined;
  let loading: Promise<T> | undefined;

  return { peek, get, forget };

  function peek(): T | undefined {
    return kept && isFresh(kept.until) ? kept.value : undefined;
  }

  function get(): T | Promise<T> {
    return peek() ?? (loading ??= fill(generation));
  }

  function forget(): void {
    generation++;
    kept = loading = undefined;
  }

  async function fill(born: number): Promise<T> {
    const until = keepUntil(cacheValidity);
    try {
      const value = await withDeadline(requestBudgetMs, load); // many callers may wait for it
      if (born === generation) kept = { value, until };
      return value;
    } finally {
      if (born === generation) loading = undefined;
    }
  }
}
