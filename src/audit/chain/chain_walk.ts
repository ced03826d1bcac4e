import { canonicalJson, detailsDigest } from "../events/canonical_json.ts";
import { type Link, linkAfter } from "./chain.ts";
import type { SealedEvent } from "./chain_store.ts";

/** What verification may find. */
export const breaks = {
  event_missing: "The event at this place is missing.",
  event_changed: "This event is not the one that was sealed.",
  details_changed: "The details are not those that were recorded.",
  details_missing: "The details are missing, but did not expire, and no user of the event was deleted.",
  checkpoint_forged: "The checkpoint was not signed by Sentinel, or does not follow the previous one.",
  checkpoint_foreign: "The checkpoint is signed with a key that no secret of this installation confirms.",
  chain_cut: "The checkpoint confirms events that are missing.",
  chain_rewritten: "The checkpoint confirms another chain than the present one.",
  verified_missing: "Events that this server has verified before are missing.",
  verified_changed: "The chain is not the one that this server has verified before.",
} as const;

export type BreakCode = keyof typeof breaks;

/** The first error: an event by its place, a checkpoint by its number, or the exported checkpoint. */
export type Break = { valid: false; code: BreakCode; seq: number; event_id?: string; checkpoint?: number };

/** How far the chain was proven. It can be continued at any time. */
export type ChainWalk = {
  link: Link;
  events: number;
  /** Events that lack a part because a user was deleted. */
  erased: number;
  /** Events without a part that are old enough to have expired. */
  expired: number;
  /** The place up to which the proven events say that details have expired. */
  expiredUpTo: number;
  lastExpired: { seq: number; id: string };
};

/** A walk that begins after this link, whose hash is taken as given. */
export function walkAfter(link: Link): ChainWalk {
  return { link, events: 0, erased: 0, expired: 0, expiredUpTo: 0, lastExpired: { seq: 0, id: "" } };
}

/** Proves the next event of the walk, or returns what is wrong with it. */
export function proveNext(walk: ChainWalk, event: SealedEvent): Break | undefined {
  const next = linkAfter(walk.link, event);
  const code = breakOf(event, next);
  if (code) return { valid: false, code, seq: Math.min(event.seq, next.seq), ...named(code, event) };
  walk.link = next;
  walk.events++;
  walk.expiredUpTo = Math.max(walk.expiredUpTo, expiredBy(event));
  if (event.salt && (event.subject_salt || !event.subject_digest)) return undefined;
  walk[event.expired ? "expired" : "erased"]++;
  if (event.expired) walk.lastExpired = { seq: event.seq, id: event.id };
  return undefined;
}

/** At the end of the chain: the database said what has expired, but only what the proven events say counts. */
export function unprovenExpiry({ lastExpired: { seq, id }, expiredUpTo }: ChainWalk): Break | undefined {
  return seq > expiredUpTo ? { valid: false, code: "details_missing", seq, event_id: id } : undefined;
}

function breakOf(event: SealedEvent, next: Link): BreakCode | undefined {
  const { seq, hash, unexplained } = event;
  if (seq > next.seq) return "event_missing";
  if (seq < next.seq || hash.toHex() !== next.hash.toHex()) return "event_changed";
  if (unexplained) return "details_missing";
  const isTrue = isBound(event.details_digest, event.salt, event.details) &&
    isBound(event.subject_digest, event.subject_salt, event.subject_details);
  return isTrue ? undefined : "details_changed";
}

/** The place up to which this event records that details have expired, if it is before the event itself, else 0. */
function expiredBy({ action, facts, seq }: SealedEvent): number {
  const upTo = action === "audit.details_expired" ? facts?.seq : 0;
  return typeof upTo === "number" && upTo < seq ? upTo : 0;
}

/** Whether the part is missing, or the one that was recorded. */
function isBound(digest: Uint8Array | null, salt: Uint8Array | null, details: unknown): boolean {
  return !salt || detailsDigest(salt, canonicalJson(details)).toHex() === digest?.toHex();
}

/** A missing event has no id. */
const named = (code: BreakCode, { id }: SealedEvent) => code === "event_missing" ? {} : { event_id: id };
