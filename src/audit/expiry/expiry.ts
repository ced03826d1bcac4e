import { localActor } from "../../vocabulary/actor.ts";
import type { Database } from "../../platform/db/db.ts";
import { findExpiredUpTo, lockChain } from "../chain/chain_store.ts";
import type { Sealer } from "../chain/sealer.ts";
import { deleteExpiredDetails } from "../erasure/details_store.ts";
import { recordAudit } from "../events/audit.ts";
import { findLastOlderThan } from "./expiry_store.ts";

/** Places of the chain per transaction: few enough that other transactions do not wait for long. */
const batchSize = 2_000;

/** The details of all events up to place `seq` are expired; this call deleted `deleted` rows of them. */
export type Expired = { seq: number; deleted: number };

/** Deletes the details of old events (addresses, devices, names), and records that. The events and their chain stay. */
export function createExpiry({ db, sealer }: { db: Database; sealer: Sealer }) {
  return { expireOlderThan };

  /**
   * Expires the details of events older than `days`. It first seals an `audit.details_expired` event: the database
   * deletes only details that a sealed event declares expired. If a call is interrupted, the next one deletes the rest.
   */
  async function expireOlderThan(days: number): Promise<Expired> {
    const seq = await findLastOlderThan(db, days);
    const expiredBefore = await findExpiredUpTo(db);
    if (seq > expiredBefore) await recordExpiry({ seq, days });
    return await deleteUpTo(Math.max(seq, expiredBefore));
  }

  async function recordExpiry(details: { seq: number; days: number }): Promise<void> {
    const subject = { type: "installation", id: null } as const;
    await recordAudit(db, { action: "audit.details_expired", ...localActor, subject, details });
    await sealer.seal();
    while (await findExpiredUpTo(db) < details.seq) { // another replica is sealing a batch that may not contain this event
      await db.transaction(lockChain);
      await sealer.seal();
    }
  }

  async function deleteUpTo(seq: number): Promise<Expired> {
    let deleted = 0;
    for (let after = 0; after < seq; after += batchSize) {
      deleted += await deleteExpiredDetails(db, after, Math.min(after + batchSize, seq));
    }
    return { seq, deleted };
  }
}
