import type { Database } from "../../platform/db/db.ts";
import { origin } from "./chain.ts";
import { countSecretResets, countUnsealed, findLink, listSealed, type SealedEvent } from "./chain_store.ts";
import { type Break, type ChainWalk, proveNext, unprovenExpiry, walkAfter } from "./chain_walk.ts";
import { type Checkpoint, listCheckpoints } from "./checkpoint_store.ts";
import { breakOfExported, type CheckpointWalk, foreignCheckpoint, proveNextCheckpoint } from "./checkpoint_walk.ts";
import type { Checkpoints } from "./checkpoints.ts";

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
    const { link: { seq, hash }, events, erased, expired } = chain;
    const unsealed = await countUnsealed(db);
    const resets = await countSecretResets(db);
    const checkpoints = vouched.last?.number ?? 0;
    const proof: Proof = { valid: true, events, erased, unsealed, checkpoints, seq, hash: hash.toHex() };
    return { ...proof, ...(expired > 0 && { expired }), ...(resets > 0 && { secret_resets: resets }) };
  }

  async function walkChain(from: number): Promise<Break | ChainWalk> {
    const link = from === 0 ? origin : await findLink(db, from);
    if (!link) return { valid: false, code: "event_missing", seq: from };
    const walk = walkAfter(link);
    for await (const event of sealedAfter(from)) {
      const broken = proveNext(walk, event);
      if (broken) return broken;
    }
    return unprovenExpiry(walk) ?? walk;
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

  async function walkCheckpoints(): Promise<Break | CheckpointWalk> {
    const walk: CheckpointWalk = { last: undefined, keys: new Set(own) };
    for (;;) {
      const batch = await listCheckpoints(db, walk.last?.number ?? null, batchSize);
      for (const stored of batch) {
        const broken = proveNextCheckpoint(walk, stored);
        if (broken) return broken;
      }
      if (batch.length < batchSize) return foreignCheckpoint(walk, own) ?? walk;
    }
  }

  async function compare(exported: Checkpoint, keys: ReadonlySet<string>): Promise<Break | undefined> {
    const found = await findLink(db, exported.seq);
    return breakOfExported(exported, keys, found?.hash.toHex() ?? null);
  }
}
