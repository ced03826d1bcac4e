import { timingSafeEqual } from "node:crypto";
import { derive, mayTakeTwo } from "./derive.ts";
import { format, type HashPolicy, newRecipe, parse, type Recipe } from "./hash_format.ts";
import { createHashQueue, type NetworkKind } from "./hash_queue.ts";
import { createHashThreads, type HashThreads, startHashThread } from "./hash_threads.ts";
import type { InSpan } from "../tracing.ts";

export { HashQueueFull, type NetworkKind } from "./hash_queue.ts";
export { dummyHash, type HashPolicy, meetsPolicy, schemeOf, schemeOfPolicy } from "./hash_format.ts";

/** Observes hashing: its metrics, and the minimum time of a failed login, which follows the slowest scheme. */
export interface HashObserver {
  /** A hash got its slot after this wait; 0 when a slot was free. */
  waited(seconds: number): void;
  /** A hash was refused because the queue was full. */
  rejected(): void;
  /** A hash of this scheme (see {@link schemeOf}) took this long, waiting not included. */
  computed(scheme: string, seconds: number): void;
}

export interface HashingOptions {
  /** Hashes computed at once, of all kinds together, and the most threads. */
  concurrency: number;
  queueMax: number;
  metrics?: Partial<HashObserver>;
  /** Runs each hash in a span, which begins when the hash has its slot. */
  inSpan?: InSpan | undefined;
  /** Starts a thread. It answers messages as `hash_worker.ts` does. */
  startWorker?: () => Worker;
  /** Threads that are shared with others, and outlive this; its own by default. */
  sharedThreads?: HashThreads | undefined;
}

export interface HashOptions {
  /** Chooses the queue in which the hash waits; `unknown` by default. */
  networkKind?: NetworkKind | undefined;
  /** Called when the hash has its slot. */
  onStart?: (() => void) | undefined;
}

export type Hashing = ReturnType<typeof createHashing>;

/**
 * At most `concurrency` hashes are computed at once, behind {@link createHashQueue}. Disposal rejects those that wait,
 * terminates the threads unless they are shared, and resolves when no hash runs.
 */
export function createHashing(options: HashingOptions) {
  const { concurrency, queueMax, metrics, inSpan, startWorker = startHashThread, sharedThreads } = options;
  const observers: Partial<HashObserver>[] = metrics ? [metrics] : [];
  const everyObserver: HashObserver = {
    waited: (seconds) => observers.forEach((observer) => observer.waited?.(seconds)),
    rejected: () => observers.forEach((observer) => observer.rejected?.()),
    computed: (scheme, seconds) => observers.forEach((observer) => observer.computed?.(scheme, seconds)),
  };
  const queue = createHashQueue(concurrency, queueMax, everyObserver.rejected);
  const threads = sharedThreads ?? createHashThreads(startWorker);
  const observe = (observer: Partial<HashObserver>) => void observers.push(observer);
  return { hash, verify, admit: queue.admit, depth: queue.depth, observe, [Symbol.asyncDispose]: dispose };

  /**
   * Hashes the whole password into a PHC or MCF string. bcrypt reads only 72 bytes, and some implementations stop at
   * NUL, so a password that it would cut becomes `$bcrypt-sha256$`. @throws {HashQueueFull} @throws {RangeError} when
   * the password is empty or the policy's cost is not 4 to 16.
   */
  async function hash(policy: HashPolicy, password: string, options: HashOptions = {}): Promise<string> {
    if (password === "") throw new RangeError("an empty password is not hashed");
    const recipe = newRecipe(policy, password);
    return format(recipe, await compute(recipe, password, 32, options));
  }

  /** An unknown format, or parameters over the limits, match no password. @throws {HashQueueFull} */
  async function verify(stored: string, password: string, options: HashOptions = {}): Promise<boolean> {
    const parsed = parse(stored);
    if (!parsed || password === "") return false;
    const { recipe, digest } = parsed;
    const matches = timingSafeEqual(await compute(recipe, password, digest.length, options), digest);
    return matches && !mayTakeTwo(recipe, password);
  }

  async function dispose() {
    const idle = queue.close();
    if (!sharedThreads) threads.close();
    await idle;
  }

  async function compute(recipe: Recipe, password: string, digestBytes: number, { networkKind, onStart }: HashOptions) {
    const arrived = performance.now();
    await queue.enter(networkKind ?? "unknown");
    try {
      everyObserver.waited(secondsSince(arrived));
      onStart?.();
      const started = performance.now();
      const work = () => derive(recipe, password, digestBytes, threads);
      const digest = await (inSpan ? inSpan("internal", "hash password", { scheme: recipe.scheme }, work) : work());
      everyObserver.computed(recipe.scheme, secondsSince(started));
      return digest;
    } finally {
      queue.leave();
    }
  }
}

function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}
