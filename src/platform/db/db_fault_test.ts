import assert from "node:assert/strict";
import { attemptsMax } from "../../testing/servers/connect_attempts.ts";
import { startFaultProxy } from "../../testing/servers/fault_proxy.ts";
import { hasPostgres, startPostgres } from "../../testing/servers/postgres_cluster.ts";
import { until } from "../../testing/servers/process.ts";
import pg from "pg";
import { withDeadline } from "./deadline.ts";
import { createDatabase, type DatabaseOptions } from "./db.ts";
import { asDatabaseError, Unavailable } from "./db_errors.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const schema = "faults";
const poolSize = 10;

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const postgres = hasPostgres ? stack.use(await startPostgres({ settings: { max_connections: 40 } })) : undefined!;
const proxy = hasPostgres
  ? stack.use(await startFaultProxy({ hostname: "127.0.0.1", port: postgres.port }))
  : undefined!;
if (hasPostgres) {
  await postgres.sql(`create schema ${schema} authorization sentinel`);
  await postgres.sql(`create table ${schema}.pairs (pair uuid, half int, primary key (pair, half))`);
  await postgres.sql(`alter table ${schema}.pairs owner to sentinel`);
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !hasPostgres, sanitizeOps: false, sanitizeResources: false });
}

/** A pool as in production, connected directly or through the proxy. */
function openDatabase(through: "server" | "proxy" = "server", options: Partial<DatabaseOptions> = {}) {
  const url = postgres.url(through === "proxy" ? proxy.port : undefined);
  return createDatabase({ connection: { kind: "url", url }, schema, poolSize, log: silent, ...options });
}
type Database = ReturnType<typeof openDatabase>;

/** The value, or undefined if the database was unavailable. Any other failure fails the test. */
async function unlessUnavailable<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return undefined;
  }
}

const echo = async (db: Database, text: string) =>
  (await db.query<{ text: string }>("echo", "select $1::text as text", [text]))[0]!.text;

/** Inserts two rows or none, in one transaction. */
const insertPair = (db: Database, pair: string) =>
  db.transaction(async (tx) => {
    await tx.query("insert_half", "insert into pairs values ($1, 1)", [pair]);
    await tx.query("insert_half", "insert into pairs values ($1, 2)", [pair]);
    return pair;
  });

/** Asserts that every acknowledged pair exists, and no half pair. */
async function assertWholePairs(acknowledged: Iterable<string>): Promise<void> {
  const rows = await postgres.sql<{ pair: string; halves: number }>(
    `select pair, count(*)::int as halves from ${schema}.pairs group by pair`,
  );
  const halves = new Map(rows.map(({ pair, halves }) => [pair, halves]));
  for (const [pair, count] of halves) assert.equal(count, 2, `half of ${pair}`);
  for (const pair of acknowledged) assert.ok(halves.has(pair), `lost ${pair}`);
}

const secondsSince = (at: number) => (performance.now() - at) / 1000;

/** Asserts that no request waits and no more connections are open than allowed. */
function assertIdle(db: Database) {
  const { total, idle, waiting } = db.stats();
  assert.ok(total <= poolSize, `${total} connections`);
  assert.deepEqual({ inUse: total - idle, waiting }, { inUse: 0, waiting: 0 });
}

test("F04 F17 150 rounds of pg_terminate_backend under 16 callers: every caller gets an answer", async () => {
  await using db = openDatabase();
  await using admin = await postgres.session();
  const acknowledged: string[] = [];
  let [stopped, values, refusals, longestGapMs, answeredAt] = [false, 0, 0, 0, performance.now()];
  const caller = async (_: unknown, number: number) => {
    while (!stopped) {
      const id = crypto.randomUUID();
      const value = await unlessUnavailable(number % 2 ? echo(db, id) : insertPair(db, id));
      if (value === undefined) refusals++;
      else {
        assert.equal(value, id);
        if (number % 2 === 0) acknowledged.push(id);
        longestGapMs = Math.max(longestGapMs, performance.now() - answeredAt);
        answeredAt = performance.now();
        values++;
      }
    }
  };
  const callers = Promise.all(Array.from({ length: 16 }, caller));
  for (let round = 0; round < 150; round++) {
    const goal = values + 16;
    await until("callers are served", () => values >= goal);
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sentinel'");
  }
  stopped = true;
  await callers;
  console.log({ values, refusals, longestGapMs: Math.round(longestGapMs) });
  assertIdle(db);
  assert.equal(await echo(db, "after"), "after");
  await assertWholePairs(acknowledged);
});

