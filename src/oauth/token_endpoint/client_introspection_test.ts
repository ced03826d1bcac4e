import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { bearerChallenge } from "../../testing/challenges.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { basic, newApis, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { createRole } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
const { reader, documents } = await newApis(sentinel);

type Sent = { id: string; secret: string };

const introspect = async (client: Sent, token: string) => {
  const answer = await sentinel.fetch("/oauth/introspect", { form: { token }, headers: basic(client) });
  assert.equal(answer.status, 200);
  return await answer.json();
};

test("POST /oauth/introspect answers a client about its own token, with what it gives now", async () => {
  const client = await newClient(sentinel, { scopes: ["users:read"], roles: [reader] });
  const { iat, exp, jti, ...facts } = await introspect(client, await tokenOfClient(sentinel, client));
  assert.deepEqual(facts, {
    active: true,
    token_type: "Bearer",
    client_id: client.id,
    sub: client.account,
    scope: "users:read",
    iss: issuer,
    aud: issuer,
  });
  assert.deepEqual([exp - iat, typeof jti], [600, "string"]);
});

test("T252 POST /oauth/introspect answers an API's client about tokens for it, and about no others", async () => {
  const api = await newClient(sentinel, { grant_types: [], resources: [documents], own_api: false });
  const client = await newClient(sentinel, {
    scopes: ["documents:read", "users:read"],
    resources: [documents],
    roles: [reader],
  });
  const token = await tokenOfClient(sentinel, client, { resource: documents });
  const answer = await introspect(api, token);
  assert.deepEqual([answer.active, answer.aud, answer.scope], [true, documents, "documents:read users:read"]);
  await sentinel.grants.revoke(client.account, reader, () => Promise.resolve(), localActor, "service");
  assert.equal((await introspect(api, token)).scope, "documents:read", "a lost permission counts at once");

  const grace = await sentinel.login("grace");
  const { key } = await newKey(sentinel, await sentinel.settled("grace"));
  const others = [
    await tokenOfClient(sentinel, await newClient(sentinel)),
    grace.access_token,
    grace.refresh_token,
    key,
    api.secret,
    "nonsense",
  ];
  for (const other of others) assert.deepEqual(await introspect(api, other), { active: false });
  const stranger = await newClient(sentinel);
  assert.deepEqual(await introspect(stranger, token), { active: false });
});

test("T252 POST /oauth/introspect refuses who does not authenticate", async () => {
  const client = await newClient(sentinel);
  const token = await tokenOfClient(sentinel, client);
  const nobody = await sentinel.fetch("/oauth/introspect", { form: { token } });
  assert.deepEqual([nobody.status, nobody.headers.get("www-authenticate")], [401, bearerChallenge()]);
  const wrong = await sentinel.fetch("/oauth/introspect", {
    form: { token, client_id: client.id, client_secret: "x" },
  });
  assert.deepEqual([wrong.status, (await wrong.json()).error], [401, "invalid_client"]);
  const form = { token, client_id: client.id, client_secret: client.secret };
  assert.equal((await (await sentinel.fetch("/oauth/introspect", { form })).json()).active, true);
});

test("POST /oauth/introspect answers a caller with the permission about tokens of clients too", async () => {
  const client = await newClient(sentinel, { scopes: ["documents:read"], resources: [documents], own_api: false });
  const token = await tokenOfClient(sentinel, client);
  const ask = async () => await (await sentinel.fetch("/oauth/introspect", { form: { token } }, "ada")).json();
  assert.deepEqual([(await ask()).client_id, (await ask()).aud], [client.id, documents]);
  await sentinel.oauthClients.endTokens(client.id, localActor);
  assert.deepEqual(await ask(), { active: false });
});

test("POST /oauth/introspect takes a client's token with the scope as a bearer token", async () => {
  const introspector = await createRole(sentinel, { permissions: ["tokens:introspect"] });
  const client = await newClient(sentinel, { scopes: ["tokens:introspect"], roles: [introspector] });
  const headers = { authorization: `Bearer ${await tokenOfClient(sentinel, client)}` };
  const { access_token: token } = await sentinel.login("grace");
  assert.equal((await (await sentinel.fetch("/oauth/introspect", { form: { token }, headers })).json()).active, true);
});

test("T252 POST /oauth/revoke ends a client's own tokens, and no others", async () => {
  const [client, other] = [await newClient(sentinel), await newClient(sentinel)];
  const [own, foreign] = [await tokenOfClient(sentinel, client), await tokenOfClient(sentinel, other)];
  const grace = await sentinel.login("grace");
  const revoke = async (token: string, headers = {}) =>
    (await sentinel.fetch("/oauth/revoke", { form: { token }, headers })).status;
  for (const token of [foreign, grace.access_token, grace.refresh_token, "nonsense"]) {
    assert.equal(await revoke(token, basic(client)), 200);
  }
  assert.equal(await revoke(own), 200, "without authentication");
  assert.equal((await introspect(other, foreign)).active, true);
  assert.equal((await introspect(client, own)).active, true);
  const me = { headers: { authorization: `Bearer ${grace.access_token}` } };
  assert.equal((await sentinel.fetch("/users/me", me)).status, 200);

  assert.equal(await revoke(own, basic(client)), 200);
  assert.equal((await introspect(client, own)).active, false);
  for (let n = 0; n < 3; n++) {
    const next = await tokenOfClient(sentinel, client);
    assert.equal((await introspect(client, next)).active, true, "new ones count at once");
    assert.ok(decodeJwt(next).iat! <= Math.ceil(Date.now() / 1000) + 1);
    assert.equal(await revoke(next, basic(client)), 200);
    assert.equal((await introspect(client, next)).active, false, "also when many end within a second");
  }
  const events = await sentinel.db.query<{ actor_id: string }>(
    "test",
    "select actor_id from audit_events where subject_id = $1 and action = 'client.tokens_revoked'",
    [client.id],
  );
  assert.deepEqual(events.map(({ actor_id }) => actor_id), Array(4).fill(client.account));
  assert.equal(await revoke(own, basic({ ...client, secret: other.secret })), 401);
});
