import { AsyncLocalStorage } from "node:async_hooks";

/** Creates a value on the first call, and returns the same value on later calls. */
export function once<T extends object>(create: () => T): () => T {
  let value: T | undefined;
  return () => value ??= create();
}

/** Runs outside of any request: an `import()` would otherwise keep the context of the request that started it. */
const outsideOfRequests = AsyncLocalStorage.snapshot();

/** As {@link once}, for what takes an `import()`: a server that never needs it keeps its memory. */
export function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    loading ??= outsideOfRequests(load).catch((error) => {
      loading = undefined; // the next call tries again
      throw error;
    });
}
