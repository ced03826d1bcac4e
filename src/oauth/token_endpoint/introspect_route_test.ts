import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { newKey } from "../../testing/people/api_keys.ts";
import { bearerChallenge, invalidTokenChallenge } from "../../testing/challenges.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, settings, principals } = sentinel;

const adas = await sentinel.login("ada");

const introspect = (form: Record<string, string>, token = adas.access_token) =>
  sentinel.fetch("/oauth/introspect", { form, headers: { authorization: `Bearer ${token}` } });

const ask = async (token: string) => await (await introspect({ token })).json();

const refresh = async (refresh_token: string) =>
  await (await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } })).json();

const sessionIdOf = (refreshToken: string) => parseRefreshToken(refreshToken)!.sessionId;

const now = async () => {
  const [row] = await db.query<{ now: number }>("test", "select extract(epoch from now())::float8 as now");
  return row!.now;
};

test("POST /oauth/introspect answers the user and the expiry of a live access token (RFC 7662 §2.2)", async () => {
  const grace = await sentinel.login("grace");
  const { iat, exp, jti, auth_time, ...facts } = await ask(grace.access_token);
  assert.deepEqual(facts, {
    active: true,
    token_type: "Bearer",
    client_id: "sentinel",
    sub: await sentinel.settled("grace"),
    sid: sessionIdOf(grace.refresh_token),
    username: "grace",
    roles: ["user"],
    scope: "",
    iss: settings.SENTINEL_PUBLIC_URL,
    aud: settings.SENTINEL_PUBLIC_URL,
    acr: "aal1",
  });
  assert.ok(Math.abs(auth_time - iat) <= 1);
  assert.equal(exp - iat, settings.SENTINEL_ACCESS_TOKEN_TTL_SECONDS);
  assert.ok(iat <= await now() && exp > await now());
  assert.match(jti, /^[\w-]{36}$/);
});

test("T173 POST /oauth/introspect answers what the sign-in of a token counts for now (RFC 9470 §6.2)", async () => {
  const grace = await sentinel.login("grace");
  const sid = sessionIdOf(grace.refresh_token);
  const signIn = async (token: string) => {
    principals.forgetSession(sid);
    const { acr, auth_time } = await ask(token);
    return [acr, auth_time];
  };
  const { iat, exp, ...claims } = decodeJwt(grace.access_token);
  const minted = async (acr: "aal1" | "aal2", auth_time: number) =>
    await sentinel.tokens.sign({
      ...{ sub: claims.sub!, sid, roles: [], jti: crypto.randomUUID(), iat: iat!, exp: exp!, acr, auth_time },
    });
  const at = claims.auth_time as number;
  assert.deepEqual(await signIn(await minted("aal2", at)), ["aal1", at], "the session has no second factor");
  const sessionSays = (aal: number, seconds: number) =>
    db.query("test", "update sessions set aal = $2, auth_time = to_timestamp($3) where id = $1", [sid, aal, seconds]);
  await sessionSays(2, at);
  assert.deepEqual(await signIn(await minted("aal2", at)), ["aal2", at]);
  assert.deepEqual(await signIn(grace.access_token), ["aal1", at], "a token from before the step-up");
  assert.deepEqual(await signIn(await minted("aal2", at - 60)), ["aal2", at - 60]);
  const old = at - settings.SENTINEL_AAL2_MAX_SECONDS;
  await sessionSays(2, old);
  assert.deepEqual(await signIn(await minted("aal2", old)), ["aal1", old], "too long ago to count as one");
});

test("POST /oauth/introspect answers for the current refresh token, and does not use it up", async () => {
  const grace = await sentinel.login("grace");
  for (const token_type_hint of ["refresh_token", "access_token", "nonsense"]) {
    const { iat, exp, ...facts } = await (await introspect({ token: grace.refresh_token, token_type_hint })).json();
    assert.deepEqual(facts, {
      active: true,
      client_id: "sentinel",
      sub: await sentinel.settled("grace"),
      sid: sessionIdOf(grace.refresh_token),
      username: "grace",
      roles: ["user"],
      scope: "",
      iss: settings.SENTINEL_PUBLIC_URL,
      aud: settings.SENTINEL_PUBLIC_URL,
    });
    assert.equal(exp - iat, settings.SENTINEL_SESSION_IDLE_SECONDS);
  }
  const next = await refresh(grace.refresh_token);
  assert.equal((await ask(next.refresh_token)).active, true);
  assert.deepEqual(await ask(grace.refresh_token), { active: false });
});

