import { createHash, createHmac, scrypt as scryptCallback, timingSafeEqual } from "node:crypto";
import { format, type HashPolicy, newRecipe, parse, type Prehash, type Recipe, toBcrypt64 } from "./hash_format.ts";
import { createHashQueue, hashingClosed, type NetworkKind } from "./hash_queue.ts";
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
  /** Hashes computed at once, of all kinds together, and the most bcrypt threads. */
  concurrency: number;
  /** Hashes that may wait for a slot. */
  queueMax: number;
  metrics?: Partial<HashObserver>;
  /** Runs each hash in a span, which begins when the hash has its slot. */
  inSpan?: InSpan | undefined;
  /** Starts a bcrypt thread. It answers messages as `bcrypt_worker.ts` does. */
  startWorker?: () => Worker;
}

/** The message to a bcrypt thread: `password` has 1 to 72 bytes, `salt` 16. */
export interface BcryptJob {
  password: Uint8Array;
  salt: Uint8Array;
  cost: number;
}

export interface HashOptions {
  /** Chooses the queue in which the hash waits; `unknown` by default. */
  networkKind?: NetworkKind | undefined;
  /** Called when the hash has its slot. */
  onStart?: (() => void) | undefined;
}

/** Hashes and verifies passwords away from the event loop. */
export type Hashing = ReturnType<typeof createHashing>;

/**
 * At most `concurrency` hashes are computed at once; behind them at most `queueMax` wait, in two queues (see
 * {@link createHashQueue}). Any further hash is refused at once. Disposal rejects the hashes that wait, terminates the
 * threads with the hashes that they compute, and resolves when no other hash runs.
 */
export function createHashing(options: HashingOptions) {
  const { concurrency, queueMax, metrics, inSpan, startWorker = startBcryptWorker } = options;
  const observers: Partial<HashObserver>[] = metrics ? [metrics] : [];
  const everyObserver: HashObserver = {
    waited: (seconds) => observers.forEach((observer) => observer.waited?.(seconds)),
    rejected: () => observers.forEach((observer) => observer.rejected?.()),
    computed: (scheme, seconds) => observers.forEach((observer) => observer.computed?.(scheme, seconds)),
  };
  const queue = createHashQueue(concurrency, queueMax, everyObserver.rejected);
  const workers = createBcryptWorkers(startWorker);
  return { hash, verify, admit: queue.admit, depth: queue.depth, observe, [Symbol.asyncDispose]: dispose };

  /**
   * Hashes the whole password, of any length, into a PHC or MCF string. bcrypt reads only 72 bytes, and some
   * implementations stop at NUL, so a password that it would cut becomes `$bcrypt-sha256$`.
   *
   * @throws {HashQueueFull}
   * @throws {RangeError} when the password is empty or the policy's cost is not 4 to 16.
   */
  async function hash(policy: HashPolicy, password: string, options: HashOptions = {}): Promise<string> {
    if (password === "") throw new RangeError("an empty password is not hashed");
    const recipe = newRecipe(policy, password);
    return format(recipe, await compute(recipe, password, 32, options));
  }

  /**
   * Returns whether `stored` is a hash of `password`. A hash of an unknown format, or with parameters over the limits,
   * matches no password, and an empty password matches no hash.
   *
   * @throws {HashQueueFull}
   */
  async function verify(stored: string, password: string, options: HashOptions = {}): Promise<boolean> {
    const parsed = parse(stored);
    if (!parsed || password === "") return false;
    const { recipe, digest } = parsed;
    const matches = timingSafeEqual(await compute(recipe, password, digest.length, options), digest);
    return matches && !(password.includes("\0") && mayTakeTwo(recipe));
  }

  /** Adds an observer, for the lifetime of this hashing. */
  function observe(observer: Partial<HashObserver>) {
    observers.push(observer);
  }

  async function dispose() {
    const idle = queue.close();
    workers.close();
    await idle;
  }

  async function compute(recipe: Recipe, password: string, digestBytes: number, { networkKind, onStart }: HashOptions) {
    const arrived = performance.now();
    await queue.enter(networkKind ?? "unknown");
    try {
      everyObserver.waited(secondsSince(arrived));
      onStart?.();
      const started = performance.now();
      const work = () => derive(recipe, password, digestBytes);
      const digest = await (inSpan ? inSpan("internal", "hash password", { scheme: recipe.scheme }, work) : work());
      everyObserver.computed(recipe.scheme, secondsSince(started));
      return digest;
    } finally {
      queue.leave();
    }
  }

  function derive(recipe: Recipe, password: string, digestBytes: number): Promise<Uint8Array> {
    if (recipe.kind === "argon2id") return argon2id(recipe, password, digestBytes);
    if (recipe.kind === "scrypt") return scrypt(recipe, password, digestBytes);
    if (recipe.kind === "pbkdf2") return pbkdf2(recipe, password, digestBytes);
    const { salt, cost, prehash } = recipe;
    const input = prehash ? prehashes[prehash](password, salt) : password;
    return workers.derive({ password: encode(input).slice(0, 72), salt, cost });
  }
}

