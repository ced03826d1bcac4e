import { createHmac } from "node:crypto";
import type { Db } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { networkOf } from "../../platform/network.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { listKnownAddresses } from "./login_store.ts";
import { createOpenAttempts } from "./open_attempts.ts";
import { deleteBuckets, listLoginNames, refundBuckets, type Take, takeFromBuckets } from "./throttle_store.ts";

/** So many in so many seconds. */
export type Rate = { count: number; seconds: number };

export type RateLimits = { login_address: Rate; login_account: Rate; register_address: Rate; account_change: Rate };

/** One try to log in; `knownUserId` is who has the name, if they have logged in from that network within 30 days. */
export type Attempt = { ip: string | null; name: string; knownUserId: string | undefined };

/**
 * What was taken and may be given back: `first` if nothing had been taken from the last of the buckets in a while, `waited`
 * if others had to end before it was there.
 */
export type Taken = { id: string; takes: Take[]; first: boolean; waited: boolean };

export type Throttle = ReturnType<typeof createThrottle>;

const nothing: Taken = { id: "", takes: [], first: false, waited: false };

/** Attempts that wait to be given back while the database is away; more stay counted. */
const owedMax = 10_000;

/**
 * Slows down who guesses, before a hash is spent on them. Strangers share a bucket by the name they try, whether
 * anybody has it or not, so that it does not tell who exists, nor which names are one person's (ASVS 6.3.8). Whoever
 * logged in from this network within 30 days has buckets of their own, one a name too, so that nobody can be locked out
 * by others (ASVS 6.1.1). An address that may try no more reaches no account's bucket. A store that fails is `unavailable`, never
 * unlimited.
 */
