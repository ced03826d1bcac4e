import type { Db } from "../../platform/db/db.ts";
import type { Siblings } from "../../platform/workers/siblings.ts";
import { countUnsealed, findHead } from "../chain/chain_store.ts";
import { breaks } from "../chain/chain_walk.ts";
import { findLastCheckpoint } from "../chain/checkpoint_store.ts";
import type { ChainWatch } from "./chain_watch.ts";

export type AuditState = ReturnType<typeof createAuditState>;

/** The state of the audit log: what is sealed, what is signed, and what this server has verified. */
export function createAuditState({ db, chainWatch, siblings }: {
  db: Db;
  chainWatch: Pick<ChainWatch, "state" | "verifyWhole">;
  siblings: Pick<Siblings, "inFirst">;
}) {
  const readChain = siblings.inFirst("audit chain", chainWatch.state); // the first worker verifies it
  return { read, verifyWhole: siblings.inFirst("audit verification", chainWatch.verifyWhole) };

  async function read() {
    const { state, verified, verifiedAt, whole, progress, broken } = await readChain();
    const head = await findHead(db);
    const last = (await findLastCheckpoint(db))?.checkpoint;
    return {
      state,
      verified,
      verified_at: timeOf(verifiedAt),
      whole: whole && { at: timeOf(whole.at)!, duration_ms: Math.round(whole.ms) },
      progress,
      break: broken && brokenAt(broken),
      sealed_to: head?.seq ?? 0,
      unsealed: await countUnsealed(db),
      last_checkpoint: last
        ? { number: last.number, seq: last.seq, created_at: last.created_at, public_key: last.public_key }
        : null,
    };
  }
}

function brokenAt({ valid: _, ...broken }: NonNullable<ReturnType<ChainWatch["state"]>["broken"]>) {
  return { ...broken, detail: breaks[broken.code] };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
