import assert from "node:assert/strict";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { hash } from "node:crypto";
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
import { newApis } from "../../testing/people/clients.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
const { reader, documents, pictures } = await newApis(sentinel);

const application = await newApplication(sentinel);
const keySet = async () => createLocalJWKSet(await (await sentinel.fetch("/.well-known/jwks.json")).json());
const invalidGrant = [400, "invalid_grant"];

const sessionsOf = ({ userId }: Visitor) =>
  db.query<{ id: string; is_revoked: boolean }>(
    "test",
    "select id, revoked_at is not null as is_revoked from sessions where user_id = $1 and kind = 'client'",
    [userId],
  );

const reasonsOf = async ({ id }: Application) => {
  await sentinel.clientRefusals.flush();
  return (await sentinel.clientRefusals.list(id)).map(({ reason }) => reason);
};

test("T249 POST /oauth/token exchanges a code for an access token of the userinfo endpoint, an id_token and a refresh token", async () => {
  for (const alg of ["RS256", "ES256"] as const) {
    const own = await newApplication(sentinel, { id_token_signed_response_alg: alg });
    const visitor = await newVisitor(sentinel, { roles: [reader] });
    const code = await newCode(sentinel, own, visitor, {
      scopes: ["openid", "profile", "email", "roles"],
      nonce: "n-0S6_WzA2Mj",
    });
    const answer = await exchangeCode(sentinel, own, code);
    assert.deepEqual([answer.status, answer.headers.get("cache-control")], [200, "no-store"]);
    const { access_token, refresh_token, id_token, ...rest } = await answer.json();
    assert.deepEqual(rest, { token_type: "bearer", expires_in: 600, scope: "openid profile email roles" });
    assert.match(refresh_token, /^snt_crt_/);

    const sid = (await sessionsOf(visitor))[0]!.id;
    const audience = `${issuer}/oauth/userinfo`;
    const access = await jwtVerify(access_token, await keySet(), { issuer, audience, typ: "at+jwt" });
    const { auth_time, iat, exp, jti, ...claims } = access.payload;
    assert.deepEqual(claims, {
      iss: issuer,
      aud: audience,
      sub: visitor.userId,
      sid,
      client_id: own.id,
      scope: rest.scope,
      acr: "aal1",
    });
    assert.equal(typeof jti, "string");
    assert.equal(exp! - iat!, 600);
    assert.ok(Number.isSafeInteger(auth_time) && (auth_time as number) < iat!);

    const { payload, protectedHeader } = await jwtVerify(id_token, await keySet(), { issuer, audience: own.id });
    const { at_hash, sid: rpSid, iat: issued, exp: ends, ...said } = payload;
    assert.equal(protectedHeader.alg, alg);
    assert.equal(at_hash, hash("sha256", access_token, "buffer").subarray(0, 16).toString("base64url"));
    assert.notEqual(rpSid, sid, "applications cannot recognise one session by its access tokens");
    assert.deepEqual([ends! - issued!, issued], [600, iat]);
    const [user] = await db.query<{ username: string }>("test", "select username from users where id = $1", [
      visitor.userId,
    ]);
    assert.deepEqual(said, {
      iss: issuer,
      aud: own.id,
      sub: visitor.userId,
      auth_time,
      acr: "aal1",
      amr: ["pwd"],
      nonce: "n-0S6_WzA2Mj",
      preferred_username: user!.username,
      email: `${user!.username}@example.com`,
      email_verified: false,
      roles: [reader],
    });
  }
});

test("POST /oauth/token gives an application only what it was granted: no id_token, no refresh token, no claims", async () => {
  const without = await newApplication(sentinel, { grant_types: ["authorization_code"] });
  const visitor = await newVisitor(sentinel);
  const tokens = await signedInWith(sentinel, without, visitor, { scopes: ["profile"], nonce: "x" });
  assert.deepEqual(Object.keys(tokens).toSorted(), ["access_token", "expires_in", "scope", "token_type"]);
  const { id_token } = await signedInWith(sentinel, application, visitor, { scopes: ["openid"] });
  const claims = Object.keys(decodeJwt(id_token)).toSorted();
  assert.deepEqual(claims, ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "sid", "sub"]);
});

