import pg from "pg";
import { type Backoff, createBackoff } from "./backoff.ts";
import { remedyOf, Unavailable } from "./db_errors.ts";
import type { Log } from "../logger.ts";

/**
 * The driver's pool, which does not flood a server that refuses connections: it tries one per pause, and pauses double
 * up to a second. Meanwhile callers share the existing connections; without any they fail at once.
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
