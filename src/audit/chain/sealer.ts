import type { Database } from "../../platform/db/db.ts";
import { type ChainedEvent, linkAfter, origin } from "./chain.ts";
import { findHead, findUnsealedAge, listUnsealed, tryLockChain, updateLinks } from "./chain_store.ts";
import { deleteLateDetails } from "../erasure/erasure_store.ts";

/** Events per transaction: few enough that other transactions do not wait for long. */
const batchSize = 500;

export type Sealer = ReturnType<typeof createSealer>;

/**
 * Adds committed events to the chain. An event may be committed after younger ones, so the chain is in the order of
 * sealing and misses none.
 */
export function createSealer({ db, lagged, sealed }: {
  db: Database;
  /** Called with the age in seconds of the oldest event that is not sealed. */
  lagged: (seconds: number) => void;
  /** Called for each event once it is sealed, on the replica that sealed it. */
  sealed: (event: ChainedEvent) => void;
}) {
  let running = Promise.resolve();
  return { seal };

  /** Seals all committed events, unless another replica is sealing. */
  function seal(): Promise<void> {
    return running = running.catch(() => {}).then(sealAll);
  }

  async function sealAll(): Promise<void> {
    for (;;) {
      const age = await findUnsealedAge(db);
      lagged(age ?? 0);
      if (age === null) return;
      const batch = await sealBatch();
      if (!batch) return;
      batch.forEach(sealed);
      if (batch.length < batchSize) return lagged(0);
    }
  }

  /** Seals one batch in one transaction. Undefined while another replica is sealing. */
  async function sealBatch(): Promise<ChainedEvent[] | undefined> {
    return await db.transaction(async (tx) => {
      if (!await tryLockChain(tx)) return undefined;
      let link = await findHead(tx) ?? origin;
      const events = await listUnsealed(tx, batchSize);
      const links = events.map((event) => link = linkAfter(link, event));
      const count = await updateLinks(tx, events, links);
      if (count !== events.length) throw new Error("an event disappeared before it was sealed");
      await deleteLateDetails(tx, events); // of events that were in progress when their user was erased
      return events;
    });
  }
}
