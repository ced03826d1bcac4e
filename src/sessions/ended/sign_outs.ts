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

  /** To expire is an end too. */
  function endExpiredSessions(): Promise<void> {
    return inBatches((tx) => endExpired(tx, batchSize));
  }

  /** So is not to be used for long. */
  function endIdleSessions(): Promise<void> {
    return inBatches((tx) => endIdle(tx, batchSize, idleSeconds));
  }

  async function inBatches(end: (tx: Tx) => Promise<number>): Promise<void> {
    const batch = () => db.transaction(async (tx) => await trySignOutLock(tx) ? await end(tx) : 0);
    while (await batch() >= batchSize);
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
