import type { Send } from "./issuer.ts";

/** An item of `GET /revocations`: the tokens that it ends, and when none of them can live any more. In seconds. */
type Item = { sid?: string; sub?: string; client_id?: string; before?: number; until: number };

type Ended = { before: number; until: number };

/** What the feed says of a token; `unknown` when Sentinel has not answered for too long. */
export type Liveness = "live" | "revoked" | "unknown";

/** The time between two polls. */
const pollMs = 2_000;
/** The most items of an answer; more follow at once. */
const pageSize = 1_000;

export type RevocationFeed = ReturnType<typeof createRevocationFeed>;

/**
 * Follows `GET /revocations` from the first check on, without keeping the process alive. `silenceSeconds`: how long an
 * answer of Sentinel counts.
 */
export function createRevocationFeed({ url, authorization, send, silenceSeconds, now, report }: {
  url: string;
  authorization: string;
  send: Send;
  silenceSeconds: number;
  now: () => number;
  report: (error: unknown) => void;
}) {
  const ended = new Map<string, Ended>();
  let cursor: string | undefined;
  let etag: string | null = null;
  let [heardAt, triedAt] = [-Infinity, -Infinity];
  let polling: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  return { check, close };

  async function check(token: { sid?: unknown; sub?: unknown; client_id?: unknown; iat?: unknown }): Promise<Liveness> {
    if (isSilent() && (polling || now() - triedAt >= pollMs)) await poll();
    if (isSilent()) return "unknown";
    const names = [`sid ${token.sid}`, `sub ${token.sub}`, `client_id ${token.client_id}`];
    return names.every((name) => Number(token.iat) >= (ended.get(name)?.before ?? -Infinity)) ? "live" : "revoked";
  }

  /** Stops polling. */
  function close(): void {
    isClosed = true;
    clearTimeout(timer);
  }

  function isSilent(): boolean {
    return now() - heardAt > silenceSeconds * 1_000;
  }

  /** Polls once for all callers, and again after two seconds. */
  function poll(): Promise<void> {
    if (polling || isClosed) return polling ?? Promise.resolve();
    clearTimeout(timer);
    triedAt = now();
    return polling = ask().catch(report).finally(() => {
      polling = undefined;
      if (!isClosed) timer = later(poll);
    });
  }

  /** Asks again at once after a full page, so that the answer of a poll is complete. */
  async function ask(): Promise<void> {
    const startedAt = now();
    try {
      while (await askForPage() === pageSize);
      heardAt = startedAt;
    } catch (error) {
      [cursor, etag] = [undefined, null]; // a cursor that Sentinel no longer knows must not stop the feed
      throw error;
    }
    for (const [name, { until }] of ended) if (until * 1_000 < now()) ended.delete(name);
  }

  /** The number of items. */
  async function askForPage(): Promise<number> {
    const headers = { authorization, accept: "application/json", ...(etag !== null && { "if-none-match": etag }) };
    const since = cursor === undefined ? "" : `?since=${encodeURIComponent(cursor)}`;
    const response = await send(url + since, { headers });
    if (response.status === 304) return 0;
    const feed: { items: Item[]; cursor: string } = await response.json();
    for (const item of feed.items) remember(item);
    [cursor, etag] = [feed.cursor, response.headers.get("etag")];
    return feed.items.length;
  }

  /** A session ends with all its tokens; a user or client with those that were issued before. */
  function remember({ sid, sub, client_id, before, until }: Item): void {
    const name = sid !== undefined ? `sid ${sid}` : sub !== undefined ? `sub ${sub}` : `client_id ${client_id}`;
    const known = ended.get(name);
    ended.set(name, {
      before: Math.max(known?.before ?? 0, before ?? Infinity),
      until: Math.max(known?.until ?? 0, until),
    });
  }
}

/** A timer that lets the process end, in Node and in Deno. */
function later(work: () => void): ReturnType<typeof setTimeout> {
  const timer: unknown = setTimeout(work, pollMs);
  if (typeof timer === "number") {
    (globalThis as { Deno?: { unrefTimer(id: number): void } }).Deno?.unrefTimer(timer);
  } else (timer as { unref(): void }).unref();
  return timer as ReturnType<typeof setTimeout>;
}
