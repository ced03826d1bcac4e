import { listPasswordSchemes, type Passwords } from "../../credentials/passwords/passwords.ts";
import type { Db } from "../../platform/db/db.ts";

/**
 * Delays every failed login for as long as the slowest kind of stored hash takes, so that the time does not reveal
 * whether the user exists (ASVS 6.3.8).
 */
export function createMinimumFailureTime({ db, passwords, monotonic }: {
  db: Db;
  passwords: Passwords;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
}) {
  let known: Promise<void> | undefined;
  return { start, waitOut, watchSchemes, whenKnown: () => known };

  /**
   * Starts the clock. It leaves out the waits for other attempts and for a hash slot: they reveal nothing about the
   * name, and may be longer than the minimum.
   */
  function start() {
    let fromMs = monotonic();
    let markedMs = fromMs;
    return { fromMs: () => fromMs, mark, leaveOut };

    function mark(): void {
      markedMs = monotonic();
    }

    /** Leaves out the time since the mark. */
    function leaveOut(): void {
      fromMs += monotonic() - markedMs;
    }
  }

  /**
   * Waits for the rest of the minimum of this password. Before the first look-up of {@link watchSchemes} has ended, it
   * waits for that first.
   */
  async function waitOut(fromMs: number, password: string): Promise<void> {
    await known;
    await passwords.waitOutMinimumFailure(fromMs, password);
  }

  /** Looks up which kinds of hash are stored. The minimum follows the slowest of them. */
  function watchSchemes(): Promise<void> {
    const seen = listPasswordSchemes(db).then(passwords.trackSchemes);
    known ??= seen.catch(() => {});
    return seen;
  }
}
