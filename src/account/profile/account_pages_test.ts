import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

async function newUser() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password };
}

async function signedIn() {
  const { id, username, password } = await newUser();
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { id, browser };
}

test("/account/username changes the name, or removes it from a user with an address", async () => {
  const [{ id, browser }, other] = [await signedIn(), await newUser()];
  const form = await browser.open("/account/username");
  const taken = await browser.submit(form, "/account/username", { username: other.username });
  assert.deepEqual([taken.status, /Choose another one/.test(textOf(taken))], [409, true]);
  assert.equal((await browser.submit(taken, "/account/username", { username: "" })).status, 422, "the only name");
  const name = `n${crypto.randomUUID().slice(0, 8)}`;
  const changed = await browser.submit(taken, "/account/username", { username: name });
  assert.match(textOf(changed), new RegExp(`Username changed\\..*${name}`));
  assert.equal((await sentinel.users.find(id)).username, name);
});

test("pages of the account take at most ten statements", async () => {
  const { id, browser } = await signedIn();
  await newKey(sentinel, id);
  await newPasskey(sentinel, id);
  await newApp(sentinel, id);
  await db.query("test", "update sessions set aal = 2 where user_id = $1", [id]);
  await db.transaction((tx) => sentinel.factors.noteChangeIn(tx, id));
  const paths = ["", "/factors", "/factors/add", "/factors/codes", "/factors/passkeys/add", "/keys/add", "/data"];
  for (const path of paths.map((path) => `/account${path}`)) {
    const made = await statementsOf(async () => assert.equal((await browser.open(path)).path, path));
    const count = Object.values(made).reduce((sum, each) => sum + each, 0);
    assert.ok(count <= 10, `${path}: ${JSON.stringify(made)}`);
  }
});
