import type { Break, BreakCode } from "./chain_walk.ts";
import type { Checkpoint, StoredCheckpoint } from "./checkpoint_store.ts";
import { checkpointDigest, isSigned } from "./checkpoints.ts";

/** How many checkpoints were proven, and the keys that signed them. It can be continued at any time. */
export type CheckpointWalk = { last: Checkpoint | undefined; keys: Set<string> };

/** Proves the next checkpoint: it is signed, follows the previous one, and confirms the present chain. */
export function proveNextCheckpoint(walk: CheckpointWalk, stored: StoredCheckpoint): Break | undefined {
  const { checkpoint, chain_hash } = stored;
  const code = follows(checkpoint, walk.last) ? breakOfChain(checkpoint, chain_hash) : "checkpoint_forged";
  if (code) return breakAt(code, checkpoint);
  walk.keys.add(checkpoint.public_key);
  walk.last = checkpoint;
  return undefined;
}

/** At the last checkpoint: it must be signed with a key of this installation, and then confirms all before it. */
export function foreignCheckpoint({ last }: CheckpointWalk, own: ReadonlySet<string>): Break | undefined {
  return last && !own.has(last.public_key) ? breakAt("checkpoint_foreign", last) : undefined;
}

/** Why a checkpoint that was stored elsewhere does not match the chain, which has this hash at its place. */
export function breakOfExported(
  exported: Checkpoint,
  keys: ReadonlySet<string>,
  chainHash: string | null,
): Break | undefined {
  const code = !isSigned(exported)
    ? "checkpoint_forged"
    : !keys.has(exported.public_key)
    ? "checkpoint_foreign"
    : breakOfChain(exported, chainHash);
  return code && breakAt(code, exported);
}

const follows = (checkpoint: Checkpoint, last: Checkpoint | undefined) =>
  isSigned(checkpoint) && checkpoint.number === (last?.number ?? 0) + 1 &&
  checkpoint.previous === (last ? checkpointDigest(last) : null);

function breakOfChain({ hash }: Checkpoint, chainHash: string | null): BreakCode | undefined {
  if (chainHash === null) return "chain_cut";
  return chainHash === hash ? undefined : "chain_rewritten";
}

const breakAt = (code: BreakCode, { seq, number }: Checkpoint): Break => ({
  valid: false,
  code,
  seq,
  checkpoint: number,
});
