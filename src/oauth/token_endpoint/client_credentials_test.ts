import assert from "node:assert/strict";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { askForToken, basic, newApis, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { createRole } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
const { reader, documents, pictures } = await newApis(sentinel, { alg: "EdDSA" });

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

const keySet = async () => createLocalJWKSet(await (await sentinel.fetch("/.well-known/jwks.json")).json());

test("POST /oauth/token gives a client a token of its service account, with the claims of RFC 9068", async () => {
  const client = await newClient(sentinel, { scopes: ["users:read"], roles: [reader] });
  const answer = await askForToken(sentinel, client);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const { access_token, ...rest } = await answer.json();
  assert.deepEqual(rest, { token_type: "bearer", expires_in: 600, scope: "users:read" });
  const { payload, protectedHeader } = await jwtVerify(access_token, await keySet(), { issuer, audience: issuer });
  const { jti, iat, exp, ...claims } = payload;
  assert.deepEqual(claims, {
    iss: issuer,
    aud: issuer,
    sub: client.account,
    client_id: client.id,
    scope: "users:read",
  });
  assert.deepEqual([protectedHeader.alg, protectedHeader.typ], ["EdDSA", "at+jwt"]);
  assert.deepEqual([exp! - iat!, typeof jti], [600, "string"]);
  assert.equal((await sentinel.fetch("/users", bearer(access_token))).status, 200);
  assert.equal((await sentinel.fetch("/roles", bearer(access_token))).status, 403);
});

test("POST /oauth/token authenticates a client in the form too, and stores nothing", async () => {
  const client = await newClient(sentinel);
  const before = await rowCounts(sentinel);
  const form = { grant_type: "client_credentials", client_id: client.id, client_secret: client.secret };
  assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 200);
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T237 POST /oauth/token refuses wrong secrets, both methods at once, and none", async () => {
  const client = await newClient(sentinel);
  const other = await newClient(sentinel);
  const wrong = client.secret.slice(0, 20) + (client.secret[20] === "a" ? "b" : "a") + client.secret.slice(21);
  const inForm = (client_secret: string) => ({ client_id: client.id, client_secret });
  const token = (form: Record<string, string>, headers = {}) =>
    sentinel.fetch("/oauth/token", { form: { grant_type: "client_credentials", ...form }, headers });

  const byBasic = await token({}, basic({ ...client, secret: other.secret }));
  assert.deepEqual([byBasic.status, (await byBasic.json()).error], [401, "invalid_client"]);
  assert.match(byBasic.headers.get("www-authenticate")!, /^Basic /);
  const forms = {
    "wrong checksum": inForm(wrong),
    "of another client": inForm(other.secret),
    "not a secret": inForm("hunter2"),
    "none": { client_id: client.id },
    "nothing at all": {},
    "unknown client": { client_id: crypto.randomUUID(), client_secret: client.secret },
    "id in upper case": { client_id: client.id.toUpperCase(), client_secret: client.secret },
  };
  for (const [what, form] of Object.entries(forms)) {
    const refused = await token(form);
    assert.deepEqual([refused.status, (await refused.json()).error], [401, "invalid_client"], what);
    assert.equal(refused.headers.get("www-authenticate"), null, what);
  }
  for (const form of [inForm(client.secret), { client_secret: client.secret }, { client_id: other.id }]) {
    const both = await token(form, basic(client));
    assert.deepEqual(
      [both.status, (await both.json()).error],
      [400, "invalid_request"],
      JSON.stringify(Object.keys(form)),
    );
  }
  for (const header of ["Basic", "Basic !", "Basic bm8tY29sb24=", `Basic ${btoa("%zz:x")}`]) {
    const refused = await token({}, { authorization: header });
    assert.deepEqual([refused.status, (await refused.json()).error], [401, "invalid_client"], header);
  }
  assert.equal((await token({ client_id: client.id }, basic(client))).status, 200, "the same id beside Basic");
});

test("T237 POST /oauth/token decodes id and secret of Basic as forms are encoded (RFC 6749 §2.3.1)", async () => {
  const client = await newClient(sentinel);
  const all = (text: string) => text.replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  const authorization = `Basic ${btoa(`${all(client.id)}:${all(client.secret)}`)}`;
  const form = { grant_type: "client_credentials" };
  assert.equal((await sentinel.fetch("/oauth/token", { form, headers: { authorization } })).status, 200);
});