test("POST /oauth/token takes an exchange by Basic, with the secret in the form, and of a public client by its id", async () => {
  const visitor = await newVisitor(sentinel);
  const { code, verifier } = await newCode(sentinel, application, visitor);
  const form = {
    ...{ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: application.redirectUri },
    ...{ client_id: application.id },
  };
  assert.deepEqual(await errorOf(await sentinel.fetch("/oauth/token", { form })), [401, "invalid_client"]);
  const { client_id: _, ...nobody } = form;
  assert.deepEqual(await errorOf(await sentinel.fetch("/oauth/token", { form: nobody })), [401, "invalid_client"]);
  const posted = await sentinel.fetch("/oauth/token", { form: { ...form, client_secret: application.secret } });
  assert.equal(posted.status, 200);
  const open = await newApplication(sentinel, { isPublic: true });
  assert.equal((await exchangeCode(sentinel, open, await newCode(sentinel, open, visitor))).status, 200);
});

test("T232 T235 POST /oauth/token refuses a code with anything else than what it was issued with, and neither the code nor what it gave ends", async () => {
  const own = await newApplication(sentinel);
  const other = await newApplication(sentinel);
  const visitor = await newVisitor(sentinel);
  const given = await newCode(sentinel, own, visitor);
  const { code, verifier } = given;
  const end = verifier.at(-1) === "A" ? "B" : "A";
  const refused: [what: string, asked: () => Promise<Response>, reason?: string][] = [
    ["by another client", () => exchangeCode(sentinel, other, given)],
    [
      "another redirect_uri",
      () => exchangeCode(sentinel, own, given, { redirect_uri: "https://other.example.com/callback" }),
      "redirect_uri is not that of the authorization request",
    ],
    [
      "a longer redirect_uri",
      () => exchangeCode(sentinel, own, given, { redirect_uri: `${own.redirectUri}/` }),
      "redirect_uri is not that of the authorization request",
    ],
    [
      "another verifier",
      () => exchangeCode(sentinel, own, { code, verifier: verifier.slice(0, -1) + end }),
      "code_verifier does not match",
    ],
    [
      "the challenge as verifier",
      () => exchangeCode(sentinel, own, { code, verifier: hash("sha256", verifier, "base64url") }),
      "code_verifier does not match",
    ],
    ["no verifier", () => exchangeCode(sentinel, own, { code, verifier: "" }), "code_verifier is missing"],
    [
      "another secret",
      () => exchangeCode(sentinel, own, { code: `${code.slice(0, -1)}${code.at(-1) === "0" ? "1" : "0"}`, verifier }),
      "unknown code",
    ],
    ["no code at all", () => exchangeCode(sentinel, own, { code: "hunter2", verifier }), "unknown code"],
    ["another kind of secret", () => exchangeCode(sentinel, own, { code: own.secret, verifier }), "unknown code"],
  ];
  for (const [what, ask, reason] of refused) {
    const answer = await ask();
    const { error, error_description } = await answer.json();
    assert.deepEqual([answer.status, error], invalidGrant, what);
    if (reason === undefined) continue;
    assert.equal(error_description.toLowerCase(), `${reason}.`.toLowerCase(), what);
    assert.ok((await reasonsOf(own)).includes(reason), what);
  }
  assert.deepEqual(await reasonsOf(other), ["the code was issued to another client"]);
  assert.deepEqual(await sessionsOf(visitor), []);

  const { access_token } = await (await exchangeCode(sentinel, own, given)).json();
  for (const [what, ask] of refused) assert.deepEqual(await errorOf(await ask()), invalidGrant, `${what}, once used`);
  assert.deepEqual((await sessionsOf(visitor)).map((session) => session.is_revoked), [false]);
  const userinfo = await sentinel.fetch("/oauth/userinfo", { headers: { authorization: `Bearer ${access_token}` } });
  assert.equal(userinfo.status, 200);
});

