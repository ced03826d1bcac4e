import pg from "pg";
import { BudgetSpent, currentParty, withDeadline, withinDeadline } from "./deadline.ts";
import { asDatabaseError, isTransient, Unavailable } from "./db_errors.ts";
import { deadlineMs } from "../deadlines.ts";
import type { Log } from "../logger.ts";
import { pause } from "../timers/pause.ts";
import type { InSpan } from "../tracing.ts";
import { createPool, destroyClient } from "./pool.ts";
import { prepareSession } from "./session.ts";
import { createShares } from "./shares.ts";

/** Runs statements: the pool, or one transaction's client. */
export interface Db {
  /**
   * `name` labels metrics and spans. With `keepPlan` each connection plans the statement only once: for frequent
   * look-ups by key, of which planning takes half of the time. @throws {Unavailable} also when the budget is spent.
   */
  query<Row>(name: string, text: string, params?: unknown[], options?: { keepPlan: boolean }): Promise<Row[]>;
}

/** A transaction's client. */
export interface Tx extends Db {
  /** Runs `work` after the transaction has ended, committed or not, to drop cache entries that it may have changed. */
  afterwards(work: () => void): void;
}

/** How to reach the database: a URL, or a Unix socket of the embedded engine. */
export type Connection =
  | { kind: "url"; url: string }
  | { kind: "embedded"; host: string; port: number; user: string; database: string };

type Statement = Parameters<Db["query"]>;

export type PoolStats = {
  total: number;
  idle: number;
  waiting: number;
  limit: number;
  /** Whether the server answered the last request. */
  reachable: boolean;
  /** How many requests have failed because it did not. */
  unavailable: number;
  /** Whether the server has refused a write because its disk was full, within the last minute. */
  diskFull: boolean;
};

export interface DatabaseOptions {
  connection: Connection;
  schema: string;
  poolSize: number;
  log: Log;
  /** Called with the name and duration of each statement. */
  observe?: (name: string, seconds: number) => void;
  /** Runs each statement in a span of its name. The span contains neither text nor parameters. */
  inSpan?: InSpan | undefined;
}

/** A pool that survives failures of its database: waits are bounded, and failures are {@link Unavailable}. */
export type Database = Awaited<ReturnType<typeof createDatabase>>;

const connectTimeoutMs = 1_500;
const attemptsMax = 4;
const tooManyConnections = "53300"; // SQLSTATE too_many_connections
const diskFull = "53100"; // SQLSTATE disk_full
/** How long a refused write counts. It is a time because, on a full disk, reads and some small writes succeed. */
const diskFullMs = 60_000;

/** The driver's settings for `connection`. */
export function clientConfig(connection: Connection): pg.ClientConfig {
  if (connection.kind === "url") {
    return { connectionString: connection.url, application_name: "sentinel", keepAlive: true };
  }
  const { host, port, user, database } = connection;
  return { host, port, user, database, ssl: false }; // explicit, because PGSSLMODE would apply otherwise
}

