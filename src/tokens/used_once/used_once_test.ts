import assert from "node:assert/strict";
import { startReplicas } from "../../testing/replicas.ts";
import { test } from "../../testing/harness.ts";

const replicas = await startReplicas();
const [{ db, usedOnce }] = replicas;

const soon = () => Date.now() + 60_000;
const newKey = () => `assertion:client:${crypto.randomUUID()}`;

test("T238 T259 of sixty uses of one identifier at once on three replicas, one succeeds, also without rate limits", async () => {
  for (let round = 0; round < 5; round++) {
    const [key, now] = [newKey(), Date.now()];
    const uses = Array.from({ length: 60 }, (_, n) => replicas[n % 3]!.usedOnce.take(key, soon(), now));
    const outcomes = (await Promise.all(uses)).toSorted();
    assert.deepEqual(outcomes, ["taken", ...Array(59).fill("used")]);
  }
});

test("an identifier is kept as a hash, until it expires", async () => {
  const [kept, expired] = [newKey(), newKey()];
  assert.equal(await usedOnce.take(kept, soon(), Date.now()), "taken");
  assert.equal(await usedOnce.take(expired, Date.now() - 1_000, Date.now()), "taken");
  const [row] = await db.query<{ text: string }>("test", "select string_agg(u::text, ' ') as text from used_once u");
  assert.doesNotMatch(row!.text, new RegExp(`${kept}|${new TextEncoder().encode(kept).toHex()}`));
  await usedOnce.purge();
  assert.equal(await usedOnce.take(kept, soon(), Date.now()), "used");
  assert.equal(await usedOnce.take(expired, soon(), Date.now()), "taken");
});

test("a proof from before a crash that emptied the table is refused, a later one is not", async () => {
  const [first, second] = [newKey(), newKey()];
  const before = Date.now() - 1_000;
  await usedOnce.purge();
  await db.query("test", "update used_once set expires_at = '-infinity' where key = ''"); // no crash yet
  assert.equal(await usedOnce.take(first, soon(), before), "taken");
  await db.query("test", "delete from used_once"); // as PostgreSQL does after a crash
  assert.equal(await usedOnce.take(first, soon(), before), "before_epoch");
  assert.equal(await usedOnce.take(second, soon(), before), "before_epoch");
  assert.deepEqual(
    await db.query("test", "select from used_once where key <> ''"),
    [],
    "a refused proof takes nothing",
  );
  assert.equal(await usedOnce.take(second, soon(), soon()), "taken");
  assert.equal(await usedOnce.take(second, soon(), soon()), "used");
});

test("the purge notices a crash before the first proof comes", async () => {
  await db.query("test", "delete from used_once");
  await usedOnce.purge();
  assert.equal(await usedOnce.take(newKey(), soon(), soon()), "taken");
});
