import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";

const sentinel = await startSentinel({ settings: { SENTINEL_DB_POOL_SIZE: "1" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const kept = async () =>
  (await db.query<{ name: string }>("look", "select name from pg_prepared_statements")).map(({ name }) => name);
const ask = (text: string) => db.query("asked_often", text, [7], { keepPlan: true });

testOnPostgres("a connection keeps the plans of frequent statements only", async () => {
  await db.query("asked_once", "select $1::int", [7]);
  for (let time = 0; time < 3; time++) assert.deepEqual(await ask("select $1::int as n"), [{ n: 7 }]);
  assert.ok((await kept()).includes("asked_often"));
  assert.ok(!(await kept()).includes("asked_once"));
});

testOnPostgres("a plan that a migration has made stale costs one 503, and is then renewed", async () => {
  const count = () => db.query("outdated", "select * from things where n = $1", [7], { keepPlan: true });
  await db.query("make", "create table things (n int)");
  assert.deepEqual(await count(), []);
  await db.query("alter", "alter table things alter n type bigint");
  await assert.rejects(count(), { name: "Unavailable" });
  assert.deepEqual(await count(), []);
});

test("statements with kept plans work on every database", async () => {
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(await db.query("any", "select $1::text as t", ["x"], { keepPlan: true }), [{ t: "x" }]);
  }
});
