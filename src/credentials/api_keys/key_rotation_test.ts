import assert from "node:assert/strict";
import { newKey } from "../../testing/people/api_keys.ts";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, refresh } from "../../testing/people/sessions.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } });
const status = async (key: string) => (await withToken(key)("/users/me")).status;

/** A user with one key, and how they rotate it. */
async function owner() {
  const { id } = await newcomer(sentinel);
  const { access_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  const call = withToken(access_token);
  const key = await newKey(sentinel, id);
  const path = `/users/me/api-keys/${key.id}`;
  return { call, key, path, rotate: (json: object = {}) => call(`${path}/secrets`, { json }) };
}

const liveSecrets = async (keyId: string) =>
  (await db.query("test", "select from secrets where owner_id = $1 and (expires_at is null or expires_at > now())", [
    keyId,
  ])).length;

test("rotation issues a second secret, and the first one works for 24 hours unless it is said otherwise", async () => {
  const { key, rotate } = await owner();
  await status(key.key);
  const rotated = await rotate();
  assert.equal(rotated.status, 201);
  const { key: second, secrets } = await rotated.json();
  assert.deepEqual([await status(key.key), await status(second)], [200, 200]);
  const [newer, older] = secrets;
  assert.deepEqual([newer.expires_at, newer.hint, older.hint], [null, second.slice(-4), key.key.slice(-4)]);
  const hours = (Date.parse(older.expires_at) - Date.parse(newer.created_at)) / 3_600_000;
  assert.equal(hours, 24);
  for (const overlap_seconds of [-1, 30 * 86_400 + 1, 1.5, "1"]) {
    assert.equal((await rotate({ overlap_seconds })).status, 422);
  }
});

test("a secret whose time has come is refused, also where memory knows it, and makes room for the next", async () => {
  const { key, rotate } = await owner();
  await status(key.key);
  const { key: second } = await (await rotate({ overlap_seconds: 0 })).json();
  assert.deepEqual([await status(key.key), await status(second)], [401, 200]);
  const third = await rotate();
  assert.equal(third.status, 201);
  assert.equal(await liveSecrets(key.id), 2);
});

test("a third secret is refused until one of the two is deleted, and then that one works no more", async () => {
  const { call, key, path, rotate } = await owner();
  const { key: second, secrets } = await (await rotate()).json();
  assert.equal((await (await rotate()).json()).type, "/problems/too_many_secrets");
  assert.deepEqual([await status(key.key), await status(second)], [200, 200], "what was refused changed nothing");
  const older = `${path}/secrets/${secrets[1].id}`;
  assert.equal((await call(older, { method: "DELETE" })).status, 204);
  assert.equal((await call(older, { method: "DELETE" })).status, 404);
  assert.deepEqual([await status(key.key), await status(second)], [401, 200]);
  assert.equal((await rotate()).status, 201);
});

test("fifty rotations at once leave two secrets that work", async () => {
  const { key, rotate } = await owner();
  const answers = await Promise.all(Array.from({ length: 50 }, () => rotate()));
  const issued = await Promise.all(answers.filter(({ status }) => status === 201).map((each) => each.json()));
  const others = answers.filter(({ status }) => status !== 201).map(({ status }) => status);
  assert.equal(issued.length, 1);
  assert.ok(others.every((status) => [409, 429].includes(status)), others.join());
  assert.deepEqual([await status(key.key), await status(issued[0].key)], [200, 200]);
  assert.equal(await liveSecrets(key.id), 2);
});

test("a key that was revoked is not rotated", async () => {
  const { call, path, rotate } = await owner();
  await call(path, { method: "DELETE" });
  assert.equal((await rotate()).status, 404);
});
