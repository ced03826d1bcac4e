import { hash } from "node:crypto";
import type { Database } from "../../platform/db/db.ts";
import { deleteExpiredUsedOnce, insertEpoch, insertUsedOnce } from "./used_once_store.ts";

/** Whether a proof is presented for the first time; `before_epoch` if that is no longer known, after a crash. */
export type FirstUse = "taken" | "used" | "before_epoch";

export type UsedOnce = ReturnType<typeof createUsedOnce>;

/** Rows of one statement: few enough that other transactions do not wait for long. */
const batchSize = 500;

/**
 * Identifiers that may be presented once on all replicas, whether rate limits are on or off: `jti` of client assertions
 * (RFC 7523 §3) and of DPoP proofs (RFC 9449 §11.1).
 */
export function createUsedOnce({ db }: { db: Database }) {
  return { take, purge };

  /**
   * Takes `key`, such as `assertion:<client>:<jti>`, which is kept until `expiresAt`; both times in milliseconds. A
   * proof that was issued before the last crash of the database may have been used then, and is refused.
   */
  async function take(key: string, expiresAt: number, issuedAt: number): Promise<FirstUse> {
    const hashed = hash("sha256", key, "buffer");
    const outcome = await insertUsedOnce(db, hashed, new Date(expiresAt), new Date(issuedAt));
    if (outcome !== "no_epoch") return outcome;
    await insertEpoch(db);
    return "before_epoch";
  }

  /** Deletes expired keys, batch by batch. */
  async function purge(): Promise<void> {
    await insertEpoch(db); // notices a crash before the first proof comes, so that fewer are refused
    while (await deleteExpiredUsedOnce(db, batchSize) === batchSize);
  }
}