test("T237 POST /oauth/token gives a registered client no tokens of users", async () => {
  const client = await newClient(sentinel);
  const { refresh_token } = await sentinel.login("grace");
  const { username, password } = { username: "grace", password: "nanoseconds of wire" };
  for (const form of [{ grant_type: "refresh_token", refresh_token }, { grant_type: "password", username, password }]) {
    const sent = { headers: basic(client), form };
    const refused = await sentinel.fetch("/oauth/token", sent);
    assert.deepEqual([refused.status, (await refused.json()).error], [400, "unauthorized_client"], form.grant_type);
    const unauthenticated = await sentinel.fetch("/oauth/token", { form: { ...form, client_id: client.id } });
    assert.deepEqual([unauthenticated.status, (await unauthenticated.json()).error], [401, "invalid_client"]);
  }
  assert.equal(
    (await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } })).status,
    200,
  );
});

test("T240 POST /oauth/token refuses scopes that the client does not have, and malformed ones", async () => {
  const client = await newClient(sentinel, { scopes: ["users:read", "roles:read"], roles: [reader] });
  const scopes = [
    "roles:write",
    "users:read roles:write",
    "users:read users:read",
    "a\u0001b",
    " users:read",
    "a".repeat(50_000),
  ];
  for (const scope of scopes) {
    const refused = await askForToken(sentinel, client, { scope });
    assert.deepEqual([refused.status, (await refused.json()).error], [400, "invalid_scope"], scope.slice(0, 40));
  }
  const less = await askForToken(sentinel, client, { scope: "users:read roles:read" });
  assert.equal((await less.json()).scope, "users:read", "what the service account does not hold is left out");
  const none = await askForToken(sentinel, client, { scope: "roles:read" });
  assert.deepEqual([none.status, (await none.json()).error], [400, "invalid_scope"]);
  assert.equal((await (await askForToken(sentinel, client, { scope: "" })).json()).scope, "users:read");
});

test("POST /oauth/token gives a token for a registered API, by ES256, with the scopes of both (RFC 8707)", async () => {
  const client = await newClient(sentinel, {
    scopes: ["documents:read", "pictures:read", "users:read"],
    resources: [documents, pictures],
    own_api: false,
    roles: [reader],
  });
  const { access_token, scope, expires_in } = await (await askForToken(sentinel, client, { resource: documents }))
    .json();
  assert.deepEqual([scope, expires_in], ["documents:read users:read", 600]);
  const { payload, protectedHeader } = await jwtVerify(access_token, await keySet(), { issuer, audience: documents });
  assert.deepEqual([protectedHeader.alg, payload.scope, payload.sub], ["ES256", scope, client.account]);
  const eddsa = await tokenOfClient(sentinel, client, { resource: pictures });
  assert.equal((await jwtVerify(eddsa, await keySet(), { audience: pictures })).protectedHeader.alg, "EdDSA");
});

