import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const refresh = (refresh_token: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

const rowsOf = <T>(text: string, params: unknown[] = []) => sentinel.db.query<T>("test", text, params);

/** The session that an access token names. */
function sessionIdOf(accessToken: string): string {
  const payload = Uint8Array.fromBase64(accessToken.split(".")[1]!, { alphabet: "base64url" });
  return JSON.parse(new TextDecoder().decode(payload)).sid;
}

/** Ends the grace of the session's last rotation. */
const passGrace = (id: string) =>
  rowsOf("update sessions set last_seen_at = last_seen_at - interval '1 minute' where id = $1", [id]);

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test("T123 POST /oauth/token trades a refresh token for the next one and an access token", async () => {
  const first = await sentinel.login("grace");
  const response = await refresh(first.refresh_token);
  assert.equal(response.status, 200);
  const second = await response.json();
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal((await sentinel.fetch("/users/me", bearer(second.access_token))).status, 200);
});

test("T126 50 parallel refreshes of one token all get the same next token", async () => {
  const { refresh_token } = await sentinel.login("grace");
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const tokens = await Promise.all(answers.map((answer) => answer.json()));
  assert.equal(new Set(tokens.map((token) => token.refresh_token)).size, 1);
});

test("T124 an old refresh token after the grace ends the session and is on the record", async () => {
  const first = await sentinel.login("grace");
  const id = sessionIdOf(first.access_token);
  const second = await (await refresh(first.refresh_token)).json();
  await passGrace(id);
  const replayed = await refresh(first.refresh_token);
  assert.equal(replayed.status, 400);
  assert.equal((await replayed.json()).error, "invalid_grant");
  assert.equal((await sentinel.fetch("/users/me", bearer(second.access_token))).status, 401);
  assert.equal((await refresh(second.refresh_token)).status, 400);
  const events = await rowsOf("select from audit_events where action = 'session.refresh_reused' and subject_id = $1", [
    id,
  ]);
  assert.equal(events.length, 1);
});

test("a refresh token two behind within the grace is refused and ends nothing", async () => {
  const first = await sentinel.login("grace");
  const second = await (await refresh(first.refresh_token)).json();
  const third = await (await refresh(second.refresh_token)).json();
  assert.equal((await refresh(first.refresh_token)).status, 400);
  assert.equal((await sentinel.fetch("/users/me", bearer(third.access_token))).status, 200);
  assert.equal((await refresh(third.refresh_token)).status, 200);
});

test("POST /logout ends the session of either token before it answers", async () => {
  const byBearer = await sentinel.login("grace");
  assert.equal((await sentinel.fetch("/logout", { method: "POST", ...bearer(byBearer.access_token) })).status, 204);
  assert.equal((await sentinel.fetch("/users/me", bearer(byBearer.access_token))).status, 401);
  assert.equal((await refresh(byBearer.refresh_token)).status, 400);

  const byRefresh = await sentinel.login("grace");
  assert.equal((await sentinel.fetch("/logout", { json: { refresh_token: byRefresh.refresh_token } })).status, 204);
  assert.equal((await sentinel.fetch("/users/me", bearer(byRefresh.access_token))).status, 401);
  assert.equal((await sentinel.fetch("/logout", { json: { refresh_token: "nonsense" } })).status, 204);
});

test("GET /users/me/sessions lists one's own, page by page, and marks the one that asks", async () => {
  const { access_token } = await sentinel.login("ada");
  await sentinel.login("ada");
  const seen: { id: string; current: boolean }[] = [];
  let query = "?page_size=1";
  for (;;) {
    const page = await (await sentinel.fetch(`/users/me/sessions${query}`, bearer(access_token))).json();
    seen.push(...page.items);
    if (!page.next_page_token) break;
    query = `?page_size=1&page_token=${page.next_page_token}`;
  }
  assert.equal(seen.length, 2);
  assert.deepEqual(seen.map(({ current }) => current), [false, true]);
});

test("POST /oauth/introspect says what a token is to those who may ask, and nothing of a dead one", async () => {
  const { access_token, refresh_token } = await sentinel.login("grace");
  const ask = async (token: string) =>
    await (await sentinel.fetch("/oauth/introspect", { form: { token } }, "ada")).json();
  assert.equal((await ask(access_token)).username, "grace");
  assert.equal((await ask(refresh_token)).token_type, "refresh_token");
  await sentinel.fetch("/oauth/revoke", { form: { token: refresh_token } });
  assert.deepEqual(await ask(access_token), { active: false });
  assert.deepEqual(await ask(refresh_token), { active: false });
  assert.deepEqual(await ask("nonsense"), { active: false });
  assert.equal((await sentinel.fetch("/oauth/introspect", { form: { token: access_token } }, "grace")).status, 403);
});
