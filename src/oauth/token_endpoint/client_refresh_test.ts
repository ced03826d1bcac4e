import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  type Application,
  askAs,
  errorOf,
  exchangeCode,
  newApplication,
  newCode,
  newVisitor,
  signedInWith,
  type Visitor,
} from "../../testing/people/applications.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { newApis } from "../../testing/people/clients.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const { reader, documents, pictures } = await newApis(sentinel, { scopes: ["documents:read", "documents:write"] });
const scopes = ["openid", "profile", "documents:read", "documents:write", "pictures:read", "users:read"];

const invalidGrant = [400, "invalid_grant"];

const refresh = (application: Application, refresh_token: string, more: Record<string, string | string[]> = {}) =>
  askAs(sentinel, application, { grant_type: "refresh_token", refresh_token, ...more });

const sessionOf = async ({ userId }: Visitor) =>
  (await db.query<{ refresh_counter: string; revoked_at: Date | null }>(
    "test",
    "select refresh_counter, revoked_at from sessions where user_id = $1 and kind = 'client'",
    [userId],
  ))[0]!;

test("T249 POST /oauth/token refreshes with an id_token of the same sign-in, without a nonce, unless the client wants none", async () => {
  for (const refresh_id_token of [true, false]) {
    const application = await newApplication(sentinel, { refresh_id_token });
    const visitor = await newVisitor(sentinel);
    const granted = { scopes: ["openid", "profile"], nonce: "once" };
    const first = await signedInWith(sentinel, application, visitor, granted);
    const answer = await refresh(application, first.refresh_token);
    assert.deepEqual([answer.status, answer.headers.get("cache-control")], [200, "no-store"]);
    const { access_token, refresh_token, id_token, ...rest } = await answer.json();
    assert.deepEqual(rest, { token_type: "bearer", expires_in: 600, scope: "openid profile" });
    assert.notEqual(refresh_token, first.refresh_token);
    assert.equal(decodeJwt(access_token).sid, decodeJwt(first.access_token).sid);
    if (!refresh_id_token) {
      assert.equal(id_token, undefined);
      continue;
    }
    const { iat, exp, at_hash, ...claims } = decodeJwt(id_token);
    const { iat: _1, exp: _2, at_hash: earlier, nonce, ...before } = decodeJwt(first.id_token);
    assert.deepEqual(claims, before);
    assert.deepEqual([nonce, exp! - iat!, at_hash === earlier], ["once", 600, false]);
  }
});

test("POST /oauth/token narrows a refresh to fewer scopes and one API, and the next one gets all again (RFC 6749 §6)", async () => {
  const application = await newApplication(sentinel, { scopes, resources: [documents, pictures], own_api: true });
  const visitor = await newVisitor(sentinel, { roles: [reader] });
  const resources = [documents, pictures];
  const granted = { scopes: ["openid", "documents:read", "documents:write", "pictures:read"], resources };
  const code = await newCode(sentinel, application, visitor, granted);
  let token = (await (await exchangeCode(sentinel, application, code, { resource: documents })).json()).refresh_token;
  const ask = async (more: Record<string, string | string[]>) => {
    const answer = await (await refresh(application, token, more)).json();
    if (answer.error) return answer.error;
    token = answer.refresh_token;
    return [decodeJwt(answer.access_token).aud, answer.scope, decodeJwt(answer.access_token).scope === answer.scope];
  };
  assert.deepEqual(await ask({ resource: documents, scope: "documents:read" }), [documents, "documents:read", true]);
  assert.deepEqual(await ask({ resource: documents }), [documents, "documents:read documents:write", true]);
  assert.deepEqual(await ask({ resource: pictures }), [pictures, "pictures:read", true]);
  for (const scope of ["users:read", "profile", "documents:read  pictures:read", "documents:read users:read"]) {
    assert.equal(await ask({ resource: documents, scope }), "invalid_scope", scope);
  }
  assert.equal(await ask({}), "invalid_target");
  assert.equal(await ask({ resource: sentinel.settings.SENTINEL_PUBLIC_URL }), "invalid_target");
  assert.deepEqual(
    await ask({ resource: pictures }),
    [pictures, "pictures:read", true],
    "the refused requests cost nothing",
  );
});

