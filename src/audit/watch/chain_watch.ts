import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/db.ts";
import { pause } from "../../platform/timers/pause.ts";
import { origin } from "../chain/chain.ts";
import { findHead, findLink, listSealed } from "../chain/chain_store.ts";
import { type Break, type ChainWalk, proveNext, unprovenExpiry, walkAfter } from "../chain/chain_walk.ts";
import { findLastCheckpoint, listCheckpoints } from "../chain/checkpoint_store.ts";
import { type CheckpointWalk, foreignCheckpoint, proveNextCheckpoint } from "../chain/checkpoint_walk.ts";
import { type Checkpoints, isSigned } from "../chain/checkpoints.ts";
import type { Sealer } from "../chain/sealer.ts";

/** How long a slice of work may take, how many rows a statement fetches, and after how many requests get their turn. */
const sliceMs = 500, batchSize = 500, turnSize = 50;

/** How often new events are verified. */
const followEveryMs = 60_000;

/** A verification at work, or what it has proven so far. */
type Run = {
  chain: ChainWalk;
  checkpoints: CheckpointWalk;
  /** The place after which it began; 0 if it covers the whole log. */
  from: number;
  /** The last event when it began. */
  goal: number;
  workedMs: number;
};

/** What this server knows of the audit log. Times in milliseconds since 1970. */
export type ChainState = {
  /** `pending`: nothing was verified yet. `running`: the whole log is being verified. */
  state: "pending" | "running" | "verified" | "broken";
  /** The first and the last event of what was verified; null before that. */
  verified: { from: number; to: number; events: number; erased: number; expired: number; checkpoints: number } | null;
  verifiedAt: number | null;
  /** When the whole log was last verified by this server, and how long that took. */
  whole: { at: number; ms: number } | null;
  progress: { seq: number; of: number } | null;
  broken: Break | null;
};

export type ChainWatch = ReturnType<typeof createChainWatch>;

/**
 * Verifies the audit log while the server runs, in slices, so that no request waits for it: new events each minute, and
 * the whole log when asked to. What was verified is kept in memory, where a user of the database cannot change it.
 */
