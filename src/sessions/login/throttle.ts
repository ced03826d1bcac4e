import { createHmac } from "node:crypto";
import type { Db } from "../../platform/db/db.ts";
import { networkOf } from "../../platform/network.ts";
import { type Bucket, createBuckets, type Taken } from "./buckets.ts";
import { listKnownAddresses } from "./login_store.ts";
import { deleteBuckets, listLoginNames } from "./throttle_store.ts";

/** At most `count` within `seconds`. */
export type Rate = { count: number; seconds: number };

export type RateLimits = {
  login_address: Rate;
  login_account: Rate;
  register_address: Rate;
  account_change: Rate;
  mail_address: Rate;
  mail_recipient: Rate;
  mail_code: Rate;
  factor_account: Rate;
};

/**
 * One login attempt. `knownUserId` is the user with that name, if the user logged in from that network within the last
 * 30 days.
 */
export type Attempt = { ip: string | null; name: string; knownUserId: string | undefined };

export type { Taken };

export type Throttle = ReturnType<typeof createThrottle>;

const nothing: Taken = { id: "", takes: [], first: false, waited: false };

/**
 * Limits guesses before a hash is spent on them. Attempts from unknown networks share one bucket for each name, whether
 * the name exists or not, so that it reveals neither which names exist nor which belong to one user (ASVS 6.3.8). A
 * user who logged in from this network within the last 30 days has separate buckets, one for each name, so that
 * strangers cannot lock the user out (ASVS 6.1.1). An address over its limit takes nothing from the buckets of
 * accounts. If the store fails, the answer is `unavailable`: it never fails open.
 */
export function createThrottle({ db, subkey, limits, counted = () => {} }: {
  db: Db;
  subkey: Uint8Array;
  limits: RateLimits | undefined;
  counted?: (limit: keyof RateLimits) => void;
}) {
  const buckets = createBuckets({ db, counted });
  return {
    takeLogin,
    takePasskey,
    takePasswordChange,
    takeRegistration,
    takeAccountChange,
    takeMail,
    takeMailCode,
    takeFactor,
    finishAttempt: buckets.finish,
    refundOwed: buckets.refundOwed,
    emptyBucketsOf,
  };

  /** @throws {Problem} `rate_limited`, alike for existing and unknown names. */
  async function takeLogin({ ip, name, knownUserId }: Attempt): Promise<Taken> {
    if (!limits) return nothing;
    const address = networkOf(ip) ?? "unknown";
    const whose = knownUserId === undefined ? { name } : ownBucket(knownUserId, name, address);
    return await buckets.take([
      bucket("login_address", { address }, limits.login_address),
      bucket("login_account", whose, limits.login_account),
    ]);
  }

  /** Counts a login with a passkey alone, which names no account. @throws {Problem} `rate_limited` */
  async function takePasskey(ip: string | null): Promise<Taken> {
    if (!limits) return nothing;
    return await buckets.take([
      bucket("login_address", { address: networkOf(ip) ?? "unknown" }, limits.login_address),
    ]);
  }

  /**
   * Guesses at the current password are counted per session, from any address: a stolen token has only its own session
   * to guess with, and cannot lock the user out of the change.
   *
   * @throws {Problem} `rate_limited`
   */
  async function takePasswordChange({ ip, sessionId }: { ip: string | null; sessionId: string }): Promise<Taken> {
    if (!limits) return nothing;
    return await buckets.take([
      bucket("login_address", { address: networkOf(ip) ?? "unknown" }, limits.login_address),
      bucket("login_account", { session: sessionId }, limits.login_account),
    ]);
  }

  /** @throws {Problem} `rate_limited` */
  async function takeRegistration(ip: string | null): Promise<Taken> {
    if (!limits) return nothing;
    return await buckets.take([
      bucket("register_address", { address: networkOf(ip) ?? "unknown" }, limits.register_address),
    ]);
  }

  /** @throws {Problem} `rate_limited` */
  async function takeAccountChange(userId: string): Promise<void> {
    if (!limits) return;
    buckets.keep(await buckets.take([bucket("account_change", { user: userId }, limits.account_change)]));
  }

  /**
   * Counts a request for a mail, for the address that it comes from and for the mailbox that it goes to, whether or not
   * anyone here has that mailbox.
   *
   * @throws {Problem} `rate_limited`
   */
  async function takeMail(ip: string | null, recipient: string): Promise<void> {
    if (!limits) return;
    buckets.keep(
      await buckets.take([
        bucket("mail_address", { address: networkOf(ip) ?? "unknown" }, limits.mail_address),
        bucket("mail_recipient", { recipient }, limits.mail_recipient),
      ]),
    );
  }

  /**
   * Counts a guess at the code of a mail to this user, unless it turns out to be right. @throws {Problem}
   * `rate_limited`
   */
  async function takeMailCode(userId: string): Promise<Taken> {
    if (!limits) return nothing;
    return await buckets.take([bucket("mail_code", { user: userId }, limits.mail_code)]);
  }

  /**
   * Counts a guess at a second factor of this user, unless it turns out to be right. @throws {Problem} `rate_limited`
   */
  async function takeFactor(userId: string): Promise<Taken> {
    if (!limits) return nothing;
    return await buckets.take([bucket("factor_account", { user: userId }, limits.factor_account)]);
  }

  /** Empties the user's buckets: one per name for unknown networks, and one per name and known network. */
  async function emptyBucketsOf(tx: Db, userId: string): Promise<void> {
    const names = await listLoginNames(tx, userId);
    const networks = new Set((await listKnownAddresses(tx, userId)).map((ip) => networkOf(ip)));
    const own = names.flatMap((name) => [...networks].map((address) => ownBucket(userId, name, address)));
    const strangers = names.map((name) => ({ name }));
    const logins = [...strangers, ...own].map((whose) => keyOf("login_account", whose));
    await deleteBuckets(tx, [...logins, keyOf("factor_account", { user: userId })]);
  }

  function bucket(name: Policy, whose: Record<string, string | null>, { count, seconds }: Rate): Bucket<Policy> {
    return { name, key: keyOf(name, whose), count, window_seconds: seconds };
  }

  /** Encodes as JSON, so that no name can produce the key of another bucket. */
  function keyOf(name: Policy, whose: Record<string, string | null>): Uint8Array {
    return createHmac("sha256", subkey).update(JSON.stringify([name, whose])).digest();
  }
}

function ownBucket(user: string, name: string, address: string | null) {
  return { user, name, address };
}

type Policy = keyof RateLimits;