/**
 * Whether two passwords that differ only in NULs may have the same key: bcrypt repeats the password with a NUL between,
 * and HMAC pads a short key with NULs (RFC 2104 §2). A password with a NUL never matches such a hash.
 */
function mayTakeTwo(recipe: Recipe): boolean {
  return recipe.kind === "bcrypt" ? !recipe.prehash : recipe.kind !== "argon2id";
}

type RecipeOf<Kind extends Recipe["kind"]> = Extract<Recipe, { kind: Kind }>;

/** Argon2id version 1.3 (RFC 9106), native and off the event loop. */
async function argon2id(recipe: RecipeOf<"argon2id">, password: string, digestBytes: number) {
  const { salt: nonce, memory, passes, parallelism } = recipe;
  const key = await crypto.subtle.importKey("raw-secret", encode(password), "Argon2id", false, ["deriveBits"]);
  // The runtime supports these parameters, but its type declarations lack them.
  const algorithm = { name: "Argon2id", nonce, memory, passes, parallelism } as Algorithm;
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, digestBytes * 8));
}

/** scrypt (RFC 7914), native and off the event loop. */
function scrypt(recipe: RecipeOf<"scrypt">, password: string, digestBytes: number): Promise<Uint8Array> {
  const { salt, costLog2, blockSize: r, parallelism: p } = recipe;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const options = { N: 2 ** costLog2, r, p, maxmem: 2 * 128 * r * (2 ** costLog2 + p) };
  scryptCallback(encode(password), salt, digestBytes, options, (error, key) => error ? reject(error) : resolve(key));
  return promise;
}

/** PBKDF2 with HMAC (RFC 8018 §5.2), native and off the event loop; several times faster than `node:crypto`. */
async function pbkdf2(recipe: RecipeOf<"pbkdf2">, password: string, digestBytes: number) {
  const { hash, iterations } = recipe, salt = new Uint8Array(recipe.salt);
  const key = await crypto.subtle.importKey("raw", encode(password), "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: hash === "sha256" ? "SHA-256" : "SHA-512", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, digestBytes * 8));
}

const prehashes: Record<Prehash, (password: string, salt: Uint8Array) => string> = {
  hmac: (password, salt) => createHmac("sha256", toBcrypt64(salt)).update(password).digest("base64"),
  base64: (password) => createHash("sha256").update(password).digest("base64"),
  hex: (password) => createHash("sha256").update(password).digest("hex"),
};

/**
 * Threads for bcrypt, with one job each. They start on demand and are kept. A thread that fails is terminated and its
 * job rejected.
 */
function createBcryptWorkers(start: () => Worker) {
  const idle = new Set<Worker>();
  const busy = new Map<Worker, (reason: Error) => void>();
  let closed = false;
  return { derive, close };

  async function derive(job: BcryptJob): Promise<Uint8Array> {
    if (closed) throw hashingClosed();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const [worker = start()] = idle;
    idle.delete(worker);
    busy.set(worker, reject);
    worker.onmessage = ({ data }) => {
      busy.delete(worker);
      idle.add(worker);
      resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end(worker, new Error("a bcrypt thread failed", { cause: event.message }));
    };
    worker.postMessage(job);
    return await promise;
  }

  function end(worker: Worker, reason: Error) {
    worker.terminate();
    busy.get(worker)?.(reason);
    busy.delete(worker);
    idle.delete(worker);
  }

  function close() {
    closed = true;
    for (const worker of [...idle, ...busy.keys()]) end(worker, hashingClosed());
  }
}

function startBcryptWorker() {
  return new Worker(new URL("./bcrypt_worker.ts", import.meta.url), { type: "module" });
}

function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}

function encode(text: string) {
  return new TextEncoder().encode(text);
}