export function createChainWatch({ db, checkpoints, sealer, clock, monotonic, onEvents, onVerdict }: {
  db: Database;
  checkpoints: Pick<Checkpoints, "own" | "make">;
  sealer: Pick<Sealer, "seal">;
  clock: Clock;
  monotonic: () => number;
  /** Receives how many events were verified. */
  onEvents: (count: number) => void;
  /** Receives the result of each verification; undefined if nothing is wrong. */
  onVerdict: (broken: Break | undefined) => void;
}) {
  let known: Run | undefined;
  let running: Run | undefined;
  let isWanted = false;
  let broken: Break | undefined;
  let verifiedAt: number | undefined;
  let whole: ChainState["whole"] = null;
  let followedAt: number | undefined;

  return { state, verifyWhole, work };

  function state(): ChainState {
    const isRunning = isWanted || running !== undefined;
    return {
      state: isRunning ? "running" : broken ? "broken" : known ? "verified" : "pending",
      verified: known ? verifiedBy(known) : null,
      verifiedAt: verifiedAt ?? null,
      whole,
      progress: running ? { seq: running.chain.link.seq, of: running.goal } : null,
      broken: broken ?? null,
    };
  }

  /** Asks for a verification of the whole log. It begins with the next slice, unless one is running. */
  function verifyWhole(): void {
    isWanted = running === undefined;
  }

  /** The next slice of work, if there is any. */
  async function work(): Promise<void> {
    if (isWanted && !running) {
      running = await beginWhole();
      isWanted = false;
    }
    if (running) return await workOn(running);
    const isDue = followedAt === undefined || monotonic() - followedAt >= followEveryMs;
    if (!isDue || broken) return;
    followedAt = monotonic();
    const run = known ?? await beginAtCheckpoint();
    if (!run) return verifyWhole();
    await follow(run);
  }

  /** All events get their places first, and the last one a signature. */
  async function beginWhole(): Promise<Run> {
    await sealer.seal();
    await checkpoints.make().catch(() => {}); // after a forged one: the walk finds it
    return { ...await newRun(), from: 0 };
  }

  /** The run that takes the last signed checkpoint as given; undefined if it cannot be trusted. */
  async function beginAtCheckpoint(): Promise<Run | undefined> {
    const last = await findLastCheckpoint(db);
    if (!last) return await newRun();
    const { checkpoint, chain_hash } = last;
    const isOwn = isSigned(checkpoint) && checkpoints.own.has(checkpoint.public_key);
    if (!isOwn || chain_hash !== checkpoint.hash) return undefined;
    const run = await newRun();
    run.chain = walkAfter({ seq: checkpoint.seq, hash: Uint8Array.fromHex(checkpoint.hash) });
    run.checkpoints.last = checkpoint;
    return { ...run, from: checkpoint.seq };
  }

  async function newRun(): Promise<Run> {
    const goal = (await findHead(db))?.seq ?? 0;
    const keys = new Set(checkpoints.own);
    return { chain: walkAfter(origin), checkpoints: { last: undefined, keys }, from: 0, goal, workedMs: 0 };
  }

  async function workOn(run: Run): Promise<void> {
    const result = await slice(run);
    if (result === "more") return;
    running = undefined;
    end(run, result);
    if (!result) whole = { at: clock.now(), ms: run.workedMs };
  }

  async function follow(run: Run): Promise<void> {
    const result = await changedSince(run.chain) ?? await slice(run);
    if (result === "more") known = run;
    else end(run, result);
  }

  function end(run: Run, found: Break | undefined): void {
    broken = found;
    if (!found) known = run;
    verifiedAt = clock.now();
    onVerdict(found);
  }

  /** What was verified is in memory, so a chain that was cut or rebuilt later is noticed without a checkpoint. */
  async function changedSince({ link: { seq, hash } }: ChainWalk): Promise<Break | undefined> {
    if (seq === 0) return undefined;
    const found = await findLink(db, seq);
    if (!found) return { valid: false, code: "verified_missing", seq };
    return found.hash.toHex() === hash.toHex() ? undefined : { valid: false, code: "verified_changed", seq };
  }

  async function slice(run: Run): Promise<Break | "more" | undefined> {
    const started = monotonic();
    try {
      return await walkEvents(run.chain, () => monotonic() - started > sliceMs) ?? await walkCheckpoints(run);
    } finally {
      run.workedMs += monotonic() - started;
    }
  }

  async function walkEvents(walk: ChainWalk, isOver: () => boolean): Promise<Break | "more" | undefined> {
    for (;;) {
      const batch = await listSealed(db, walk.link.seq || null, batchSize);
      for (const [place, event] of batch.entries()) {
        if (place % turnSize === 0) await pause(0);
        const found = proveNext(walk, event);
        if (found) return found;
      }
      onEvents(batch.length);
      if (batch.length < batchSize) return unprovenExpiry(walk);
      if (isOver()) return "more";
    }
  }

  async function walkCheckpoints({ checkpoints: walk, chain }: Run): Promise<Break | undefined> {
    for (;;) {
      const batch = await listCheckpoints(db, walk.last?.number ?? null, batchSize);
      for (const [place, stored] of batch.entries()) {
        if (place % turnSize === 0) await pause(0);
        if (stored.checkpoint.seq > chain.link.seq && stored.chain_hash !== null) return undefined; // it confirms what comes next
        const found = proveNextCheckpoint(walk, stored);
        if (found) return found;
      }
      if (batch.length < batchSize) return foreignCheckpoint(walk, checkpoints.own);
    }
  }
}

function verifiedBy({ chain, checkpoints, from }: Run): ChainState["verified"] {
  const { link, events, erased, expired } = chain;
  return { from: from + 1, to: link.seq, events, erased, expired, checkpoints: checkpoints.last?.number ?? 0 };
}
