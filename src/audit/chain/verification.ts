import type { Database } from "../../platform/db/db.ts";
import { canonicalJson, detailsDigest } from "../events/canonical_json.ts";
import { type Link, linkAfter, origin } from "./chain.ts";
import { countSecretResets, countUnsealed, findLink, listSealed, type SealedEvent } from "./chain_store.ts";
import { type Checkpoint, listCheckpoints } from "./checkpoint_store.ts";
import { checkpointDigest, type Checkpoints, isSigned } from "./checkpoints.ts";

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
} as const;

export type BreakCode = keyof typeof breaks;

/** The first error: an event by its place, a checkpoint by its number, or the exported checkpoint. */
export type Break = { valid: false; code: BreakCode; seq: number; event_id?: string; checkpoint?: number };

/** What was proven. `erased` events lack a part because a user was deleted. */
export type Proof = {
  valid: true;
  events: number;
  erased: number;
  /** Events without a part that are old enough to have expired; absent if there are none. */
  expired?: number;
  unsealed: number;
  checkpoints: number;
  /** How many times the secret was replaced after it was lost; absent if never. */
  secret_resets?: number;
  seq: number;
  hash: string;
};

export type Verdict = Proof | Break;

type Counts = { events: number; erased: number; expired: number };

const batchSize = 2_000;

/** Proves that the audit log was not changed, or finds the first change. */
export function createVerification({ db, checkpoints: { own } }: { db: Database; checkpoints: Checkpoints }) {
  return { verify };

  /** Verifies the chain after `from`, whose hash is taken as given, the checkpoints, and an `exported` one. */
  async function verify({ from = 0, exported }: { from?: number; exported?: Checkpoint }): Promise<Verdict> {
    const chain = await walkChain(from);
    if ("code" in chain) return chain;
    const vouched = await walkCheckpoints();
    if ("code" in vouched) return vouched;
    const broken = exported && await compare(exported, vouched.keys);
    if (broken) return broken;
    const { seq, hash, events, erased, expired } = chain;
    const unsealed = await countUnsealed(db);
    const resets = await countSecretResets(db);
    const { count: checkpoints } = vouched;
    const proof: Proof = { valid: true, events, erased, unsealed, checkpoints, seq, hash: hash.toHex() };
    return { ...proof, ...(expired > 0 && { expired }), ...(resets > 0 && { secret_resets: resets }) };
  }

  async function walkChain(from: number): Promise<Break | Link & Counts> {
    let link = from === 0 ? origin : await findLink(db, from);
    if (!link) return { valid: false, code: "event_missing", seq: from };
    const counts = { events: 0, erased: 0, expired: 0 };
    let lastExpired: SealedEvent | undefined, provenUpTo = 0;
    for await (const event of sealedAfter(from)) {
      const next = linkAfter(link, event);
      const code = breakOf(event, next);
      if (code) return { valid: false, code, seq: Math.min(event.seq, next.seq), ...named(code, event) };
      link = next;
      counts.events++;
      provenUpTo = Math.max(provenUpTo, expiredBy(event));
      if (event.salt && (event.subject_salt || !event.subject_digest)) continue;
      counts[event.expired ? "expired" : "erased"]++;
      if (event.expired) lastExpired = event;
    }
    // The database said what has expired; only what the proven events say counts.
    const { seq = 0, id = "" } = lastExpired ?? {};
    if (seq > provenUpTo) return { valid: false, code: "details_missing", seq, event_id: id };
    return { ...link, ...counts };
  }

  /** Yields events. The next batch is fetched while one is verified. */
  async function* sealedAfter(from: number): AsyncGenerator<SealedEvent> {
    let fetching = listSealed(db, from === 0 ? null : from, batchSize);
    for (;;) {
      const batch = await fetching;
      const isLast = batch.length < batchSize;
      if (!isLast) {
        fetching = listSealed(db, batch.at(-1)!.seq, batchSize);
        fetching.catch(() => {}); // the error is thrown where the promise is awaited
      }
      yield* batch;
      if (isLast) return;
    }
  }

  /** The last checkpoint must be signed with a key of this installation. It confirms all before it. */
  async function walkCheckpoints(): Promise<Break | { count: number; keys: Set<string> }> {
    const keys = new Set(own);
    let last: Checkpoint | undefined;
    for (;;) {
      const batch = await listCheckpoints(db, last?.number ?? null, batchSize);
      for (const { checkpoint, chain_hash } of batch) {
        const code = follows(checkpoint, last) ? breakOfChain(checkpoint, chain_hash) : "checkpoint_forged";
        if (code) return refused(code, checkpoint);
        keys.add(checkpoint.public_key);
        last = checkpoint;
      }
      if (batch.length < batchSize) break;
    }
    if (last && !own.has(last.public_key)) return refused("checkpoint_foreign", last);
    return { count: last?.number ?? 0, keys };
  }

  async function compare(exported: Checkpoint, keys: Set<string>): Promise<Break | undefined> {
    const found = await findLink(db, exported.seq);
    const code = !isSigned(exported)
      ? "checkpoint_forged"
      : !keys.has(exported.public_key)
      ? "checkpoint_foreign"
      : breakOfChain(exported, found?.hash.toHex() ?? null);
    return code && refused(code, exported);
  }
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

const follows = (checkpoint: Checkpoint, last: Checkpoint | undefined) =>
  isSigned(checkpoint) && checkpoint.number === (last?.number ?? 0) + 1 &&
  checkpoint.previous === (last ? checkpointDigest(last) : null);

function breakOfChain({ hash }: Checkpoint, chainHash: string | null): BreakCode | undefined {
  if (chainHash === null) return "chain_cut";
  return chainHash === hash ? undefined : "chain_rewritten";
}

const refused = (code: BreakCode, { seq, number }: Checkpoint): Break => ({
  valid: false,
  code,
  seq,
  checkpoint: number,
});