export function createThrottle({ db, subkey, limits, counted = () => {} }: {
  db: Db;
  subkey: Uint8Array;
  limits: RateLimits | undefined;
  counted?: (limit: keyof RateLimits) => void;
}) {
  const owed = new Set<Taken>();
  const attempts = createOpenAttempts();
  return {
    takeLogin,
    takePasswordChange,
    takeRegistration,
    takeAccountChange,
    finishAttempt,
    refundOwed,
    emptyBucketsOf,
  };

  /** @throws {Problem} `rate_limited`, alike for names that exist and names that do not. */
  async function takeLogin({ ip, name, knownUserId }: Attempt): Promise<Taken> {
    if (!limits) return nothing;
    const address = networkOf(ip) ?? "unknown";
    const whose = knownUserId === undefined ? { name } : ownBucket(knownUserId, name, address);
    return await takeFromAll([
      bucket("login_address", { address }, limits.login_address),
      bucket("login_account", whose, limits.login_account),
    ]);
  }

  /**
   * Guesses at the current password are counted by session, from wherever they come: whoever stole a token has no other
   * one to go on with, and keeps nobody else from changing the password.
   *
   * @throws {Problem} `rate_limited`
   */
  async function takePasswordChange({ ip, sessionId }: { ip: string | null; sessionId: string }): Promise<Taken> {
    if (!limits) return nothing;
    return await takeFromAll([
      bucket("login_address", { address: networkOf(ip) ?? "unknown" }, limits.login_address),
      bucket("login_account", { session: sessionId }, limits.login_account),
    ]);
  }

  /** @throws {Problem} `rate_limited` */
  async function takeRegistration(ip: string | null): Promise<Taken> {
    if (!limits) return nothing;
    return await takeFromAll([
      bucket("register_address", { address: networkOf(ip) ?? "unknown" }, limits.register_address),
    ]);
  }

  /** @throws {Problem} `rate_limited` */
  async function takeAccountChange(userId: string): Promise<void> {
    if (!limits) return;
    const { takes } = await takeFromAll([bucket("account_change", { user: userId }, limits.account_change)]);
    attempts.close(takes, { gaveBack: false });
  }

  /**
   * Ends the attempt: gives back what was taken if what comes of `work` is right, or it fails otherwise than by a
   * {@link Problem}, as then nobody guessed. Whoever takes must come here.
   */
  async function finishAttempt<T>(taken: Taken, work: Promise<T>, isRight: (outcome: T) => boolean): Promise<T> {
    let gaveBack = false;
    try {
      const outcome = await work;
      if (isRight(outcome)) gaveBack = await refund(taken);
      return outcome;
    } catch (error) {
      if (!(error instanceof Problem)) gaveBack = await refund(taken);
      throw error;
    } finally {
      attempts.close(taken.takes, { gaveBack });
    }
  }

  /**
   * Gives back what was taken, and nothing more: guesses in between stay counted (T121). Where the store fails it is
   * owed until {@link refundOwed}, which is no reason to refuse whoever has just logged in. Answers whether it is given back.
   */
  async function refund(taken: Taken): Promise<boolean> {
    if (taken.takes.length === 0) return true;
    try {
      await refundBuckets(db, taken.takes, { id: taken.id, certain: true });
      return true;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      rememberOwed(taken);
      return false;
    }
  }

  /** Gives back what is owed since the store failed, each once. @throws {Unavailable} and owes the rest. */
  async function refundOwed(): Promise<void> {
    for (const taken of owed) {
      await refundBuckets(db, taken.takes, { id: taken.id, certain: false });
      owed.delete(taken);
    }
  }

  function rememberOwed(taken: Taken): void {
    if (owed.size < owedMax) owed.add(taken);
  }

  /** Empties the user's buckets: those for strangers, one a name, and their own, one a name and network known to them. */
  async function emptyBucketsOf(tx: Db, userId: string): Promise<void> {
    const names = await listLoginNames(tx, userId);
    const networks = new Set((await listKnownAddresses(tx, userId)).map((ip) => networkOf(ip)));
    const own = names.flatMap((name) => [...networks].map((address) => ownBucket(userId, name, address)));
    const strangers = names.map((name) => ({ name }));
    await deleteBuckets(tx, [...strangers, ...own].map((whose) => keyOf("login_account", whose)));
  }

  /** Takes once from each; at one that is empty it waits for what {@link createOpenAttempts} says may be given back. */
  async function takeFromAll(asked: Bucket[]): Promise<Taken> {
    const taken: Taken = { id: crypto.randomUUID(), takes: asked, first: false, waited: false };
    let left = asked;
    let opened = asked;
    attempts.open(opened);
    try {
      for (;;) {
        const given = await takeFromBuckets(db, left, taken.id);
        const empty = given.findIndex(({ taken }) => !taken);
        if (empty < 0) return { ...taken, first: given.at(-1)!.first };
        left = left.slice(empty);
        opened = asked.slice(0, -left.length);
        attempts.close(left, { gaveBack: false });
        if (!await attempts.wait(left[0]!)) throw rateLimited(left[0]!, given[empty]!.retry_seconds);
        attempts.open(left.slice(1));
        opened = asked;
        taken.waited = true;
      }
    } catch (error) {
      if (error instanceof Unavailable && (error.uncertain || left.length < asked.length)) rememberOwed(taken);
      attempts.close(opened, { gaveBack: false });
      throw error;
    }
  }

  function rateLimited({ name, count, window_seconds }: Bucket, retrySeconds: number): Problem {
    const seconds = Math.max(1, Math.ceil(retrySeconds));
    counted(name);
    return new Problem("rate_limited", {
      headers: {
        "retry-after": String(seconds),
        "ratelimit-policy": `"${name}";q=${count};w=${window_seconds}`,
        "ratelimit": `"${name}";r=0;t=${seconds}`,
      },
    });
  }

  function bucket(name: Policy, whose: Record<string, string | null>, { count, seconds }: Rate): Bucket {
    return { name, key: keyOf(name, whose), count, window_seconds: seconds };
  }

  /** As JSON, so that no name can be made to read like somebody else's bucket. */
  function keyOf(name: Policy, whose: Record<string, string | null>): Uint8Array {
    return createHmac("sha256", subkey).update(JSON.stringify([name, whose])).digest();
  }
}

function ownBucket(user: string, name: string, address: string | null) {
  return { user, name, address };
}

type Policy = keyof RateLimits;
type Bucket = Take & { name: Policy };
