import pg from "pg";
import type { DatabaseClock } from "../clock.ts";
import { clientConfig, type Connection } from "../db/db.ts";
import { deadlineMs } from "../deadlines.ts";
import type { Log } from "../logger.ts";
import { pause } from "../timers/pause.ts";
import { destroyClient } from "../db/pool.ts";
import { prepareSession } from "../db/session.ts";
import type { CacheValidity } from "../cache/cache_validity.ts";

const beatMs = 1_000;
const silenceMs = 3_000;
const retryMs = 1_000;

export interface ChangeFeedOptions {
  connection: Connection;
  schema: string;
  clock: DatabaseClock;
  log: Log;
  /** A committed change on any replica, as triggers send it: `user <ids>`, `session <ids>`, `graph all`, … */
  changed: (kind: string, keys: string[]) => void;
  /** Called when the caches become valid or invalid: everything must be dropped. */
  reset: () => void;
  /** Called with the time that each heartbeat took through the channel; a change from another replica takes as long. */
  heard?: (seconds: number) => void;
}

/** A process on this database that was heard within the last {@link replicaSilenceMs}. */
export type Replica = { id: string; isThis: boolean; silenceSeconds: number };

/** What the feed has heard. */
export interface ChangeFeedState extends CacheValidity {
  /** Whether changes are heard from the database, from this process alone, or not at all. */
  readonly kind: "listen" | "own" | "ttl";
  /** Seconds since the channel was last heard; 0 without a channel. */
  silenceSeconds(): number;
  /** This replica first. Without a channel no other one is known. */
  replicas(): Replica[];
}

export type ChangeFeed = ChangeFeedState & AsyncDisposable;

/** A replica that has sent no heartbeat for so long has ended. */
const replicaSilenceMs = 10_000;

/** A connection, and whether a pooler stands between it and the server. */
type Opened = { client: pg.Client; pooled: boolean };

/** For a database with a single process, which notifies itself: the caches are always valid. */
export const ownChanges: ChangeFeed = without({ kind: "own", trusted: true });

/** For databases without LISTEN, such as poolers in transaction mode: the caches are never valid. */
export const noChanges: ChangeFeed = without({ kind: "ttl", trusted: false });

function without(known: Pick<ChangeFeed, "kind" | "trusted">): ChangeFeed {
  const self = crypto.randomUUID();
  const replicas = () => [{ id: self, isThis: true, silenceSeconds: 0 }];
  return { ...known, silenceSeconds: () => 0, replicas, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/**
 * Listens on a connection of its own, or on two behind a pooler. A heartbeat proves each second that notifications
 * arrive. After 3 s of silence, or an error, caches are dropped and invalid until LISTEN is confirmed.
 */
export function createChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { connection, schema, clock, log, changed, reset, heard = () => {} } = options;
  const channel = `${schema}_changes`;
  const self = crypto.randomUUID();
  const others = new Map<string, number>();
  const stopped = new AbortController();
  let trusted = false;
  let beatAt = 0;
  let heardAt = performance.now();

  const running = listenForever();
  return {
    get trusted() {
      return trusted;
    },
    kind: "listen",
    silenceSeconds: () => (performance.now() - heardAt) / 1000,
    replicas,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
    },
  };

  async function listenForever() {
    while (!stopped.signal.aborted) {
      const lost = await listen().catch((error: Error) => error.message);
      setTrust(false);
      if (stopped.signal.aborted) return;
      log.warn("change feed lost; memory lives 2 s until it is back", { cause: lost });
      await pause(retryMs, stopped.signal);
    }
  }

  /** Returns the reason why it ended. */
  async function listen(): Promise<string> {
    const clients: pg.Client[] = [];
    const { promise: ended, resolve: end } = Promise.withResolvers<string>();
    const stop = () => end("stopped");
    stopped.signal.addEventListener("abort", stop);
    const guard = setTimeout(() => end("LISTEN not confirmed"), deadlineMs(silenceMs));
    let beat: ReturnType<typeof setInterval> | undefined;
    try {
      const speaker = await Promise.race([start(open), ended.then((why) => Promise.reject(new Error(why)))]);
      clearTimeout(guard);
      heardAt = performance.now();
      setTrust(true);
      let beating = false;
      beat = setInterval(() => {
        if (performance.now() - heardAt > deadlineMs(silenceMs)) return end("no heartbeat for 3 s");
        if (beating) return; // the server has not answered the last heartbeat
        beating = true;
        sendBeat(speaker).then(() => beating = false, (error: Error) => end(error.message));
      }, beatMs);
      return await ended;
    } finally {
      stopped.signal.removeEventListener("abort", stop);
      clearTimeout(guard);
      clearInterval(beat);
      for (const client of clients) destroyClient(client);
    }

    async function open(): Promise<Opened> {
      const client = new pg.Client({ ...clientConfig(connection), connectionTimeoutMillis: deadlineMs(silenceMs) });
      clients.push(client);
      client.on("error", (error) => end(error.message));
      client.on("end", () => end("connection ended"));
      await client.connect();
      return { client, pooled: !await prepareSession(client, schema) };
    }
  }

  /**
   * Returns the connection for the heartbeat: the listening one or, behind a pooler, another one. In transaction mode a
   * session hears only its own notifications, which would prove nothing.
   */
  async function start(open: () => Promise<Opened>): Promise<pg.Client> {
    const { client: listener, pooled } = await open();
    listener.on("notification", ({ payload = "" }) => hear(payload));
    await listener.query(`listen "${channel}"`);
    const speaker = pooled ? (await open()).client : listener;
    await sendBeat(speaker);
    return speaker;
  }

  async function sendBeat(client: pg.Client) {
    const sentAt = beatAt = performance.now();
    const { rows } = await client.query(
      `select pg_notify(${
        client.escapeLiteral(channel)
      }, $1), extract(epoch from clock_timestamp())::float8 * 1000 as now`,
      [`beat ${self}`],
    );
    clock.hear(rows[0].now, sentAt);
  }

  function hear(payload: string) {
    const [kind = "", keys = ""] = payload.split(" ");
    if (kind === "beat") {
      if (keys !== self) return void others.set(keys, performance.now());
      heardAt = performance.now();
      heard((heardAt - beatAt) / 1000);
    } else if (kind === "all") reset();
    else changed(kind, keys.split(","));
  }

  function replicas(): Replica[] {
    const now = performance.now();
    for (const [id, at] of others) if (now - at > replicaSilenceMs) others.delete(id);
    const heard = [[self, heardAt] as const, ...[...others].sort()];
    return heard.map(([id, at]) => ({ id, isThis: id === self, silenceSeconds: (now - at) / 1000 }));
  }

  /** Drops the caches before they become valid, so that nothing that was loaded earlier is trusted. */
  function setTrust(now: boolean) {
    if (trusted === now) return;
    trusted = now;
    reset();
  }
}
