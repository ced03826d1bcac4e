import type { Db } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { createOpenAttempts } from "./open_attempts.ts";
import { refundBuckets, type Take, takeFromBuckets } from "./throttle_store.ts";

/** A bucket of the limit of this name. */
export type Bucket<Name extends string> = Take & { name: Name };

/**
 * What was taken and may be refunded. `first`: nothing had been taken from the last bucket in a while. `waited`: the
 * attempt had to wait for others.
 */
export type Taken = { id: string; takes: Take[]; first: boolean; waited: boolean };

/** The most attempts whose refund waits for the database. Further ones stay counted. */
const owedMax = 10_000;

/**
 * Buckets that attempts take from, one after the other. The right password, and a failure that was no guess, refund
 * what their attempt took.
 */
export function createBuckets<Name extends string>({ db, counted }: { db: Db; counted: (limit: Name) => void }) {
  const owed = new Set<Taken>();
  const attempts = createOpenAttempts();
  return { take, keep, finish, refundOwed };

  /** Takes once from each bucket. At an empty one it waits for a refund, as {@link createOpenAttempts} describes. */
  async function take(asked: Bucket<Name>[]): Promise<Taken> {
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

  function rateLimited({ name, count, window_seconds }: Bucket<Name>, retrySeconds: number): Problem {
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

  /** Ends an attempt that is never refunded. */
  function keep({ takes }: Taken): void {
    attempts.close(takes, { gaveBack: false });
  }

  /**
   * Ends the attempt. Refunds it if the outcome of `work` is right, or if `work` fails otherwise than by a {@link
   * Problem}, as that was no guess. Everything that is taken ends here or by {@link keep}.
   */
  async function finish<T>(taken: Taken, work: Promise<T>, isRight: (outcome: T) => boolean): Promise<T> {
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
   * Refunds exactly what was taken: guesses in between stay counted. If the store fails, {@link refundOwed} refunds it
   * later, as a successful login must not fail for that. Returns whether it was refunded.
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

  /** Refunds what is owed since the store failed, each attempt once. @throws {Unavailable} and keeps the rest. */
  async function refundOwed(): Promise<void> {
    for (const taken of owed) {
      await refundBuckets(db, taken.takes, { id: taken.id, certain: false });
      owed.delete(taken);
    }
  }

  function rememberOwed(taken: Taken): void {
    if (owed.size < owedMax) owed.add(taken);
  }
}
