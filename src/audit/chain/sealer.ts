import type { Database } from "../../platform/db/db.ts";
import { type ChainedEvent, linkAfter, origin } from "./chain.ts";
import { findHead, findUnsealedAge, listUnsealed, tryLockChain, updateLinks } from "./chain_store.ts";
import { deleteLateDetails } from "../erasure/details_store.ts";

/** Events per transaction: few enough that other transactions do not wait for long. */
const batchSize = 500;

export type Sealer = ReturnType<typeof createSealer>;

/** Gives events their places in the order of sealing, not of time, so one that commits late is not skipped. */
export function createSealer({ db, onLag, onSealed }: {
  db: Database;
  /** Receives the age in seconds of the oldest event that is not sealed, or 0. */
  onLag: (seconds: number) => void;
  /** Receives each event that this sealer has sealed, after the commit. Each event is sealed by only one replica. */
  onSealed: (event: ChainedEvent) => void;
}) {
  let running = Promise.resolve();
  return { seal };

  /** Seals all events that are committed. Returns early if another replica is sealing. */
  function seal(): Promise<void> {
    return running = running.catch(() => {}).then(sealAll);
  }

  async function sealAll(): Promise<void> {
    for (;;) {
      const age = await findUnsealedAge(db);
      onLag(age ?? 0);
      if (age === null) return;
      const batch = await sealBatch();
      if (!batch) return;
      batch.forEach(onSealed);
      if (batch.length < batchSize) return onLag(0);
    }
  }

  /** Seals one batch in one transaction, and returns its events. Undefined if another replica is sealing. */
  async function sealBatch(): Promise<ChainedEvent[] | undefined> {
    return await db.transaction(async (tx) => {
      if (!await tryLockChain(tx)) return undefined;
      let link = await findHead(tx) ?? origin;
      const events = await listUnsealed(tx, batchSize);
      const links = events.map((event) => link = linkAfter(link, event));
      const count = await updateLinks(tx, events, links);
      if (count !== events.length) {
        throw new Error(
          `${events.length - count} of ${events.length} audit events disappeared before they were sealed`,
        );
      }
      await deleteLateDetails(tx, events); // of events that were committed after their user was erased
      return events;
    });
  }
}