test("T232 POST /oauth/token refuses a verifier for a code without a challenge, and exchanges it without one", async () => {
  const visitor = await newVisitor(sentinel);
  const { code, verifier } = await newCode(sentinel, application, visitor, { codeChallenge: undefined });
  assert.deepEqual(await errorOf(await exchangeCode(sentinel, application, { code, verifier })), invalidGrant);
  assert.equal((await exchangeCode(sentinel, application, { code, verifier: "" })).status, 200);
});

test("T235 POST /oauth/token refuses a code after 60 s", async () => {
  const own = await newApplication(sentinel);
  const visitor = await newVisitor(sentinel);
  for (const [age, status] of [[59, 200], [60, 400]] as const) {
    const given = await newCode(sentinel, own, visitor);
    await db.query(
      "test",
      "update tickets set expires_at = expires_at - make_interval(secs => $2) where session_id = $1 and consumed_at is null",
      [visitor.sessionId, age],
    );
    assert.equal((await exchangeCode(sentinel, own, given)).status, status, `${age} s`);
  }
  assert.deepEqual(await reasonsOf(own), ["the code has expired"]);
});

test("T233 POST /oauth/token refuses a code that was used, and revokes what the first use gave", async () => {
  const visitor = await newVisitor(sentinel);
  const given = await newCode(sentinel, application, visitor);
  const { access_token, refresh_token } = await (await exchangeCode(sentinel, application, given)).json();
  const other = await newApplication(sentinel);
  assert.deepEqual(await errorOf(await exchangeCode(sentinel, other, given)), invalidGrant);
  const forged = {
    ...given,
    code: given.code.slice(0, 40) + (given.code[40] === "a" ? "b" : "a") + given.code.slice(41),
  };
  assert.deepEqual(await errorOf(await exchangeCode(sentinel, application, forged)), invalidGrant);
  assert.equal((await sessionsOf(visitor))[0]!.is_revoked, false, "who has not the right secret revokes nothing");

  await db.query(
    "test",
    "update tickets set consumed_at = now() - interval '30 s', expires_at = now() where session_id = $1",
    [visitor.sessionId],
  );
  assert.deepEqual(await errorOf(await exchangeCode(sentinel, application, given)), invalidGrant);
  const [session] = await sessionsOf(visitor);
  assert.equal(session!.is_revoked, true);
  const userinfo = await sentinel.fetch("/oauth/userinfo", { headers: { authorization: `Bearer ${access_token}` } });
  assert.equal(userinfo.status, 401);
  assert.deepEqual(
    await errorOf(await askAs(sentinel, application, { grant_type: "refresh_token", refresh_token })),
    invalidGrant,
  );
  const events = await db.query<{ action: string; outcome: string }>(
    "test",
    "select action, outcome from audit_events where subject_id = $1 order by id",
    [session!.id],
  );
  assert.deepEqual(events, [
    { action: "session.created", outcome: "success" },
    { action: "session.code_reused", outcome: "failure" },
  ]);
});

test("POST /oauth/token refuses a code once the sign-in, the user, the client or the consent has ended", async () => {
  const ends: [what: string, own: Application, deed: (visitor: Visitor) => Promise<unknown>, status: number][] = [
    [
      "sign-out",
      application,
      ({ sessionId }) => db.query("test", "update sessions set revoked_at = now() where id = $1", [sessionId]),
      400,
    ],
    [
      "disabled user",
      application,
      ({ userId }) => sentinel.users.change(userId, { disabled: true }, whateverTheState, localActor),
      400,
    ],
    [
      "another password",
      application,
      ({ userId }) => sentinel.users.change(userId, { password: "quite another one 7" }, whateverTheState, localActor),
      400,
    ],
    ["no consent", await newApplication(sentinel, { first_party: false }), () => Promise.resolve(), 400],
    ["deleted user", application, ({ userId }) => sentinel.users.remove(userId, whateverTheState, localActor), 400],
  ];
  const disabled = await newApplication(sentinel);
  ends.push([
    "disabled client",
    disabled,
    () => sentinel.oauthClients.change(disabled.id, { disabled: true }, whateverTheState, localActor),
    401,
  ]);
  for (const [what, own, deed, status] of ends) {
    const visitor = await newVisitor(sentinel);
    const given = await newCode(sentinel, own, visitor);
    await deed(visitor);
    assert.equal((await exchangeCode(sentinel, own, given)).status, status, what);
    assert.deepEqual(await sessionsOf(visitor), [], what);
  }
});

