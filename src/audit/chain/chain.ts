import { createHash } from "node:crypto";
import { sorted } from "../events/canonical_json.ts";
import type { ChainedEvent, Link } from "./chain_store.ts";

export type { ChainedEvent, Link };

/** The link before the first event. */
export const origin: Link = { seq: 0, hash: new Uint8Array(32) };

/** `SHA-256(previous ‖ row)`; for the row see {@link rowText}. */
export function linkAfter({ seq, hash }: Link, event: ChainedEvent): Link {
  const place = seq + 1;
  return { seq: place, hash: createHash("sha256").update(hash).update(rowText(event, place)).digest() };
}

/** The row of an event at its place: the canonical JSON (RFC 8785) of the event, with `facts` if it has any. */
export function rowText(event: ChainedEvent, place: number): string {
  const { action, actor_id, facts, id, occurred_at, outcome, request_id, subject_id, subject_type } = event;
  // The members are in the order of canonicalJson(), so that a million events need no sorting.
  return JSON.stringify({
    action,
    actor_id,
    details_digest: event.details_digest.toHex(),
    ...(facts && { facts: sorted(facts) }),
    id,
    occurred_at,
    outcome,
    request_id,
    seq: place,
    ...(event.subject_digest && { subject_digest: event.subject_digest.toHex() }),
    subject_id,
    subject_type,
  });
}
