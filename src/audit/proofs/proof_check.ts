import { createHash } from "node:crypto";
import { z } from "zod";
import { type Checkpoint, isSigned } from "../chain/checkpoints.ts";

const hex = (sizeBytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * sizeBytes}}$`));

/** A checkpoint as Sentinel prints it. */
export const SavedCheckpoint = z.strictObject({
  number: z.int().min(1),
  seq: z.int().min(1),
  hash: hex(32),
  created_at: z.string(),
  previous: hex(32).nullable(),
  public_key: hex(32),
  signature: hex(64),
});

/** A saved proof of an event, with what is needed to check it. */
export const SavedProof = z.looseObject({
  seq: z.int().min(1),
  previous_hash: hex(32),
  row: z.string(),
  hash: hex(32),
  later: z.array(z.string()),
  checkpoint: SavedCheckpoint,
});

/** Why a proof does not hold. */
export type ProofFault = "row_changed" | "chain_broken" | "signature_wrong";

/**
 * Checks a proof by itself: the hashes follow from the rows, the last one is that of the checkpoint, and its signature
 * is valid. Whose key signed it is for the reader to know. Returns undefined if nothing is wrong.
 */
export function faultOf(proof: z.infer<typeof SavedProof>): ProofFault | undefined {
  const { seq, row, later, checkpoint } = proof;
  const first = hashAfter(proof.previous_hash, row);
  if (first !== proof.hash || placeOf(row) !== seq) return "row_changed";
  let last = first;
  for (const [index, text] of later.entries()) {
    if (placeOf(text) !== seq + index + 1) return "chain_broken";
    last = hashAfter(last, text);
  }
  if (last !== checkpoint.hash || seq + later.length !== checkpoint.seq) return "chain_broken";
  return isSigned(checkpoint satisfies Checkpoint) ? undefined : "signature_wrong";
}

function hashAfter(hash: string, row: string): string {
  return createHash("sha256").update(Uint8Array.fromHex(hash)).update(row).digest("hex");
}

function placeOf(row: string): unknown {
  try {
    return JSON.parse(row)?.seq;
  } catch {
    return undefined;
  }
}
