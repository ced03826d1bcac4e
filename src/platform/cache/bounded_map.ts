/**
 * A map of at most `sizeMax` entries that drops those not read lately, in two generations: a read in the old one moves
 * the entry to the new one, and when that is full, the old one is dropped. A read costs one look-up.
 */
export class BoundedMap<K, V> {
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  readonly #generationSize: number;

  constructor(sizeMax: number) {
    this.#generationSize = Math.ceil(sizeMax / 2);
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#generationSize) this.age();
    this.#old.delete(key);
    this.#young.set(key, value);
  }

  age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
