import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { linkAfter, origin, rowText } from "../chain/chain.ts";
import type { Checkpoint } from "../chain/checkpoint_store.ts";
import { type Checkpoints, isSigned } from "../chain/checkpoints.ts";
import { findCheckpointFrom, findPlacedEvent, listChained, type PlacedEvent } from "./proof_store.ts";

/** The most events between an event and its checkpoint that a proof contains. */
export const laterMax = 2_000;

/**
 * `proven`: the row, the rows after it and the signed checkpoint belong together. `unsealed`: the event has no place
 * yet. `unsigned`: no checkpoint confirms it yet. `distant`: too many events lie before its checkpoint. `broken`: they
 * do not belong together, or no key of this installation signed the checkpoint.
 */
export type ProofState = "proven" | "unsealed" | "unsigned" | "distant" | "broken";

/**
 * The proof that an event is in the chain: each hash is the SHA-256 of the hash before and a row, from `previous_hash`
 * over `row` and those of `later` to the hash of the signed checkpoint. Hashes in hexadecimal.
 */
export type EventProof = {
  state: ProofState;
  event_id: string;
  seq: number | null;
  previous_hash: string | null;
  row: string | null;
  hash: string | null;
  /** How many events lie between this one and the checkpoint, with it. */
  later_count: number;
  later: string[];
  checkpoint: Checkpoint | null;
};

export type EventProofs = ReturnType<typeof createEventProofs>;

/** Proofs of single events, which anybody can check without the database. */
export function createEventProofs({ db, checkpoints: { own } }: { db: Db; checkpoints: Pick<Checkpoints, "own"> }) {
  return { prove };

  /** @throws {Problem} `not_found` */
  async function prove(id: string): Promise<EventProof> {
    const event = await findPlacedEvent(db, id);
    if (!event) throw new Problem("not_found", { detail: "There is no such event." });
    const proof = beginOf(event);
    if (event.seq === null) return proof;
    const link = linkAfter(linkBefore(event), event);
    if (link.hash.toHex() !== proof.hash) return { ...proof, state: "broken" };
    const checkpoint = await findCheckpointFrom(db, event.seq);
    if (!checkpoint) return { ...proof, state: "unsigned" };
    const signed = { ...proof, checkpoint, later_count: checkpoint.seq - event.seq };
    if (!isSigned(checkpoint) || !own.has(checkpoint.public_key)) return { ...signed, state: "broken" };
    if (signed.later_count > laterMax) return { ...signed, state: "distant" };
    return await goOn(signed, link, checkpoint);
  }

  async function goOn(proof: EventProof, link: ReturnType<typeof linkAfter>, checkpoint: Checkpoint) {
    const events = await listChained(db, link.seq, proof.later_count);
    const later = events.map((event) => {
      const row = rowText(event, link.seq + 1);
      link = linkAfter(link, event);
      return row;
    });
    const state: ProofState = link.hash.toHex() === checkpoint.hash ? "proven" : "broken";
    return { ...proof, state, later };
  }
}

function beginOf(event: PlacedEvent): EventProof {
  const { id, seq, hash } = event;
  const isSealed = seq !== null;
  return {
    state: "unsealed",
    event_id: id,
    seq,
    previous_hash: isSealed ? linkBefore(event).hash.toHex() : null,
    row: isSealed ? rowText(event, seq) : null,
    hash: hash?.toHex() ?? null,
    later_count: 0,
    later: [],
    checkpoint: null,
  };
}

/**
 * The link before the event. Without one, the hash of the origin: a proof with it fails, unless the event is the first.
 */
function linkBefore({ seq, previous_hash }: PlacedEvent) {
  return { seq: seq! - 1, hash: previous_hash ?? origin.hash };
}