test("F04 a connection cut after any byte of a transaction leaves all of it or nothing", async () => {
  await using db = openDatabase("proxy");
  const acknowledged: string[] = [];
  let cuts = 0;
  for (const to of ["server", "client"] as const) {
    // Until a transaction has fewer bytes than the proxy lets through.
    for (let bytes = 1, pair; pair === undefined; bytes += 3) {
      await until("the pool has a connection", async () => await unlessUnavailable(echo(db, "ready")) === "ready");
      await proxy.set({ kind: "cut", bytes, to, by: bytes % 2 ? "reset" : "close" });
      pair = await unlessUnavailable(insertPair(db, crypto.randomUUID()));
      await proxy.set({ kind: "pass" });
      if (pair) acknowledged.push(pair);
      else cuts++;
      assert.ok(bytes < 4_096, "a transaction never went through whole");
    }
  }
  console.log({ cuts });
  assertIdle(db);
  await assertWholePairs(acknowledged);
});

test("F04 a transaction whose failed statement was ignored does not count as committed", async () => {
  await using db = openDatabase();
  const pair = crypto.randomUUID();
  const deed = db.transaction(async (tx) => {
    await tx.query("insert_half", "insert into pairs values ($1, 1)", [pair]);
    await tx.query("insert_half", "insert into pairs values ($1, 1)", [pair]).catch(() => {});
  });
  await assert.rejects(deed, /nothing was committed/);
  assert.equal(await echo(db, "sound"), "sound");
  await assertWholePairs([]);
});

test("F05 a session that idles too long inside a transaction ends as unavailable, with nothing committed", async () => {
  await using db = openDatabase();
  const pair = crypto.randomUUID();
  const deed = db.transaction(async (tx) => {
    await tx.query("set_timeout", "set local idle_in_transaction_session_timeout to '50ms'");
    await tx.query("insert_half", "insert into pairs values ($1, 1)", [pair]);
    const [backend] = await tx.query<{ pid: number }>("find_pid", "select pg_backend_pid() as pid");
    await until(
      "the server has ended the session",
      async () => (await postgres.sql("select from pg_stat_activity where pid = $1", [backend!.pid])).length === 0,
    );
    await tx.query("insert_half", "insert into pairs values ($1, 2)", [pair]);
  });
  await assert.rejects(deed, Unavailable);
  assertIdle(db);
  await assertWholePairs([]);
  assert.equal(await echo(db, "after"), "after");
});

test("F07 callers of a server that never answers end as unavailable, and the pool recovers", async () => {
  await using db = openDatabase("proxy");
  await echo(db, "warm");
  await proxy.set({ kind: "mute" });
  const answers = Array.from(
    { length: 40 },
    (_, number) => number % 2 ? echo(db, "muted") : insertPair(db, crypto.randomUUID()),
  );
  for (const { status, reason } of await Promise.allSettled(answers) as PromiseRejectedResult[]) {
    assert.equal(status, "rejected");
    assert.ok(reason instanceof Unavailable, reason);
  }
  await proxy.set({ kind: "pass" });
  await until("it heals", async () => await unlessUnavailable(echo(db, "healed")) === "healed");
  assertIdle(db);
  await assertWholePairs([]);
});

test("F07 one budget covers all statements of a request", async () => {
  await using db = openDatabase();
  const request = withDeadline(300, async () => {
    for (let statement = 0; statement < 100; statement++) await db.query("wait", "select pg_sleep(0.05)");
  });
  await assert.rejects(request, Unavailable);
});

test("F08 a slow network delays answers and changes none of them", async () => {
  await using db = openDatabase("proxy");
  await proxy.set({ kind: "delay", ms: 20, jitterMs: 10 });
  const ids = Array.from({ length: 40 }, () => crypto.randomUUID());
  assert.deepEqual(await Promise.all(ids.map((id) => echo(db, id))), ids);
  await assertWholePairs(await Promise.all(ids.map((id) => insertPair(db, id))));
  await proxy.set({ kind: "pass" });
  assertIdle(db);
});