test("POST /oauth/token takes a code with consent, as a session of the application that is in the audit log", async () => {
  const own = await newApplication(sentinel, { first_party: false });
  const visitor = await newVisitor(sentinel);
  const consent = { userId: visitor.userId, clientId: own.id, scopes: ["openid"], resources: [] };
  await db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
  assert.equal((await exchangeCode(sentinel, own, await newCode(sentinel, own, visitor))).status, 200);
  const [event] = await db.query(
    "test",
    "select actor_id, action, facts ->> 'by_client' as by_client from audit_events where subject_id = $1",
    [(await sessionsOf(visitor))[0]!.id],
  );
  assert.deepEqual(event, { actor_id: visitor.userId, action: "session.created", by_client: own.id });
});

test("T257 POST /oauth/token issues each token for one API: the only one granted, or the one that resource names (RFC 8707)", async () => {
  const scopes = ["openid", "documents:read", "pictures:read", "users:read", "roles:read"];
  const own = await newApplication(sentinel, { scopes, resources: [documents, pictures], own_api: true });
  const visitor = await newVisitor(sentinel, { roles: [reader] });
  const ask = async (resources: string[], resource: string[] = []) => {
    const answer = await exchangeCode(sentinel, own, await newCode(sentinel, own, visitor, { scopes, resources }), {
      resource,
    });
    const { access_token, error, scope } = await answer.json();
    return error ?? [decodeJwt(access_token).aud, scope];
  };
  assert.deepEqual(await ask([]), [`${issuer}/oauth/userinfo`, "openid"]);
  assert.deepEqual(await ask([documents]), [documents, "documents:read users:read"]);
  assert.deepEqual(await ask([documents, pictures], [pictures]), [pictures, "pictures:read"]);
  assert.deepEqual(await ask([issuer]), [issuer, "users:read"], "of permissions those that the user holds");
  assert.equal(await ask([documents, pictures]), "invalid_target");
  assert.equal(await ask([documents, pictures], [documents, pictures]), "invalid_target");
  assert.equal(await ask([documents], [pictures]), "invalid_target");
  assert.equal(await ask([], [documents]), "invalid_target");
  assert.equal(await ask([documents], ["https://elsewhere.example.com"]), "invalid_target");

  const { access_token } = await signedInWith(sentinel, own, visitor, { scopes, resources: [issuer] });
  const call = async (path: string, token: string) =>
    (await sentinel.fetch(path, { headers: { authorization: `Bearer ${token}` } })).status;
  assert.deepEqual([await call("/users", access_token), await call("/roles", access_token)], [200, 403]);
  const foreign = await signedInWith(sentinel, own, visitor, { scopes, resources: [documents] });
  assert.deepEqual([await call("/users", foreign.access_token), await call("/oauth/userinfo", foreign.access_token)], [
    401,
    401,
  ]);
  const narrow = await signedInWith(sentinel, own, visitor, { scopes });
  assert.deepEqual([await call("/users/me", narrow.access_token), await call("/oauth/userinfo", narrow.access_token)], [
    401,
    200,
  ]);
});

test("POST /oauth/token refuses a client without the grant type, and a request without its parameters", async () => {
  const visitor = await newVisitor(sentinel);
  const without = await newApplication(sentinel, { grant_types: [], redirect_uris: [] });
  assert.deepEqual(await errorOf(await exchangeCode(sentinel, without, await newCode(sentinel, without, visitor))), [
    400,
    "unauthorized_client",
  ]);
  for (const name of ["code", "redirect_uri"]) {
    const answer = await exchangeCode(sentinel, application, await newCode(sentinel, application, visitor), {
      [name]: "",
    });
    assert.deepEqual(await errorOf(answer), [400, "invalid_request"], name);
  }
});
