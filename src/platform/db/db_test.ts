import assert from "node:assert/strict";
import pg from "pg";
import { dropSchema, freshSchema, onPostgres, testConnection } from "../../testing/database.ts";
import { test, testOnPostgres } from "../../testing/harness.ts";
import { clientConfig, createDatabase, type Tx } from "./db.ts";
import { Unavailable } from "./db_errors.ts";
import { withDeadline } from "./deadline.ts";

const schema = freshSchema();
const log = { debug() {}, info() {}, warn() {}, error() {} };
const db = createDatabase({ connection: testConnection(), schema, poolSize: onPostgres ? 3 : 1, log });
await db.query("test", `create schema "${schema}"`);
await db.query("test", "create table notes (n int primary key)");
Deno.test.afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await dropSchema(schema);
});

const notes = async () => (await db.query<{ n: number }>("test", "select n from notes order by n")).map(({ n }) => n);

for (const state of ["40P01", "40001"]) {
  test(`a transaction that ends in SQLSTATE ${state} is repeated, four times at most, and leaves no half change`, async () => {
    const fails = `do $$ begin raise sqlstate '${state}'; end $$`;
    const run = (failures: number) => {
      let [attempts, forgotten] = [0, 0];
      const work = db.transaction(async (tx) => {
        tx.afterwards(() => forgotten++);
        attempts++;
        await tx.query("test", "insert into notes values ($1)", [failures]);
        if (attempts <= failures) await tx.query("test", fails);
        return attempts;
      });
      return { work, seen: () => ({ attempts, forgotten }) };
    };
    await db.query("test", "truncate notes");
    const third = run(2);
    assert.equal(await third.work, 3);
    assert.deepEqual(third.seen(), { attempts: 3, forgotten: 3 }, "memory is forgotten after each attempt");
    const never = run(9);
    await assert.rejects(never.work, (error) => error instanceof Unavailable && error.code === state && error.usable);
    assert.deepEqual([never.seen(), await notes()], [{ attempts: 4, forgotten: 4 }, [2]]);
  });
}

test("a transaction that a rule or a constraint ends is not repeated", async () => {
  await db.query("test", "truncate notes");
  let attempts = 0;
  const work = db.transaction(async (tx) => {
    attempts++;
    await tx.query("test", "insert into notes values (1), (1)");
  });
  await assert.rejects(work, { name: "ConstraintViolation" });
  assert.deepEqual([attempts, await notes()], [1, []]);
});

test(
  "a request without remaining time for the database is answered at once, and the pool serves the next one",
  async () => {
    await assert.rejects(
      withDeadline(20, () => db.query("test", "select pg_sleep(0.3)")),
      (error) => error instanceof Unavailable && !error.usable,
    );
    assert.ok(!db.stats().reachable);
    await assert.rejects(withDeadline(0, () => db.query("test", "select pg_sleep(0.2)")), Unavailable);
    assert.deepEqual(await db.query("test", "select 1 as one"), [{ one: 1 }]);
    assert.ok(db.stats().reachable);
  },
);

test("one budget covers all statements of a request: each has only what the earlier ones left", async () => {
  let statements = 0;
  const request = withDeadline(150, async () => {
    for (;; statements++) await db.query("test", "select pg_sleep(0.06)");
  });
  await assert.rejects(request, Unavailable);
  assert.ok(statements < 3, `${statements} statements of 60 ms in 150 ms`);
});

test("statements of a transaction at the same time run in their order, and all of them or none take effect", async () => {
  await db.query("test", "truncate notes");
  const insert = (tx: Tx, n: number) => tx.query("test", "insert into notes values ($1)", [n]);
  await db.transaction((tx) =>
    Promise.all([insert(tx, 1), insert(tx, 2), tx.query("test", "update notes set n = n + 10")])
  );
  assert.deepEqual(await notes(), [11, 12]);
  const failing = (tx: Tx) => Promise.all([insert(tx, 3), tx.query("test", "select 1 / 0"), insert(tx, 4)]);
  await assert.rejects(db.transaction(failing), /22012/);
  assert.deepEqual(await notes(), [11, 12]);
});

test("a part of a transaction that goes on after another part has failed changes nothing", async () => {
  await db.query("test", "truncate notes");
  const goOn = async (tx: Tx) => {
    await tx.query("test", "insert into notes values (1)");
    await tx.query("test", "insert into notes values (2)");
  };
  let part: Promise<void> | undefined;
  await assert.rejects(db.transaction((tx) => Promise.all([Promise.reject(new Error("no")), part = goOn(tx)])), /no/);
  await assert.rejects(part!, /the transaction is over/);
  assert.deepEqual(await notes(), []);
});

testOnPostgres(
  "a lock of another session is waited for a second at most, and the connection stays sound",
  async () => {
    await db.query("test", "truncate notes");
    await db.query("test", "insert into notes values (1)");
    await db.transaction(async (tx) => {
      await tx.query("test", "select from notes for update");
      const waiting = db.query("test", "update notes set n = 2");
      await assert.rejects(waiting, (error) => error instanceof Unavailable && error.code === "55P03" && error.usable);
    });
    assert.deepEqual(await notes(), [1]);
  },
);

testOnPostgres(
  "two transactions that deadlock both succeed: the one that the server ends is repeated",
  async () => {
    await db.query("test", "truncate notes");
    await db.query("test", "insert into notes values (1), (2)");
    const both = Promise.withResolvers<void>();
    let [held, attempts] = [0, 0];
    const lockBoth = (first: number, second: number) =>
      db.transaction(async (tx) => {
        attempts++;
        await tx.query("test", "set local deadlock_timeout to '10ms'");
        await tx.query("test", "set local lock_timeout to 0");
        await tx.query("test", "select from notes where n = $1 for update", [first]);
        if (++held === 2) both.resolve();
        await both.promise;
        await tx.query("test", "select from notes where n = $1 for update", [second]);
      });
    await Promise.all([lockBoth(1, 2), lockBoth(2, 1)]);
    assert.equal(attempts, 3);
  },
);

Deno.test("X21 PGSSLMODE in the environment does not affect the embedded engine, which has no TLS", () => {
  const socket = { kind: "embedded", host: "/data", port: 5432, user: "postgres", database: "postgres" } as const;
  const before = Deno.env.get("PGSSLMODE");
  Deno.env.set("PGSSLMODE", "require");
  try {
    assert.equal(new pg.Client(clientConfig(socket)).ssl, false);
  } finally {
    if (before === undefined) Deno.env.delete("PGSSLMODE");
    else Deno.env.set("PGSSLMODE", before);
  }
});