test("F09 a server whose bytes arrive one by one is understood", async () => {
  await using db = openDatabase("proxy");
  await proxy.set({ kind: "slice" });
  const texts = ["", "a", "ü".repeat(500), "x".repeat(4_000)];
  assert.deepEqual(await Promise.all(texts.map((text) => echo(db, text))), texts);
  await assertWholePairs([await insertPair(db, crypto.randomUUID())]);
  await proxy.set({ kind: "pass" });
});

test("F09 an answer cut after any byte is complete or unavailable, never wrong", async () => {
  const rows = Array.from({ length: 60 }, (_, n) => ({ n, text: String(n).repeat(8) }));
  const list = (db: Database) =>
    db.query("list_rows", "select n, repeat(n::text, 8) as text from generate_series(0, 59) n order by n");
  let [whole, cut] = [0, 0];
  for (let bytes = 1; bytes <= 4_096; bytes += 13) {
    await proxy.set({ kind: "cut", bytes, to: "client", by: bytes % 2 ? "reset" : "close" });
    await using db = openDatabase("proxy", { poolSize: 1 });
    const answer = await unlessUnavailable(list(db));
    if (answer) {
      assert.deepEqual(answer, rows);
      whole++;
    } else cut++;
  }
  await proxy.set({ kind: "pass" });
  assert.ok(whole > 0 && cut > 0, `${whole} whole, ${cut} cut`);
});

test("F09 bytes of another protocol make the connection unavailable", () => {
  const words = new pg.DatabaseError("received invalid response: 48", 5, "error"); // the message of pg-protocol
  const error = asDatabaseError(words, "find_user");
  assert.ok(error instanceof Unavailable && !error.usable);
  return Promise.resolve();
});

test("F10 when the server accepts no more connections, existing ones serve on, and few attempts are made", async () => {
  await using db = openDatabase("proxy");
  await using idlers = new AsyncDisposableStack();
  const idling = await postgres.takePlaces(idlers);
  await Promise.all(idling.slice(0, 3).map((idler) => idler.end()));
  await until("three connections live, and there is no place for a fourth", async () => {
    await Promise.all(Array.from({ length: 4 }, () => unlessUnavailable(db.query("wait", "select pg_sleep(0.05)"))));
    return db.stats().total === 3;
  });

  const living = proxy.links();
  const [attemptsBefore, startedAt] = [proxy.accepted(), performance.now()];
  let [values, refusals] = [0, 0];
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (let call = 0; call < 200; call++) {
      if (await unlessUnavailable(echo(db, "still")) === "still") values++;
      else refusals++;
    }
  }));
  const attempts = proxy.accepted() - attemptsBefore;
  console.log({ values, refusals, attempts });
  assert.equal(values + refusals, 3_200);
  assert.ok(refusals <= attempts, `${refusals} refused by ${attempts} attempts to connect`);
  assert.ok(attempts <= attemptsMax(poolSize, secondsSince(startedAt)), `${attempts} attempts to connect`);
  for (const link of living) assert.ok(proxy.links().includes(link), "a connection that lived was given up");

  await idlers.disposeAsync();
  await until("there is room again", async () => {
    await Promise.all(Array.from({ length: 16 }, () => unlessUnavailable(echo(db, "room"))));
    return db.stats().total > 3;
  });
  assertIdle(db);
});

test(
  "F10 F03 callers of a server that is down fail without contacting it, and are served when it is back",
  async () => {
    const warnings: string[] = [];
    const log = { ...silent, warn: (message: string) => void warnings.push(message) };
    await using db = openDatabase("proxy", { log });
    await echo(db, "warm");
    const startedAt = performance.now();
    await proxy.set({ kind: "refuse" });
    proxy.cutAll("reset");
    let refusals = 0;
    await Promise.all(Array.from({ length: 200 }, async () => {
      for (let call = 0; call < 50; call++) if (await unlessUnavailable(echo(db, "down")) === undefined) refusals++;
    }));
    const attempts = warnings.filter((message) => message === "no database connection").length;
    console.log({ refusals, attempts });
    assert.equal(refusals, 10_000);
    assert.ok(attempts <= attemptsMax(poolSize, secondsSince(startedAt)), `${attempts} attempts to connect`);
    await proxy.set({ kind: "pass" });
    await until("it heals", async () => await unlessUnavailable(echo(db, "back")) === "back");
    assertIdle(db);
  },
);

