/** Creates a value on the first call, and returns the same value on later calls. */
export function once<T extends object>(create: () => T): () => T {
  let value: T | undefined;
  return () => value ??= create();
}
