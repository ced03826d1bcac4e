/** Creates a value at its first use, and returns the same one ever after. */
export function once<T extends object>(create: () => T): () => T {
  let value: T | undefined;
  return () => value ??= create();
}