test("F15 a serialization failure is tried four times and then unavailable, with nothing committed", async () => {
  await using db = openDatabase();
  await postgres.sql(`create sequence ${schema}.tries`);
  await postgres.sql(`grant usage on ${schema}.tries to sentinel`);
  const failing = (until: number) => async () =>
    await db.transaction(async (tx) => {
      const [row] = await tx.query<{ tries: string }>("count_tries", "select nextval('tries') as tries");
      await tx.query("insert_half", "insert into pairs values ($1, 1), ($1, 2)", [crypto.randomUUID()]);
      if (Number(row!.tries) < until) await tx.query("fail", "do $$ begin raise sqlstate '40001'; end $$");
      return row!.tries;
    });
  assert.equal(await failing(3)(), "3");
  await assert.rejects(failing(Infinity)(), (error: Unavailable) => error.code === "40001");
  const [{ last }] = await postgres.sql<{ last: string }>(`select last_value as last from ${schema}.tries`) as [
    { last: string },
  ];
  assert.equal(last, "7");
  assertIdle(db);
  await assertWholePairs([]);
});

test("F15 writers that deadlock each get an answer, and the answers are true", async () => {
  await using db = openDatabase();
  await postgres.sql(`create table ${schema}.accounts as select id, 0 as balance from generate_series(1, 4) id`);
  await postgres.sql(`alter table ${schema}.accounts owner to sentinel`);
  let acknowledged = 0;
  await Promise.all(Array.from({ length: 50 }, async (_, writer) => {
    const order = writer % 2 ? [1, 2] : [2, 1];
    const done = await unlessUnavailable(db.transaction(async (tx) => {
      for (const id of order) await tx.query("add", "update accounts set balance = balance + 1 where id = $1", [id]);
      return true;
    }));
    if (done) acknowledged++;
  }));
  const rows = await postgres.sql<{ balance: number }>(`select balance from ${schema}.accounts order by id`);
  assert.deepEqual(rows.map(({ balance }) => balance), [acknowledged, acknowledged, 0, 0]);
  assertIdle(db);
});

test("F17 100 rounds of pg_cancel_backend under 16 callers leave no half change and no waiting caller", async () => {
  await using db = openDatabase();
  await using admin = await postgres.session();
  const acknowledged: string[] = [];
  let [stopped, ended] = [false, 0];
  const callers = Promise.all(Array.from({ length: 16 }, async () => {
    for (; !stopped; ended++) {
      const pair = await unlessUnavailable(insertPair(db, crypto.randomUUID()));
      if (pair) acknowledged.push(pair);
    }
  }));
  for (let round = 0; round < 100; round++) {
    const goal = ended + 4;
    await until("callers are answered", () => ended >= goal);
    await admin.query("select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'sentinel'");
  }
  stopped = true;
  await callers;
  assertIdle(db);
  await assertWholePairs(acknowledged);
});

test("F03 a server that freezes and then crashes causes no wrong answer, and is found again", async () => {
  await using db = openDatabase();
  const acknowledged = await Promise.all(Array.from({ length: 20 }, () => insertPair(db, crypto.randomUUID())));
  await postgres.stall();
  const frozen = Array.from({ length: 20 }, () => unlessUnavailable(insertPair(db, crypto.randomUUID())));
  assert.deepEqual(new Set(await Promise.all(frozen)), new Set([undefined]));
  await postgres.resume();
  await until("it thaws", async () => await unlessUnavailable(echo(db, "thawed")) === "thawed");
  await postgres.stop("immediate");
  assert.equal(await unlessUnavailable(echo(db, "down")), undefined);
  await postgres.start();
  await until("it is back", async () => await unlessUnavailable(echo(db, "back")) === "back");
  assertIdle(db);
  await assertWholePairs(acknowledged);
});