test("POST /oauth/token issues each token for one API: none, several, unknown and foreign ones are invalid_target", async () => {
  const client = await newClient(sentinel, { resources: [documents, pictures], own_api: false });
  const ask = (body: string) =>
    sentinel.fetch("/oauth/token", {
      body: `grant_type=client_credentials${body}`,
      headers: { ...basic(client), "content-type": "application/x-www-form-urlencoded" },
    });
  const named = (...uris: string[]) => uris.map((uri) => `&resource=${encodeURIComponent(uri)}`).join("");
  for (
    const body of [
      "",
      named(documents, pictures),
      named("https://unknown.example.com"),
      named(issuer),
      named(`${documents}/`),
    ]
  ) {
    const refused = await ask(body);
    assert.deepEqual([refused.status, (await refused.json()).error], [400, "invalid_target"], body);
  }
  assert.equal((await ask(named(documents))).status, 200);
  assert.equal((await ask(named(documents, documents))).status, 200, "the same one twice");
  const single = await newClient(sentinel, { resources: [documents], own_api: false });
  assert.equal(decodeJwt(await tokenOfClient(sentinel, single)).aud, documents, "the only one need not be named");
  const repeated = await sentinel.fetch("/oauth/token", {
    body: "grant_type=client_credentials&scope=a&scope=a",
    headers: { ...basic(client), "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal((await repeated.json()).error, "invalid_request", "T245 no other parameter may repeat");
});

test("T257 Sentinel's own API refuses a token for another API, also once it has seen it", async () => {
  const client = await newClient(sentinel, {
    scopes: ["users:read"],
    resources: [documents, pictures],
    roles: [reader],
  });
  const authority = await newClient(sentinel, { grant_types: [], resources: [documents, pictures] });
  for (const resource of [documents, pictures]) {
    const token = await tokenOfClient(sentinel, client, { resource });
    const known = await sentinel.fetch("/oauth/introspect", { form: { token }, headers: basic(authority) });
    assert.equal((await known.json()).active, true, "its signature is now in memory");
    for (let n = 0; n < 2; n++) assert.equal((await sentinel.fetch("/users", bearer(token))).status, 401);
  }
  const own = await tokenOfClient(sentinel, client, { resource: issuer });
  assert.equal((await sentinel.fetch("/users", bearer(own))).status, 200);
});

test("a client's tokens end with the client, its account, its permissions and tokens_not_before", async () => {
  const until = async (end: (client: { id: string; account: string }) => Promise<unknown>, status: number) => {
    const client = await newClient(sentinel, { scopes: ["users:read"], roles: [reader] });
    const token = await tokenOfClient(sentinel, client);
    assert.equal((await sentinel.fetch("/users", bearer(token))).status, 200);
    await end(client);
    assert.equal((await sentinel.fetch("/users", bearer(token))).status, status, String(end));
    return client;
  };
  const anyState = () => true;
  const { oauthClients, serviceAccounts, grants } = sentinel;
  await until(({ id }) => oauthClients.change(id, { disabled: true }, anyState, localActor), 401);
  await until(({ id }) => oauthClients.change(id, { grant_types: [] }, anyState, localActor), 401);
  await until(({ id }) => oauthClients.remove(id, anyState, localActor), 401);
  await until(({ account }) => serviceAccounts.change(account, { disabled: true }, anyState, localActor), 401);
  await until(({ account }) => grants.revoke(account, reader, () => Promise.resolve(), localActor, "service"), 403);
  const client = await until(({ id }) => oauthClients.endTokens(id, localActor), 401);
  const next = await tokenOfClient(sentinel, {
    ...client,
    secret: (await sentinel.clientSecrets.rotate(client.id, 0, localActor)).secret,
  });
  assert.equal((await sentinel.fetch("/users", bearer(next))).status, 200, "it gets new tokens at once");
});

test("a disabled client is refused, and its service account with it; both return together", async () => {
  const client = await newClient(sentinel);
  await sentinel.oauthClients.change(client.id, { disabled: true }, () => true, localActor);
  assert.equal((await askForToken(sentinel, client)).status, 401);
  assert.notEqual((await sentinel.serviceAccounts.find(client.account)).disabled_at, null);
  await sentinel.oauthClients.change(client.id, { disabled: false }, () => true, localActor);
  assert.equal((await askForToken(sentinel, client)).status, 200);
  const account = client.account;
  await sentinel.serviceAccounts.change(account, { disabled: true }, () => true, localActor);
  const refused = await askForToken(sentinel, client);
  assert.deepEqual([refused.status, (await refused.json()).error], [400, "unauthorized_client"]);
});

test("a token of a client changes nothing of an own account, and manages no clients and no keys", async () => {
  const admins = await createRole(sentinel, { permissions: ["clients:write", "service_accounts:write", "users:read"] });
  const client = await newClient(sentinel, { scopes: ["clients:write", "service_accounts:write"], roles: [admins] });
  const token = await tokenOfClient(sentinel, client);
  const send = (path: string, json: unknown) => sentinel.fetch(path, { json, ...bearer(token) });
  assert.equal((await send("/clients", { name: "child" })).status, 403);
  assert.equal((await send(`/clients/${client.id}/secrets`, {})).status, 403);
  assert.equal((await send(`/service-accounts/${client.account}/api-keys`, { name: "key", scopes: [] })).status, 403);
  assert.equal((await send("/users/me/api-keys", { name: "key", scopes: [] })).status, 403);
  assert.equal((await sentinel.fetch("/users", bearer(token))).status, 403, "its account may, its scopes do not");
});

test("audit events name the client that acted", async () => {
  const writer = await createRole(sentinel, { permissions: ["service_accounts:write"] });
  const client = await newClient(sentinel, { scopes: ["service_accounts:write"], roles: [writer] });
  const token = await tokenOfClient(sentinel, client);
  const name = `s${crypto.randomUUID()}`;
  const { id } = await (await sentinel.fetch("/service-accounts", { json: { name }, ...bearer(token) })).json();
  const [event] = await sentinel.db.query<{ actor_id: string; facts: Record<string, unknown> }>(
    "test",
    "select actor_id, facts from audit_events where subject_id = $1 and action = 'service_account.created'",
    [id],
  );
  assert.deepEqual([event!.actor_id, event!.facts.by_client], [client.account, client.id]);
});

test("a client's secret is no API key: neither as a bearer token nor in x-api-key", async () => {
  const { secret } = await newClient(sentinel, { scopes: ["users:read"], roles: [reader] });
  for (const headers of [{ authorization: `Bearer ${secret}` }, { "x-api-key": secret }]) {
    assert.equal((await sentinel.fetch("/users", { headers })).status, 401);
  }
});