test("T237 POST /oauth/token refuses a refresh token without its client, by another one, and of a login; nothing changes", async () => {
  const application = await newApplication(sentinel);
  const open = await newApplication(sentinel, { isPublic: true });
  const visitor = await newVisitor(sentinel);
  const { refresh_token } = await signedInWith(sentinel, application, visitor);
  const before = await sessionOf(visitor);
  const alone = { grant_type: "refresh_token", refresh_token };
  assert.deepEqual(await errorOf(await sentinel.fetch("/oauth/token", { form: alone })), [401, "invalid_client"]);
  const named = { ...alone, client_id: application.id };
  assert.deepEqual(await errorOf(await sentinel.fetch("/oauth/token", { form: named })), [401, "invalid_client"]);
  for (const other of [await newApplication(sentinel), open]) {
    for (let n = 0; n < 5; n++) assert.deepEqual(await errorOf(await refresh(other, refresh_token)), invalidGrant);
  }
  const ofLogin = (await sentinel.login("grace")).refresh_token;
  assert.deepEqual(await errorOf(await refresh(application, ofLogin)), invalidGrant);
  assert.deepEqual(await sessionOf(visitor), before);
  assert.equal((await refresh(application, refresh_token)).status, 200);
  const again = await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token: ofLogin } });
  assert.equal(again.status, 200);
});

test("POST /oauth/token rotates the refresh tokens of a public client, and ends the session of one that was stolen", async () => {
  const open = await newApplication(sentinel, { isPublic: true });
  const visitor = await newVisitor(sentinel);
  const tokens = [(await signedInWith(sentinel, open, visitor)).refresh_token];
  for (let n = 0; n < 4; n++) tokens.push((await (await refresh(open, tokens.at(-1)!)).json()).refresh_token);
  assert.equal(new Set(tokens).size, 5);
  assert.deepEqual(await errorOf(await refresh(open, tokens[0]!)), invalidGrant);
  assert.notEqual((await sessionOf(visitor)).revoked_at, null);
  assert.deepEqual(await errorOf(await refresh(open, tokens.at(-1)!)), invalidGrant);
});

test("POST /oauth/token gives a client that lost a scope or an API nothing of it at the next refresh", async () => {
  const application = await newApplication(sentinel, {
    scopes: [...scopes, "email"],
    resources: [documents, pictures],
  });
  const visitor = await newVisitor(sentinel);
  const granted = { scopes: ["openid", "profile", "email"] };
  const { refresh_token } = await signedInWith(sentinel, application, visitor, granted);
  const ofApi = await signedInWith(sentinel, application, visitor, { scopes, resources: [documents] });
  const less = { scopes: ["openid", "profile"], resources: [] };
  await sentinel.oauthClients.change(application.id, less, whateverTheState, localActor);
  const { scope, id_token } = await (await refresh(application, refresh_token)).json();
  const { email, preferred_username } = decodeJwt(id_token);
  assert.deepEqual([scope, email, typeof preferred_username], ["openid profile", undefined, "string"]);
  assert.deepEqual(await errorOf(await refresh(application, ofApi.refresh_token, { resource: documents })), [
    400,
    "invalid_target",
  ]);
});

test("POST /oauth/token refuses a refresh by a client without the grant type", async () => {
  const application = await newApplication(sentinel);
  const { refresh_token } = await signedInWith(sentinel, application, await newVisitor(sentinel));
  await db.query("test", "update clients set grant_types = '{authorization_code}' where id = $1", [application.id]);
  sentinel.clients.forget(application.id);
  assert.deepEqual(await errorOf(await refresh(application, refresh_token)), [400, "unauthorized_client"]);
});
