import { localActor } from "../../vocabulary/actor.ts";
import type { Database } from "../../platform/db/db.ts";
import { findExpiredUpTo, lockChain } from "../chain/chain_store.ts";
import type { Sealer } from "../chain/sealer.ts";
import { deleteExpiredDetails } from "../erasure/erasure_store.ts";
import { recordAudit } from "../events/audit.ts";
import { findLastOlderThan } from "./expiry_store.ts";

/** Events per transaction: few enough that other transactions do not wait for long. */
const batchSize = 2_000;

/** What has expired: the details of all events up to `seq`, of which `deleted` parts still existed. */
export type Expired = { seq: number; deleted: number };

/** Deletes and records the expiry of old details. The events and their chain stay. */
export function createExpiry({ db, sealer }: { db: Database; sealer: Sealer }) {
  return { expireOlderThan };

  /**
   * Records up to which place the details have expired and, once that is sealed, deletes them; the database requires
   * this order. It also deletes what an interrupted call left, even if no further event is old enough.
   */
  async function expireOlderThan(days: number): Promise<Expired> {
    const seq = await findLastOlderThan(db, days);
    const expired = await findExpiredUpTo(db);
    if (seq > expired) await record({ seq, days });
    return await deleteUpTo(Math.max(seq, expired));
  }

  async function record(details: { seq: number; days: number }): Promise<void> {
    const subject = { type: "installation", id: null } as const;
    await recordAudit(db, { action: "audit.details_expired", ...localActor, subject, details });
    await sealer.seal();
    while (await findExpiredUpTo(db) < details.seq) { // another replica was sealing, and may have started before this event
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
