import type { Database } from "../../platform/db/db.ts";
import { type ChainedEvent, linkAfter, origin } from "./chain.ts";
import { findHead, findUnsealedAge, listUnsealed, tryLockChain, updateLinks } from "./chain_store.ts";
import { deleteLateDetails } from "../erasure/erasure_store.ts";

/** Events of one transaction: few enough that nobody waits for them. */
const batchSize = 500;

export type Sealer = ReturnType<typeof createSealer>;

/**
 * Chains what is committed. An event may be committed after younger ones: the order of the chain is that of sealing,
 * so that none is passed over.
 */
export function createSealer({ db, lagged, sealed }: {
  db: Database;
  /** Told the age in seconds of the oldest event that is not sealed. */
  lagged: (seconds: number) => void;
  /** Told of each event once it is sealed, here and nowhere else. */
  sealed: (event: ChainedEvent) => void;
}) {
  let running = Promise.resolve();
  return { seal };

  /** Seals all that is committed by now, unless another replica is at it. */
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

  /** One batch in one transaction: wholly sealed or not at all. Undefined while another replica is at it. */
  async function sealBatch(): Promise<ChainedEvent[] | undefined> {
    return await db.transaction(async (tx) => {
      if (!await tryLockChain(tx)) return undefined;
      let link = await findHead(tx) ?? origin;
      const events = await listUnsealed(tx, batchSize);
      const links = events.map((event) => link = linkAfter(link, event));
      const count = await updateLinks(tx, events, links);
      if (count !== events.length) throw new Error("an event was gone before it was sealed");
      await deleteLateDetails(tx, events); // of what was under way when its person was erased
      return events;
    });
  }
}
