import assert from "node:assert/strict";
import { newKey } from "../../testing/people/api_keys.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const { id: userId } = await newcomer(sentinel);
const status = async (key: string) =>
  (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${key}` } })).status;
const leaked = async (kind: string) =>
  Number(
    new RegExp(`sentinel_leaked_secrets_total\\{kind="${kind}"\\} (\\d+)`).exec(
      await sentinel.instruments.expose(),
    )![1],
  );
const report = (body: { json: unknown } | { form: Record<string, string> }) =>
  sentinel.fetch("/api-keys/revoke-leaked", body);

test("POST /api-keys/revoke-leaked revokes what it is sent, by form or JSON, one or a hundred, and nothing else", async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => newKey(sentinel, userId)));
  const [byForm, byJson, first, second, other] = keys.map(({ key }) => key) as [string, string, string, string, string];
  for (const { key } of keys) assert.equal(await status(key), 200);
  assert.equal((await report({ form: { token: byForm } })).status, 204);
  assert.equal((await report({ json: { token: byJson } })).status, 204);
  const many = [...Array.from({ length: 98 }, () => "nothing"), first, second];
  assert.equal((await report({ json: { tokens: many } })).status, 204);
  assert.deepEqual(await Promise.all(keys.map(({ key }) => status(key))), [401, 401, 401, 401, 200]);
  assert.equal((await report({ json: { tokens: [...many, other] } })).status, 422);
  assert.equal(await status(other), 200);
});

test("POST /api-keys/revoke-leaked answers 204 to whatever it is sent, and a wrong secret of a key changes nothing", async () => {
  const [mine, others] = [await newKey(sentinel, userId), await newKey(sentinel, userId)];
  const mixed = mine.key.slice(0, 30) + others.key.slice(30);
  const { access_token, refresh_token } = await sentinel.login("grace");
  const before = await rowCounts(sentinel);
  for (const token of [mixed, `${mine.key}x`, "", "snt_pat_", access_token, refresh_token]) {
    const response = await report({ json: { token } });
    assert.deepEqual([response.status, await response.text()], [204, ""], token);
  }
  assert.equal((await report({ json: {} })).status, 204);
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.deepEqual([await status(mine.key), await status(others.key), await status(access_token)], [200, 200, 200]);
});

test("a key that leaked is revoked and counted once, by nobody, and its user sees it in the list", async () => {
  const { id, key } = await newKey(sentinel, userId);
  const before = [await leaked("api_key"), await leaked("client")];
  await report({ json: { tokens: [key, key] } });
  await report({ json: { token: key } });
  assert.deepEqual([await leaked("api_key"), await leaked("client")], [before[0]! + 1, before[1]]);
  const events = await db.query<{ actor_id: string | null; subject_id: string }>(
    "test",
    "select actor_id, subject_id from audit_events where action = 'api_key.revoked' and facts = $1",
    [{ api_key: id, leaked: true }],
  );
  assert.deepEqual(events, [{ actor_id: null, subject_id: userId }]);
  assert.ok((await sentinel.apiKeys.find({ id: userId, kind: "person" }, id)).revoked_at);
});
