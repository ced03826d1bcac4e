import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  type Application,
  askAs,
  newApplication,
  newVisitor,
  signedInWith,
} from "../../testing/people/applications.ts";
import { basic, newApiResource, newClient } from "../../testing/people/clients.ts";
import { createRole } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";

// Revocation and introspection of what users granted to applications.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
const reader = await createRole(sentinel, { permissions: ["users:read"] });
const documents = `https://${crypto.randomUUID()}.example.com`;
await newApiResource(sentinel, { uri: documents, scopes: ["documents:read", "users:read"] });
const scopes = ["openid", "documents:read", "users:read"];

const revoke = async (token: string, by?: Application, form: Record<string, string> = {}) =>
  (by
    ? await askAs(sentinel, by, { token, ...form }, "/oauth/revoke")
    : await sentinel.fetch("/oauth/revoke", { form: { token, ...form } })).status;

const introspect = async (by: { id: string; secret: string }, token: string) =>
  await (await sentinel.fetch("/oauth/introspect", { form: { token }, headers: basic(by) })).json();

const isLive = async (application: Application, refresh_token: string) =>
  (await askAs(sentinel, application, { grant_type: "refresh_token", refresh_token })).status === 200;

test("POST /oauth/revoke by an application ends the one session of the token, access and refresh tokens alike; the consent stays", async () => {
  const application = await newApplication(sentinel, { first_party: false });
  const visitor = await newVisitor(sentinel);
  const consent = { userId: visitor.userId, clientId: application.id, scopes: ["openid"], resources: [] };
  await sentinel.db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
  for (const kind of ["access_token", "refresh_token"] as const) {
    const [ended, kept] = [
      await signedInWith(sentinel, application, visitor),
      await signedInWith(sentinel, application, visitor),
    ];
    assert.equal(await revoke(ended[kind], application), 200);
    assert.equal((await introspect(application, ended.access_token)).active, false);
    assert.equal(await isLive(application, ended.refresh_token), false);
    assert.equal((await introspect(application, kept.access_token)).active, true);
    assert.equal(await isLive(application, kept.refresh_token), true);
    assert.equal(await revoke(ended[kind], application), 200, "again");
  }
  assert.ok(await sentinel.consents.find({ userId: visitor.userId, clientId: application.id }));
  const events = await sentinel.db.query(
    "test",
    `select actor_id, facts ->> 'by_client' as by_client from audit_events
     where action = 'session.revoked' and facts ->> 'by_client' = $1`,
    [application.id],
  );
  const event = { actor_id: visitor.userId, by_client: application.id };
  assert.deepEqual(events, [event, event]);
});

test("T252 POST /oauth/revoke ends nothing of another client, and of a confidential one nothing without its secret", async () => {
  const application = await newApplication(sentinel);
  const own = await signedInWith(sentinel, application, await newVisitor(sentinel));
  const strangers = [await newApplication(sentinel), await newApplication(sentinel, { isPublic: true }), undefined];
  for (const token of [own.access_token, own.refresh_token]) {
    for (const stranger of strangers) assert.equal(await revoke(token, stranger), 200);
    assert.equal(await revoke(token, undefined, { client_id: application.id }), 401);
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await sentinel.fetch("/logout", { method: "POST", headers })).status, 204);
  }
  assert.equal((await introspect(application, own.access_token)).active, true);
  const login = await sentinel.login("grace");
  for (const token of [login.access_token, login.refresh_token]) assert.equal(await revoke(token, application), 200);
  const headers = { authorization: `Bearer ${login.access_token}` };
  assert.equal((await sentinel.fetch("/users/me", { headers })).status, 200);
  assert.equal(await isLive(application, own.refresh_token), true);
});

test("POST /oauth/revoke ends the session of a public client by its client_id, and without it", async () => {
  const open = await newApplication(sentinel, { isPublic: true });
  const visitor = await newVisitor(sentinel);
  for (const by of [open, undefined]) {
    for (const kind of ["access_token", "refresh_token"] as const) {
      const tokens = await signedInWith(sentinel, open, visitor);
      assert.equal(await revoke(tokens[kind], by), 200);
      assert.equal(await isLive(open, tokens.refresh_token), false);
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      assert.equal((await sentinel.fetch("/oauth/userinfo", { headers })).status, 401);
    }
  }
});

test("T252 POST /oauth/introspect answers an API's client about tokens of applications for it, with what they give now", async () => {
  const api = await newClient(sentinel, { grant_types: [], resources: [documents], own_api: false });
  const application = await newApplication(sentinel, { scopes, resources: [documents] });
  const visitor = await newVisitor(sentinel, { roles: [reader] });
  const tokens = await signedInWith(sentinel, application, visitor, { scopes, resources: [documents] });
  const { iat, exp, jti, sid, auth_time, ...facts } = await introspect(api, tokens.access_token);
  assert.deepEqual(facts, {
    active: true,
    token_type: "Bearer",
    client_id: application.id,
    sub: visitor.userId,
    scope: "documents:read users:read",
    iss: issuer,
    aud: documents,
    acr: "aal1",
  });
  assert.deepEqual([exp - iat, typeof jti, typeof sid], [600, "string", "string"]);
  assert.equal(auth_time, decodeJwt(tokens.access_token).auth_time, "RFC 9470 §6.2");
  assert.deepEqual(await introspect(application, tokens.access_token), { iat, exp, jti, sid, auth_time, ...facts });
  await sentinel.grants.revoke(visitor.userId, reader, () => Promise.resolve(), localActor);
  assert.equal(
    (await introspect(api, tokens.access_token)).scope,
    "documents:read",
    "a lost permission counts at once",
  );

  const others = [
    tokens.refresh_token,
    tokens.id_token,
    (await signedInWith(sentinel, application, visitor)).access_token,
  ];
  for (const other of others) assert.deepEqual(await introspect(api, other), { active: false });
  await revoke(tokens.access_token, application);
  assert.deepEqual(await introspect(api, tokens.access_token), { active: false });
});

test("POST /oauth/introspect answers an application about its refresh tokens, and others with the permission about all", async () => {
  const application = await newApplication(sentinel);
  const visitor = await newVisitor(sentinel);
  const { refresh_token } = await signedInWith(sentinel, application, visitor, { scopes: ["openid", "email"] });
  const { iat, exp, sid, ...facts } = await introspect(application, refresh_token);
  const expected = { active: true, client_id: application.id, sub: visitor.userId, scope: "openid email", iss: issuer };
  assert.deepEqual(facts, expected);
  assert.deepEqual([exp > iat, typeof sid], [true, "string"]);
  assert.deepEqual(await introspect(await newApplication(sentinel), refresh_token), { active: false });
  const asAda = async () =>
    await (await sentinel.fetch("/oauth/introspect", { form: { token: refresh_token } }, "ada")).json();
  assert.equal((await asAda()).client_id, application.id);
  assert.equal(await isLive(application, refresh_token), true);
  assert.deepEqual(await introspect(application, refresh_token), { active: false }, "it was used");
  assert.deepEqual(await asAda(), { active: false });
});
