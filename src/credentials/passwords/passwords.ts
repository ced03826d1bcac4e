import { Buffer } from "node:buffer";
import { setTimeout } from "node:timers/promises";
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

export { findPasswordHash, listPasswordSchemes, overwritePasswordHash, updatePasswordHash } from "./password_store.ts";

/** The longest password, in bytes of UTF-8 as it was sent. */
export const passwordSizeBytesMax = 1024;

/** How much longer than the slowest hash a failed login takes: room for the statements around the hash. */
const minimumFailureFactor = 1.2;

/** Durations kept of each scheme; their median is its cost, so that a pause of the machine moves nothing. */
const samplesMax = 31;

/** Dummy hashes that measure a new scheme; the first pays for starting a thread. */
const samplesMin = 3;

export interface PasswordsOptions {
  hashing: Hashing;
  policy: HashPolicy;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  /** Resolves after so many milliseconds. */
  wait?: (ms: number) => Promise<void>;
}

/** What holds for every password: how it is hashed and verified, and how long a refusal takes. */
export type Passwords = ReturnType<typeof createPasswords>;

/**
 * Passwords are normalised to NFC before hashing, so that "é" is one password however a keyboard composes it
 * (SP 800-63B-4 §3.1.1.2); nothing else about them is changed.
 */
export function createPasswords(
  { hashing, policy, monotonic, wait = sleep }: PasswordsOptions,
) {
  const policyScheme = schemeOfPolicy(policy);
  const durationsMs = new Map<string, number[]>();
  let yieldsToLogins = false;
  hashing.observe({ computed: (scheme, seconds) => recordDuration(scheme, seconds * 1000) });
  return { admit: hashing.admit, hash, verify, needsRehash, trackSchemes, waitOutMinimumFailure };

  /**
   * Hashes a new password under the policy.
   *
   * @throws {HashQueueFull}
   * @throws {RangeError} when it is empty or too long, which the wire refuses first.
   */
  async function hash(password: string, options?: HashOptions): Promise<string> {
    if (!isAcceptable(password)) throw new RangeError(`a password has 1 to ${passwordSizeBytesMax} bytes`);
    return await hashing.hash(policy, normalForm(password, "NFC"), options);
  }

  /**
   * Tells whether the password matches. One hash is computed whatever is asked: a dummy when there is no user, when what
   * is stored cannot be read, and when the password is empty or too long (CVE-2025-22234). `dummySeed` picks the dummy's scheme
   * among those that are stored, so that the time for which a slot is taken does not tell them apart either.
   *
   * @throws {HashQueueFull}
   */
  async function verify(
    password: string,
    stored: string | undefined,
    { dummySeed, ...options }: HashOptions & { dummySeed?: number } = {},
  ): Promise<boolean> {
    if (stored === undefined || !schemeOf(stored) || !isAcceptable(password)) {
      await measure(dummySeed === undefined ? policyScheme : dummySchemeFor(dummySeed), options);
      return false;
    }
    return await hashing.verify(stored, normalForm(password, "NFC"), options);
  }

  /** Tells whether a hash that the password was just verified against should be replaced by one under the policy. */
  function needsRehash(stored: string, password: string): boolean {
    return !meetsPolicy(stored, policy, normalForm(password, "NFC"));
  }

  /**
   * Takes note of which schemes (see {@link schemeOf}) are stored now: forgets the others and measures the new ones by
   * dummy hashes. From the second call on real hashes go first: what is not measured meanwhile is left to the next call.
   * Never rejects.
   */
  async function trackSchemes(schemes: string[]): Promise<void> {
    const current = new Set([policyScheme, ...schemes]);
    for (const scheme of durationsMs.keys()) if (!current.has(scheme)) durationsMs.delete(scheme);
    for (const scheme of current) await calibrate(scheme);
    yieldsToLogins = true;
  }

  /** Waits for what is left of the minimum time of a failure. It holds neither a hash slot nor a connection. */
  async function waitOutMinimumFailure(fromMs: number): Promise<void> {
    const leftMs = fromMs + minimumFailureMs() - monotonic();
    if (leftMs > 0) await wait(leftMs);
  }

  /**
   * Milliseconds before which no failed login is answered, the wait for a slot not counted: 1.2 × the slowest kind of
   * hash now stored, so that time does not tell which kind a user has, nor whether there is a user (ASVS 6.3.8).
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
      await measure(scheme).catch(() => {}); // the queue filled up, or the server is ending
    }
  }

  async function measure(scheme: string, options?: HashOptions) {
    await hashing.verify(dummyHash(scheme), "nobody has this password", options);
  }

  function recordDuration(scheme: string, ms: number) {
    const durations = durationsMs.get(scheme) ?? [];
    durationsMs.set(scheme, [...durations, ms].slice(-samplesMax));
  }
}

function isAcceptable(password: string): boolean {
  return password !== "" && Buffer.byteLength(password) <= passwordSizeBytesMax;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function sleep(ms: number): Promise<void> {
  return setTimeout(Math.ceil(ms));
}
