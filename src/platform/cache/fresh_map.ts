import { BoundedMap } from "./bounded_map.ts";
import { isFresh } from "./cache_validity.ts";

/** A value that counts until a time, as it was kept while the cache was not valid. */
class Brief<V> {
  constructor(readonly value: V, readonly until: number) {}
}

/** A {@link BoundedMap} of values with ends. One without an end, as nearly all are, takes no memory for it. */
export class FreshMap<K, V extends object> {
  readonly #kept: BoundedMap<K, V | Brief<V>>;

  constructor(sizeMax: number) {
    this.#kept = new BoundedMap(sizeMax);
  }

  /** Undefined once the end has passed. */
  get(key: K): V | undefined {
    const kept = this.#kept.get(key);
    if (!(kept instanceof Brief)) return kept;
    return isFresh(kept.until) ? kept.value : undefined;
  }

  /** `until` is what `keepUntil()` has returned. */
  set(key: K, value: V, until: number): void {
    this.#kept.set(key, until === Infinity ? value : new Brief(value, until));
  }

  delete(key: K): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }
}
