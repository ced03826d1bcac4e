import { BoundedMap } from "./bounded_map.ts";
import { type CacheValidity, isFresh, keepUntil } from "./cache_validity.ts";
import { createSharedLookups } from "./shared_lookups.ts";

export type LiveMap<T> = ReturnType<typeof createLiveMap<T>>;

/**
 * From memory while the cache is valid, otherwise by `load`, once for all who ask at the same time. A look-up that a
 * change overtakes is not kept. An id without an object costs a look-up each time.
 */
export function createLiveMap<T>({ load, cacheValidity, sizeMax = 200_000 }: {
  load: (id: string) => Promise<T | undefined>;
  cacheValidity: CacheValidity;
  sizeMax?: number;
}) {
  const kept = new BoundedMap<string, { value: T; until: number }>(sizeMax);
  const lookups = createSharedLookups<T>();

  return { get, forget, forgetAll };

  /** Answers without a promise where memory knows the object. */
  function get(id: string): T | undefined | Promise<T | undefined> {
    const known = kept.get(id);
    if (known && isFresh(known.until)) return known.value;
    const until = keepUntil(cacheValidity);
    return lookups.join(id, "", async (mayKeep) => {
      const value = await load(id);
      if (value !== undefined && mayKeep()) kept.set(id, { value, until });
      return value;
    });
  }

  function forget(id: string): void {
    kept.delete(id);
    lookups.overtake(id);
  }

  function forgetAll(): void {
    kept.clear();
    lookups.overtakeAll();
  }
}