test("POST /oauth/introspect answers that a refresh token expires with the idle or the absolute time of its session", async () => {
  const { refresh_token } = await sentinel.login("grace");
  const lifetimeAfter = async (change: string) => {
    await db.query("test", `update sessions set ${change} where id = $1`, [sessionIdOf(refresh_token)]);
    const { iat, exp } = await ask(refresh_token);
    return exp - iat;
  };
  assert.equal(
    await lifetimeAfter("last_seen_at = created_at + interval '1 hour'"),
    settings.SENTINEL_SESSION_IDLE_SECONDS + 3_600,
  );
  assert.equal(await lifetimeAfter("expires_at = created_at + interval '2 hours'"), 7_200);
});

test("'POST /oauth/introspect answers exactly {\"active\": false} for every inactive token'", async () => {
  const set = (what: string, id: string) => db.query("test", `update sessions set ${what} where id = $1`, [id]);
  const ends: ((id: string) => Promise<unknown>)[] = [
    (id) => set("revoked_at = now()", id),
    (id) => set("expires_at = now() - interval '1 minute'", id), // longer ago than clocks may differ
    (id) => db.query("test", "delete from sessions where id = $1", [id]),
  ];
  for (const end of ends) {
    const { access_token, refresh_token } = await sentinel.login("grace");
    const id = sessionIdOf(refresh_token);
    assert.equal((await ask(access_token)).active, true);
    await end(id);
    principals.forgetSession(id);
    for (const dead of [access_token, refresh_token]) assert.deepEqual(await ask(dead), { active: false });
  }
  const idle = await sentinel.login("grace");
  await set(
    `last_seen_at = now() - interval '${settings.SENTINEL_SESSION_IDLE_SECONDS} s'`,
    sessionIdOf(idle.refresh_token),
  );
  assert.deepEqual(await ask(idle.refresh_token), { active: false });
  for (const token of ["nonsense", "a.b.c", `${idle.access_token}x`, crypto.randomUUID(), "x".repeat(60_000)]) {
    assert.deepEqual(await ask(token), { active: false });
  }
});

test("T137 POST /oauth/introspect answers that a disabled user's tokens are inactive, even if the session is live", async () => {
  const { access_token, refresh_token } = await sentinel.login("nobody");
  const id = await sentinel.settled("nobody");
  const disable = async (disabled: boolean) => {
    await db.query("test", "update users set disabled_at = case when $2 then now() end where id = $1", [id, disabled]);
    principals.forgetUser(id);
  };
  await disable(true);
  for (const dead of [access_token, refresh_token]) assert.deepEqual(await ask(dead), { active: false });
  await disable(false);
  assert.deepEqual((await ask(access_token)).roles, []);
});

test("POST /oauth/introspect requires the permission and a token", async () => {
  const { access_token } = await sentinel.login("grace");
  const refusals: [answer: Response, status: number, type: string, challenge: string | null][] = [
    [await introspect({ token: access_token }, access_token), 403, "forbidden", null],
    [await introspect({ token: access_token }, "nonsense"), 401, "invalid_token", invalidTokenChallenge],
    [
      await sentinel.fetch("/oauth/introspect", { form: { token: access_token } }),
      401,
      "token_missing",
      bearerChallenge(),
    ],
  ];
  for (const [answer, status, code, challenge] of refusals) {
    assert.equal(answer.headers.get("www-authenticate"), challenge);
    const { title: _, detail: __, request_id: ___, ...body } = await answer.json();
    assert.deepEqual(body, { type: `/problems/${code}`, status, instance: "/oauth/introspect" });
  }
  for (const form of [{}, { token: "" }] as Record<string, string>[]) {
    const response = await introspect(form);
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error, "invalid_request");
  }
});

test("an API key is told by its user and the permissions that it gives now, without roles", async () => {
  const { id } = await newcomer(sentinel, { roles: ["user", "admin"] });
  const key = await newKey(sentinel, id, ["users:read", "audit:read"]);
  const told = await ask(key.key);
  const { active, token_type, sub, jti, scope, roles } = told;
  assert.deepEqual([active, token_type, sub, jti, scope, roles], [
    true,
    "api_key",
    id,
    key.id,
    "audit:read users:read",
    undefined,
  ]);
  assert.equal(told.exp - told.iat, 90 * 86_400);
  await sentinel.grants.revoke(id, "admin", () => Promise.resolve(), localActor);
  assert.equal((await ask(key.key)).scope, "");
  await sentinel.apiKeys.revoke({ id, kind: "person" }, key.id, localActor);
  assert.deepEqual(await ask(key.key), { active: false });
});
