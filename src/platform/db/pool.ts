import pg from "pg";
import { remedyOf, Unavailable } from "./db_errors.ts";
import type { Log } from "../logger.ts";

const firstPauseMs = 25;
const lastPauseMs = 1_000;

/**
 * The driver's pool, which does not flood a server that refuses connections. After a refusal it tries one connection
 * per pause, and the pauses double up to a second. Meanwhile callers share the existing connections; if there are none,
 * they fail at once.
 */
export function createPool(config: pg.PoolConfig & { max: number }, log: Log): pg.Pool {
  const backoff = createBackoff();
  const pool = new pg.Pool({ ...config, Client: clientThat(backoff, log) });
  Object.defineProperty(pool.options, "max", { get: () => backoff.sizeMax(pool.totalCount, config.max) });
  return pool;
}

/** Drops the connection at once, without a goodbye that a hanging server would not answer. */
export function destroyClient(client: pg.Client): void {
  client.connection.stream.destroy();
}

type Backoff = ReturnType<typeof createBackoff>;

/** When to contact a server that has refused a connection; `now` returns milliseconds from any origin. */
export function createBackoff(now = () => performance.now()) {
  let [pauseMs, refusedAt, pausedUntil, connecting] = [0, -Infinity, -Infinity, 0];
  const isPaused = () => now() < pausedUntil;

  return {
    isPaused,
    /** The most connections of the pool, when `total` are connected or connecting. */
    sizeMax(total: number, configured: number): number {
      if (pauseMs === 0) return configured;
      const connected = total - connecting;
      return Math.min(configured, isPaused() ? Math.max(1, connected) : connected + 1);
    },
    /** Called when a client starts to connect; returns the time. */
    began(): number {
      connecting++;
      return now();
    },
    /** Called when it contacts the server: after a refusal, no other client does until the result is known. */
    asks: () => void (pausedUntil = now() + pauseMs),
    /** Called on a refusal. Of attempts that were in progress at the same time, only one counts. */
    refused(begunAt: number) {
      if (begunAt < refusedAt) return;
      refusedAt = now();
      pauseMs = Math.min(Math.max(2 * pauseMs, firstPauseMs), lastPauseMs);
      pausedUntil = refusedAt + pauseMs;
    },
    accepted: () => void ([pauseMs, pausedUntil] = [0, -Infinity]),
    ended: () => void connecting--,
  };
}

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/** A client of the driver that contacts no server during a pause. */
function clientThat(backoff: Backoff, log: Log) {
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(connected: Connected): void;
    override connect(connected?: Connected): Promise<pg.Client> | void {
      if (!connected) throw new TypeError("only a pool creates these clients, and it passes a callback");
      const begunAt = backoff.began();
      const answer = (error: Error | null) => {
        backoff.ended();
        (connected as (error: Error | null, client: pg.Client) => void)(error, this);
      };
      if (backoff.isPaused()) {
        return queueMicrotask(() => answer(new Unavailable("the database refused a connection a moment ago")));
      }
      backoff.asks();
      super.connect((error: Error | null) => {
        if (error) {
          backoff.refused(begunAt);
          log.warn("no database connection", {
            cause: error.message,
            remedy: remedyOf((error as { code?: string }).code),
          });
          destroyClient(this);
        } else backoff.accepted();
        answer(error);
      });
    }
  };
}
