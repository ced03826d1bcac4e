import { createCachedValue } from "../../platform/cache/cached_value.ts";
import type { Database } from "../../platform/db/db.ts";
import { type EndedRow, findHead, listEnded, type Position, type Viewer } from "./ended_session_store.ts";

export type { Position, Viewer };

/** What a verifier must refuse from now on. Times are in seconds since the epoch. */
export type Revocation =
  /** Tokens with this `sid`. */
  | { sid: string; until: number }
  /** Tokens with this `sub` that were issued before. */
  | { sub: string; before: number; until: number }
  /** Tokens with this `client_id` that were issued before. */
  | { client_id: string; before: number; until: number };

export type RevocationFeed = ReturnType<typeof createRevocationFeed>;

/** The most ends in one answer: 100 kB. */
const pageSize = 1_000;

const beginning: Position = { xid: 0n, seq: 0n };

/**
 * Lists what has ended before its tokens expired, for those who verify tokens without asking Sentinel about each. Where
 * nothing has ended since, memory answers: the end of the feed is read after changes that this replica hears of, and
 * after 2 s in any case.
 */
export function createRevocationFeed({ db, ownTtlSeconds }: { db: Database; ownTtlSeconds: number }) {
  const head = createCachedValue(() => findHead(db), { trusted: false });
  return { after, forget: head.forget };

  /**
   * The ends after `since`, or all that still matter, and where to go on. An end is sent again while an older
   * transaction runs: it may still add ends that come before it.
   */
  async function after(
    since: Position | undefined,
    viewer: Viewer,
    withStatements: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
  ): Promise<{ items: Revocation[]; position: Position }> {
    const { last, hasMore, nextXid } = await head.get();
    if (since && !hasMore && since.xid < nextXid && !isBefore(since, last)) return { items: [], position: since };
    const from = since ?? beginning;
    const rows = await withStatements(() => listEnded(db, from, { viewer, ownTtlSeconds, limit: pageSize }));
    return { items: rows.map(revocationOf), position: positionAfter(rows, from, last, nextXid) };
  }
}

function positionAfter(rows: EndedRow[], from: Position, last: Position, nextXid: bigint): Position {
  const settled = rows.filter((row) => row.settled).at(-1);
  if (rows.length === pageSize) return settled ?? from;
  const known = from.xid < nextXid ? [from, last] : [last];
  return [...known, ...settled ? [settled] : []].reduce((latest, each) => isBefore(latest, each) ? each : latest);
}

const isBefore = (a: Position, b: Position) => a.xid < b.xid || a.xid === b.xid && a.seq < b.seq;

function revocationOf({ kind, session_id, user_id, client_id, before, until }: EndedRow): Revocation {
  if (kind === "client_tokens") return { client_id, before, until };
  return kind === "service_account" ? { sub: user_id, before, until } : { sid: session_id, until };
}