export function createDatabase(options: DatabaseOptions) {
  const { connection, schema, poolSize, log, observe = () => {}, inSpan } = options;
  const health = { reachable: true, unavailable: 0 };
  const shares = createShares(poolSize);
  let diskFullAt = -Infinity;
  const sessions = new WeakSet<pg.ClientBase>(); // connections that no pooler shares, so they can keep plans
  const pool = createPool({
    ...clientConfig(connection),
    max: poolSize,
    pipeline: true, // statements that a transaction does not wait for travel together
    connectionTimeoutMillis: deadlineMs(connectTimeoutMs),
    idleTimeoutMillis: connection.kind === "embedded" ? 0 : 30_000,
    // Bounded, because a server that accepts and then hangs must not keep its place in the pool. It does not use up the
    // budget of the request that opened the connection, which pays for its own waiting.
    onConnect: async (client) => {
      if (await withDeadline(connectTimeoutMs, () => withinDeadline(prepareSession(client, schema)))) {
        sessions.add(client);
      }
    },
  }, log);
  pool.on("error", (error) => log.warn("idle database connection lost", { cause: error.message }));
  pool.on("connect", (client) => client.on("error", () => {})); // the promise of its statement carries the error

  return { query, transaction, stats, [Symbol.asyncDispose]: () => pool.end() };

  function query<Row>(...statement: Statement): Promise<Row[]> {
    return withClient((client) => run<Row>(client, ...statement));
  }

  /** Runs `work` between begin and commit. Repeats it a few times when the server asks for that. */
  async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1;; attempt++) {
      const ended: (() => void)[] = [];
      try {
        return await withClient((client) => inTransaction(client, work, ended));
      } catch (error) {
        if (attempt === attemptsMax || !isTransient(error)) throw error;
        await pause(Math.random() * 10 * 2 ** attempt);
      } finally {
        for (const forget of ended) forget();
      }
    }
  }

  function stats(): PoolStats {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = pool;
    const isFull = performance.now() - diskFullAt < diskFullMs;
    return { total, idle, waiting, limit: poolSize, diskFull: isFull, ...health };
  }

  async function inTransaction<T>(client: pg.PoolClient, work: (tx: Tx) => Promise<T>, ended: (() => void)[]) {
    let isOver = false; // statements of one that failed at another place would be committed one by one
    const tx: Tx = {
      query: (...statement) =>
        isOver ? Promise.reject(new Error("the transaction is over")) : run(client, ...statement),
      afterwards: (forget) => ended.push(forget),
    };
    await run(client, "begin", "begin isolation level read committed");
    let result: T;
    try {
      result = await work(tx);
      isOver = true;
    } catch (error) {
      isOver = true;
      if (!(error instanceof Unavailable) || error.usable) await run(client, "rollback", "rollback");
      throw error;
    }
    await commit(client);
    return result;
  }

  /** After a failed statement the server answers a commit with a rollback, which is no error. */
  async function commit(client: pg.PoolClient): Promise<void> {
    const { command } = await send(client, "commit", "commit");
    if (command !== "COMMIT") {
      throw new Error("nothing was committed: a statement in the transaction failed, and its error was ignored");
    }
  }

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      const result = await lendShared(work);
      health.reachable = true;
      return result;
    } catch (error) {
      if (error instanceof Unavailable && error.code === diskFull) diskFullAt = performance.now();
      if (error instanceof Unavailable && !error.usable) {
        health.reachable = false;
        health.unavailable++;
      }
      throw error;
    }
  }

  /** Waits for the share of the party first, and then for a connection. */
  async function lendShared<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const party = currentParty();
    if (!party) return await lend(work);
    await shares.enter(party);
    try {
      return await lend(work);
    } finally {
      shares.leave(party);
    }
  }

  /** Lends a connection to `work`. If the connection itself failed, it is destroyed and never reused. */
  async function lend<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await acquire();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      const broken = error instanceof Unavailable && !error.usable;
      client.release(broken);
      if (broken) destroyClient(client);
      throw error;
    }
  }

  /** When the server accepts no more connections, callers share the existing ones. */
  async function acquire(): Promise<pg.PoolClient> {
    for (;;) {
      const connecting = pool.connect();
      try {
        return await withinDeadline(connecting);
      } catch (error) {
        if (error instanceof BudgetSpent) connecting.then((late) => late.release(), () => {});
        const code = error instanceof pg.DatabaseError ? error.code : undefined;
        if (code === tooManyConnections && pool.totalCount > 0) continue;
        throw new Unavailable("no database connection", { cause: error, ...(code && { code }) });
      }
    }
  }

  async function run<Row>(client: pg.PoolClient, ...statement: Statement): Promise<Row[]> {
    return (await send(client, ...statement)).rows as Row[];
  }

  function send(client: pg.PoolClient, ...statement: Statement): Promise<pg.QueryResult> {
    if (!inSpan) return ask(client, ...statement);
    return inSpan("client", statement[0], { "db.system.name": "postgresql" }, () => ask(client, ...statement));
  }

  async function ask(client: pg.PoolClient, ...[name, text, values, options]: Statement): Promise<pg.QueryResult> {
    const started = performance.now();
    const kept = options?.keepPlan && sessions.has(client);
    const running = client.query({ text, ...(values && { values }), ...(kept && { name }) });
    try {
      return await withinDeadline(running);
    } catch (error) {
      running.catch(() => {}); // it may end later, when no caller waits for it any more
      throw asDatabaseError(error, name);
    } finally {
      observe(name, (performance.now() - started) / 1000);
    }
  }
}
