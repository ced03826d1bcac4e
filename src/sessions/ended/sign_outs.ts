import type { Database, Tx } from "../../platform/db/db.ts";
import { endExpired, endIdle } from "../sessions/client_session_store.ts";
import { type SignOut, takeSignOuts, trySignOutLock } from "./sign_out_store.ts";

export type { SignOut };

export type SignOuts = ReturnType<typeof createSignOuts>;

/** Ends in one transaction: few enough that other transactions do not wait for long. */
const batchSize = 200;

/** Finds out which applications have to be told that a user is signed in no longer, however the session has ended. */
export function createSignOuts({ db, idleSeconds }: { db: Database; idleSeconds: number }) {
  return { endExpiredSessions, endIdleSessions, announce };

  /**
   * Revokes sessions that have expired, so that their applications are told. If another transaction has the lock, the
   * next run does it: two could each end a part of one sign-in, and each part would be told.
   */
  async function endExpiredSessions(): Promise<void> {
    const batch = () => db.transaction(async (tx) => await trySignOutLock(tx) ? await endExpired(tx, batchSize) : 0);
    while (await batch() >= batchSize);
  }

  /**
   * Revokes sessions that have been idle for too long, so that their applications are told. It needs no lock: an idle
   * session counts as live until it is revoked, so a sign-in that ends in parts is announced with its last one only.
   */
  async function endIdleSessions(): Promise<void> {
    while (await db.transaction((tx) => endIdle(tx, batchSize, idleSeconds)) >= batchSize);
  }

  /** Hands each sign-out to `tell`, in the transaction that takes it, once on all replicas. */
  async function announce(tell: (tx: Tx, signOuts: SignOut[]) => Promise<void>): Promise<void> {
    const batch = () =>
      db.transaction(async (tx) => {
        if (!await trySignOutLock(tx)) return 0;
        const { taken, signOuts } = await takeSignOuts(tx, batchSize);
        if (signOuts.length > 0) await tell(tx, signOuts);
        return taken;
      });
    while (await batch() >= batchSize);
  }
}
