import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

const refresh = (refresh_token: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

type Tokens = { access_token: string; refresh_token: string };

/** Asserts that no token of the session works. */
async function assertEnded({ access_token, refresh_token }: Tokens) {
  assert.equal((await sentinel.fetch("/users/me", bearer(access_token))).status, 401);
  assert.equal((await refresh(refresh_token)).status, 400);
}

const ways: [what: string, end: (tokens: Tokens) => Promise<Response>, status: number][] = [
  [
    "POST /logout with a bearer token",
    ({ access_token }) => sentinel.fetch("/logout", { method: "POST", ...bearer(access_token) }),
    204,
  ],
  ["POST /logout with a refresh token as JSON", ({ refresh_token }) => logout({ json: { refresh_token } }), 204],
  ["POST /logout with a refresh token as a form", ({ refresh_token }) => logout({ form: { refresh_token } }), 204],
  ["POST /oauth/revoke of a refresh token (RFC 7009)", ({ refresh_token: token }) => revoke({ token }), 200],
  ["POST /oauth/revoke of an access token", ({ access_token: token }) => revoke({ token }), 200],
  [
    "POST /oauth/revoke with the wrong hint",
    ({ refresh_token: token }) => revoke({ token, token_type_hint: "access_token" }),
    200,
  ],
];

const logout = (init: Parameters<typeof sentinel.fetch>[1]) => sentinel.fetch("/logout", init);
const revoke = (form: Record<string, string>) => sentinel.fetch("/oauth/revoke", { form });

for (const [what, end, status] of ways) {
  test(`T134 ${what} ends the session with all its tokens, and no other`, async () => {
    const [ended, other] = [await sentinel.login("grace"), await sentinel.login("grace")];
    assert.equal((await sentinel.fetch("/users/me", bearer(ended.access_token))).status, 200);
    const answer = await end(ended);
    assert.equal(answer.status, status);
    assert.equal(await answer.text(), "");
    await assertEnded(ended);
    assert.equal((await sentinel.fetch("/users/me", bearer(other.access_token))).status, 200);
    assert.equal((await refresh(other.refresh_token)).status, 200);
    const again = await rowCounts(sentinel);
    assert.equal((await end(ended)).status, status);
    assert.deepEqual(await rowCounts(sentinel), again); // the session had ended: nothing more is recorded
  });
}

test("T134 POST /logout ends the sessions of both tokens if they differ", async () => {
  const [one, other] = [await sentinel.login("grace"), await sentinel.login("grace")];
  const { refresh_token } = other;
  assert.equal((await logout({ json: { refresh_token }, ...bearer(one.access_token) })).status, 204);
  await assertEnded(one);
  await assertEnded(other);
});

test("T134 a used refresh token ends its session too", async () => {
  const first = await sentinel.login("grace");
  const second = await (await refresh(first.refresh_token)).json();
  assert.equal((await logout({ json: { refresh_token: first.refresh_token } })).status, 204);
  await assertEnded(second);
});

test("T134 text that is no token of Sentinel ends nothing, and is answered alike", async () => {
  const before = await rowCounts(sentinel);
  const nonsense = ["nonsense", `snt_rt_${"A".repeat(80)}`, "a.b.c", crypto.randomUUID()];
  for (const token of nonsense) {
    assert.equal((await logout({ json: { refresh_token: token } })).status, 204);
    assert.equal((await logout({ method: "POST", ...bearer(token) })).status, 204);
    assert.equal((await revoke({ token })).status, 200);
  }
  assert.equal((await logout({ method: "POST" })).status, 204);
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("POST /oauth/revoke without a token answers 400 invalid_request (RFC 7009 §2.2.1)", async () => {
  for (const form of [{}, { token: "" }, { token_type_hint: "refresh_token" }] as Record<string, string>[]) {
    const response = await revoke(form);
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error, "invalid_request");
  }
});
