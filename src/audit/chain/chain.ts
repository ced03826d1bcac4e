import { createHash } from "node:crypto";
import { sorted } from "../events/canonical_json.ts";
import type { ChainedEvent, Link } from "./chain_store.ts";

export type { ChainedEvent, Link };

/** The link before the first event. */
export const origin: Link = { seq: 0, hash: new Uint8Array(32) };

/** `SHA-256(previous ‖ row)`: the row is the canonical JSON (RFC 8785) of the event, with `facts` if it has any. */
export function linkAfter({ seq, hash }: Link, event: ChainedEvent): Link {
  const { action, actor_id, facts, id, occurred_at, outcome, request_id, subject_id, subject_type } = event;
  const details_digest = event.details_digest.toHex();
  const place = seq + 1;
  // The members are in the order of canonicalJson(), so that a million events need no sorting.
  const row = {
    action,
    actor_id,
    details_digest,
    ...(facts && { facts: sorted(facts) }),
    id,
    occurred_at,
    outcome,
    request_id,
    seq: place,
    ...(event.subject_digest && { subject_digest: event.subject_digest.toHex() }),
    subject_id,
    subject_type,
  };
  return { seq: place, hash: createHash("sha256").update(hash).update(JSON.stringify(row)).digest() };
}
