import { setTimeout } from "node:timers/promises";

/** Resolves after this many milliseconds, or when `signal` aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(Math.ceil(ms), undefined, signal && { signal }).catch(() => {});
}
