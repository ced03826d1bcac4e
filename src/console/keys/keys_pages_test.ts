import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, keys } = sentinel;

const kidOf = async (state: string) =>
  (await keys.list()).find((key) => key.alg === "EdDSA" && key.state === state)!.kid;

test("the keys of an algorithm are rotated in the console once clients and APIs know the next one", async () => {
  await db.query("age", "update signing_keys set created_at = now() - interval '1 hour'");
  const { id, browser } = await browserOf(sentinel, "admin");
  const [active, next] = [await kidOf("active"), await kidOf("next")];
  const question = await browser.open("/console/keys/rotate?alg=EdDSA");
  assert.match(textOf(question), new RegExp(`Key ${next.slice(0, 8)} signs new tokens`));
  const done = await browser.submit(question, "/console/keys/rotate");
  assert.match(textOf(done), /The keys are rotated\./);
  const stateOf = async (kid: string) => (await keys.list()).find((key) => key.kid === kid)?.state;
  assert.deepEqual([await stateOf(next), await stateOf(active)], ["active", "retiring"]);
  const [event] = await db.query<{ actor_id: string; via: string }>(
    "event",
    "select actor_id, facts->>'via' as via from audit_events where action = 'key.rotated' order by occurred_at desc limit 1",
  );
  assert.deepEqual(event, { actor_id: id, via: "console" });
});

test("a key that clients and APIs may not know yet is rotated only on request, after the page has said why", async () => {
  await db.query("young", "update signing_keys set created_at = now() where state = 'next'");
  const { browser } = await browserOf(sentinel, "admin");
  const question = await browser.open("/console/keys/rotate?alg=EdDSA");
  assert.match(textOf(question), /The next key is younger than 5 minutes\./);
  const next = await kidOf("next");
  const form = {
    ...{ alg: "EdDSA" },
    form_token: /name="form_token" value="([^"]*)"/.exec(question.html.split("/console/keys/rotate")[1]!)![1]!,
  };
  assert.equal((await browser.post("/console/keys/rotate", form)).status, 409);
  assert.equal(await kidOf("next"), next);
  assert.match(textOf(await browser.post("/console/keys/rotate", { ...form, force: "on" })), /The keys are rotated\./);
});

test("a leaked key is retired after its name was typed, and the next one replaces it", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const [active, next] = [await kidOf("active"), await kidOf("next")];
  const question = await browser.open(`/console/keys/retire?kid=${active}`);
  assert.match(textOf(question), /Tokens that it signed are refused at once by this server/);
  assert.equal((await browser.submit(question, "/console/keys/retire", { confirm: "no" })).status, 422);
  assert.equal(await kidOf("active"), active);
  const done = await browser.submit(question, "/console/keys/retire", { confirm: active.slice(0, 8) });
  assert.match(textOf(done), /The key is retired\. .*Retired keys/);
  assert.equal(await kidOf("active"), next);
  assert.equal((await browser.open(`/console/keys/retire?kid=${active}`)).status, 404);
});

test("who may only see keys changes none", async () => {
  const { browser } = await consoleBrowser(sentinel, "system:read");
  const page = await browser.open("/console/keys");
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.html, /\/console\/keys\/(rotate|retire)/);
  assert.equal((await browser.open("/console/keys/rotate?alg=EdDSA")).status, 403);
  assert.equal((await browser.open(`/console/keys/retire?kid=${await kidOf("active")}`)).status, 403);
});
