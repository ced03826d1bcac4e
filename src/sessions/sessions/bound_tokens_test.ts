import assert from "node:assert/strict";
import { dpopChallenge } from "../../testing/challenges.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newSession, sessionToken } from "../../testing/people/client_sessions.ts";
import { askForToken, newClient } from "../../testing/people/clients.ts";
import { bound, newDpopKey, proofOf, proven } from "../../testing/people/dpop.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { createRole, newcomer } from "../../testing/people/people.ts";
import { userinfoAudience } from "../../tokens/access_tokens/access_token.ts";
import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const [key, other] = [await newDpopKey(), await newDpopKey()];
const reader = await createRole(sentinel, { permissions: ["users:read", "users:write"] });
const scopes = ["users:read", "users:write"];
const client = await newClient(sentinel, { scopes, roles: [reader] });
const algs = dpopAlgorithms.join(" ");

/** A token of the client, bound to this key or to none. */
async function tokenOf(by?: typeof key): Promise<string> {
  const answer = await askForToken(sentinel, client, {}, by ? { headers: await proven(by) } : {});
  return (await answer.json()).access_token;
}

const boundToken = await tokenOf(key);

/** The code of the problem, with the challenge. */
async function refusalOf(response: Response): Promise<[code: string, challenge: string | null]> {
  const { type } = await response.json();
  return [String(type).replace("/problems/", ""), response.headers.get("www-authenticate")];
}

const invalidToken = ["invalid_token", dpopChallenge('error="invalid_token"', `algs="${algs}"`)];
const invalidProof = ["invalid_dpop_proof", dpopChallenge('error="invalid_dpop_proof"', `algs="${algs}"`)];

test("T002 GET /users/me takes a bound token with a proof of its key, whatever the case of the scheme", async () => {
  for (const scheme of ["DPoP", "dpop", "DPOP"]) {
    const headers = { ...await bound(boundToken, key, "/users/me"), authorization: `${scheme} ${boundToken}` };
    const answer = await sentinel.fetch("/users/me", { headers });
    assert.deepEqual([answer.status, (await answer.json()).id], [200, client.account]);
  }
});

test("T259 GET /users/me refuses a bound token as a bearer token, also with a proof", async () => {
  for (const more of [{}, await proven(key, { method: "GET", path: "/users/me", token: boundToken })]) {
    const answer = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${boundToken}`, ...more } });
    assert.equal(answer.status, 401);
    assert.deepEqual(await refusalOf(answer), invalidToken);
  }
});

test("T259 GET /users/me refuses what is bound to no key with a proof: bearer tokens, logins and API keys", async () => {
  const { key: apiKey } = await newKey(sentinel, (await newcomer(sentinel)).id);
  for (const token of [await tokenOf(), await sentinel.tokenOf("ada"), apiKey, "x", ""]) {
    const answer = await sentinel.fetch("/users/me", { headers: await bound(token, key, "/users/me") });
    assert.deepEqual(await refusalOf(answer), invalidToken, token);
  }
});

test("T259 GET /users/me refuses a bound token with a proof of another key, for another request, token or time, or without one", async () => {
  const path = "/users/me";
  const now = Math.floor(Date.now() / 1_000);
  const good = { method: "GET", path, token: boundToken };
  const foreign = await sentinel.fetch(path, { headers: await bound(boundToken, other, path) });
  assert.deepEqual(await refusalOf(foreign), invalidToken);
  const proofs: [what: string, dpop: string | undefined][] = [
    ["no proof", undefined],
    ["htm", await proofOf(key, { ...good, method: "POST" })],
    ["htu", await proofOf(key, { ...good, path: "/users" })],
    ["no ath", await proofOf(key, { method: "GET", path })],
    ["ath of another token", await proofOf(key, { ...good, token: await tokenOf(key) })],
    ["iat", await proofOf(key, { ...good, claims: { iat: now - 120 } })],
    ["two", `${await proofOf(key, good)}, ${await proofOf(key, good)}`],
  ];
  for (const [what, dpop] of proofs) {
    const headers = { authorization: `DPoP ${boundToken}`, ...(dpop !== undefined && { dpop }) };
    const answer = await sentinel.fetch(path, { headers });
    assert.deepEqual([answer.status, await refusalOf(answer)], [401, invalidProof], what);
  }
});

test("GET /roles asks who sent a bound token without the scope for a bound token with it (RFC 9449 §7.1)", async () => {
  const answer = await sentinel.fetch("/roles", { headers: await bound(boundToken, key, "/roles") });
  assert.equal(answer.status, 403);
  const lacks = ['error="insufficient_scope"', 'scope="roles:read"', `algs="${algs}"`];
  assert.deepEqual(await refusalOf(answer), ["forbidden", dpopChallenge(...lacks)]);
});

test("T259 GET /users/me takes a proof once, and one that was refused for its token may be sent again", async () => {
  const dpop = await proofOf(key, { method: "GET", path: "/users/me", token: boundToken });
  const send = (authorization: string) => sentinel.fetch("/users/me", { headers: { authorization, dpop } });
  assert.equal((await send(`Bearer ${boundToken}`)).status, 401);
  assert.equal((await send(`DPoP ${boundToken}`)).status, 200);
  assert.deepEqual(await refusalOf(await send(`DPoP ${boundToken}`)), invalidProof);
});

test("POST /users takes one proof for a request with a body, though the guard looks before and after it", async () => {
  const json = { username: `bound-${crypto.randomUUID().slice(0, 8)}`, password: "correct horse battery staple" };
  const headers = { authorization: `DPoP ${boundToken}`, ...await proven(key, { path: "/users", token: boundToken }) };
  assert.equal((await sentinel.fetch("/users", { json, headers })).status, 201);
});

const ofUserinfo = ["invalid_token", `DPoP error="invalid_token", algs="${algs}"`]; // another resource than the API

test("GET and POST /oauth/userinfo take a bound token with a proof, and refuse it as a bearer token and in a form", async () => {
  const path = "/oauth/userinfo";
  const { id: sub } = await newcomer(sentinel);
  const sid = await newSession(sentinel, { userId: sub, kind: "client", clientId: client.id, scopes: ["openid"] });
  const aud = userinfoAudience(sentinel.settings.SENTINEL_PUBLIC_URL);
  const claims = { sub, sid, client_id: client.id, aud, scope: "openid", cnf: { jkt: key.jkt } };
  const token = await sessionToken(sentinel, claims);
  for (const method of ["GET", "POST"]) {
    const answer = await sentinel.fetch(path, { method, headers: await bound(token, key, path, { method }) });
    assert.deepEqual([answer.status, (await answer.json()).sub], [200, sub]);
    const plain = await sentinel.fetch(path, { method, headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual(await refusalOf(plain), ofUserinfo);
  }
  assert.deepEqual(await refusalOf(await sentinel.fetch(path, { form: { access_token: token } })), ofUserinfo);
});

test("GET /users/me refuses tokens with a confirmation of another kind, which must not count as unbound", async () => {
  const { id: sub } = await newcomer(sentinel);
  const sid = await newSession(sentinel, { userId: sub, kind: "client", clientId: client.id });
  for (const cnf of [{ "x5t#S256": "x" }, {}, null, "jkt", { jkt: 1 }, { jkt: key.jkt, kid: "x" }]) {
    const token = await sessionToken(sentinel, { sub, sid, client_id: client.id, cnf: cnf as { jkt: string } });
    const answer = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 401, JSON.stringify(cnf));
  }
});
