import { createHmac } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { Db } from "../platform/db.ts";
import { Problem } from "../problems.ts";
import { deleteBuckets, refundBuckets, type Take, takeFromBuckets } from "./throttle_store.ts";

/** So many in so many seconds. */
export type Rate = { count: number; seconds: number };

export type RateLimits = { login_address: Rate; login_account: Rate; register_address: Rate };

/** Who tries to log in: from where, as whom (a user's id, or a name that nobody has), and whether they did lately. */
export type Attempt = { ip: string | null; account: string; known: boolean };

/** What was taken and may be given back. */
export type Taken = Take[];

export type Throttle = ReturnType<typeof createThrottle>;

/**
 * Slows down who guesses, before a hash is spent on them. An account's bucket is shared by strangers only: whoever
 * logged in from this address within 30 days has a lane of their own, so that nobody can be locked out by others
 * (ASVS 6.1.1). A store that fails is `unavailable`, never unlimited.
 */
export function createThrottle({ db, subkey, limits }: { db: Db; subkey: Uint8Array; limits: RateLimits | undefined }) {
  return { takeLogin, takeRegistration, refund, forgive };

  /** @throws {Problem} `rate_limited`, alike for names that exist and names that do not. */
  async function takeLogin(attempt: Attempt): Promise<Taken> {
    if (!limits) return [];
    const { ip, account, known } = attempt;
    const lane = known ? `${account} ${networkOf(ip)}` : account;
    return await take([
      bucket("login_address", networkOf(ip), limits.login_address),
      bucket("login_account", lane, limits.login_account),
    ]);
  }

  /** @throws {Problem} `rate_limited` */
  async function takeRegistration(ip: string | null): Promise<Taken> {
    return limits ? await take([bucket("register_address", networkOf(ip), limits.register_address)]) : [];
  }

  /** Success gives back what it took, and nothing more: guesses in between stay counted (T121). */
  async function refund(taken: Taken): Promise<void> {
    if (taken.length > 0) await refundBuckets(db, taken);
  }

  /** Empties the account's bucket for strangers. */
  async function forgive(account: string): Promise<void> {
    await deleteBuckets(db, [keyOf("login_account", account)]);
  }

  async function take(asked: Named[]): Promise<Taken> {
    const refused = await takeFromBuckets(db, asked);
    if (refused.length === 0) return asked;
    const slowest = refused.reduce((a, b) => a.retry_seconds > b.retry_seconds ? a : b);
    const { name, count, window_seconds } = asked.find(({ key }) => key.equals(slowest.key))!;
    const seconds = Math.max(1, Math.ceil(slowest.retry_seconds));
    throw new Problem("rate_limited", {
      headers: {
        "retry-after": String(seconds),
        "ratelimit-policy": `"${name}";q=${count};w=${window_seconds}`,
        "ratelimit": `"${name}";r=0;t=${seconds}`,
      },
    });
  }

  function bucket(name: string, what: string, { count, seconds }: Rate): Named {
    return { name, key: keyOf(name, what), count, window_seconds: seconds };
  }

  function keyOf(name: string, what: string) {
    return createHmac("sha256", subkey).update(`${name}\n${what}`).digest();
  }
}

type Named = Take & { name: string; key: { equals(other: Uint8Array): boolean } & Uint8Array };

/** An IPv4 address, or the /64 that an IPv6 host may choose addresses from (RFC 4291 §2.5.4; T112). */
function networkOf(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  return address.kind() === "ipv4" ? address.toString() : (address as ipaddr.IPv6).parts.slice(0, 4).join(":");
}
