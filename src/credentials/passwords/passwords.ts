import { Buffer } from "node:buffer";
import { pause } from "../../platform/timers/pause.ts";
import { normalForm } from "../../platform/text/normal_form.ts";
import {
  dummyHash,
  type Hashing,
  type HashOptions,
  type HashPolicy,
  meetsPolicy,
  schemeOf,
  schemeOfPolicy,
} from "../../platform/hashing/hashing.ts";

export {
  findPasswordHash,
  listPasswordSchemes,
  overwritePasswordHash,
  updatePasswordHash,
  updatePasswordRemoved,
  updateRehashed,
} from "./password_store.ts";

/** The longest password, in bytes of UTF-8 before normalisation. */
export const passwordSizeBytesMax = 1024;

/** A failed login takes at least this many times as long as the slowest hash, so that the statements fit in, too. */
const minimumFailureFactor = 1.2;

/** Durations kept per scheme. Their median counts as its cost, so that a pause of the machine has no effect. */
const samplesMax = 31;

/** Dummy hashes that measure a new scheme. The first one may include the start of a thread. */
const samplesMin = 3;

export interface PasswordsOptions {
  hashing: Hashing;
  policy: HashPolicy;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  wait?: (ms: number) => Promise<void>;
}

/** How passwords are hashed and verified, and how long a failed login takes. */
export type Passwords = ReturnType<typeof createPasswords>;

/**
 * Passwords are normalised to NFC before hashing, so that "é" is the same however a keyboard composes it (SP 800-63B-4
 * §3.1.1.2). Other systems hash them as typed or in NFKC, so these forms are tried too, where they differ.
 */
export function createPasswords({ hashing, policy, monotonic, wait = pause }: PasswordsOptions) {
  const policyScheme = schemeOfPolicy(policy);
  const durationsMs = new Map<string, number[]>();
  let yieldsToLogins = false;
  hashing.observe({ computed: (scheme, seconds) => recordDuration(scheme, seconds * 1000) });
  return { admit: hashing.admit, hash, verify, needsRehash, trackSchemes, waitOutMinimumFailure };

  /** @throws {HashQueueFull} @throws {RangeError} when it is empty or too long, which HTTP refuses first. */
  async function hash(password: string, options?: HashOptions): Promise<string> {
    if (!isAcceptable(password)) throw new RangeError(`a password must have 1 to ${passwordSizeBytesMax} bytes`);
    return await hashing.hash(policy, normalForm(password, "NFC"), options);
  }

  /**
   * Computes a hash for each form of the password until one matches, and as many dummies where there is nothing to
   * match (CVE-2025-22234). `dummySeed` picks the dummy's scheme among the stored ones, so that the time in the slot
   * reveals nothing. @throws {HashQueueFull}
   */
  async function verify(
    password: string,
    stored: string | undefined,
    { dummySeed, ...options }: HashOptions & { dummySeed?: number } = {},
  ): Promise<boolean> {
    const isReal = stored !== undefined && schemeOf(stored) !== undefined && isAcceptable(password);
    const tried = isReal ? stored : dummyHash(dummySeed === undefined ? policyScheme : dummySchemeFor(dummySeed));
    for (const [index, form] of formsOf(password).entries()) {
      const told = index === 0 ? options : { ...options, onStart: undefined };
      if (await hashing.verify(tried, isReal ? form : nobodysPassword, told)) return true;
    }
    return false;
  }

  /** Whether a hash that was just verified should be replaced by one under the policy. */
  function needsRehash(stored: string, password: string): boolean {
    return !meetsPolicy(stored, policy, normalForm(password, "NFC"));
  }

  /**
   * Takes all schemes ({@link schemeOf}) that are stored now. Measures new ones with dummy hashes and drops the others'
   * measurements. From the second call on it stops when a real hash runs; the next call measures the rest. Never
   * rejects.
   */
  async function trackSchemes(schemes: string[]): Promise<void> {
    const current = new Set([policyScheme, ...schemes]);
    for (const scheme of durationsMs.keys()) if (!current.has(scheme)) durationsMs.delete(scheme);
    for (const scheme of current) await calibrate(scheme);
    yieldsToLogins = true;
  }

  /** Waits for the rest of the minimum time of a failure. It holds neither a hash slot nor a connection. */
  async function waitOutMinimumFailure(fromMs: number, password: string): Promise<void> {
    const leftMs = fromMs + minimumFailureMs() * formsOf(password).length - monotonic();
    if (leftMs > 0) await wait(leftMs);
  }

  /**
   * Milliseconds before which no failed login is answered, without the wait for a slot: 1.2 times the slowest kind of
   * stored hash, so that the time reveals neither its kind nor whether the user exists (ASVS 6.3.8).
   */
  function minimumFailureMs(): number {
    return minimumFailureFactor * Math.max(0, ...durationsMs.values().map(median));
  }

  function dummySchemeFor(dummySeed: number): string {
    const schemes = [...durationsMs.keys()].sort();
    return schemes[dummySeed % schemes.length] ?? policyScheme;
  }

  async function calibrate(scheme: string) {
    for (let taken = durationsMs.get(scheme)?.length ?? 0; taken < samplesMin; taken++) {
      if (yieldsToLogins && hashing.depth().running > 0) return;
      await hashing.verify(dummyHash(scheme), nobodysPassword).catch(() => {}); // the queue is full, or the server stops
    }
  }

  function recordDuration(scheme: string, ms: number) {
    const durations = durationsMs.get(scheme) ?? [];
    durationsMs.set(scheme, [...durations, ms].slice(-samplesMax));
  }
}

const nobodysPassword = "nobody has this password";

/** NFC, in which Sentinel hashes, as typed, and NFKC, each once. Their number depends on the password alone. */
function formsOf(password: string): string[] {
  if (!isAcceptable(password)) return [password];
  return [...new Set([normalForm(password, "NFC"), password, normalForm(password, "NFKC")])];
}

function isAcceptable(password: string): boolean {
  return password !== "" && Buffer.byteLength(password) <= passwordSizeBytesMax;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
