import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newSession, sessionToken } from "../../testing/people/client_sessions.ts";
import { newApiResource, newClient } from "../../testing/people/clients.ts";
import { createRole, newcomer } from "../../testing/people/people.ts";
import { statusOf } from "../../testing/people/sessions.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { whenTrusted } from "../../testing/traffic/traces.ts";
import { userinfoAudience } from "../../tokens/access_tokens/access_token.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, settings, authentication } = sentinel;
const issuer = settings.SENTINEL_PUBLIC_URL;
const reader = await createRole(sentinel, { permissions: ["users:read"] });

/** A user who signed in with a client, and what a token of this sign-in names. */
async function signedIn(scopes = ["users:read"]) {
  const user = await newcomer(sentinel, { roles: [reader] });
  const client = await newClient(sentinel, { scopes });
  const sid = await newSession(sentinel, { userId: user.id, kind: "client", clientId: client.id, scopes });
  return { sub: user.id, sid, client_id: client.id, scope: scopes.join(" ") };
}

const statusOfUserinfo = (token: string) => refusalOf(() => authentication.authenticateForUserinfo(token));

/** 200, or the code of the refusal. */
async function refusalOf(ask: () => unknown): Promise<number | string> {
  try {
    await ask();
    return 200;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test("a token of a client's session gives what the user may do, as far as its scopes go, and nothing of the own account", async () => {
  const claims = await signedIn();
  const token = await sessionToken(sentinel, claims);
  assert.equal(await statusOf(sentinel, token), 200);
  assert.equal(await statusOf(sentinel, token, "/users"), 200);
  assert.equal(await statusOf(sentinel, token, "/roles"), 403, "neither the user nor the token may");
  const narrow = await sessionToken(sentinel, { ...claims, scope: "roles:read" });
  assert.equal(await statusOf(sentinel, narrow, "/users"), 403, "the user may, the token not");
  assert.equal(await statusOf(sentinel, narrow, "/roles"), 403, "the token may, the user not");
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await sentinel.fetch("/users/me/sessions", { method: "DELETE", headers })).status, 403);
  const password = await sentinel.fetch("/users/me/password", {
    method: "PUT",
    json: { current_password: "x", new_password: "correct horse battery staple" },
    headers,
  });
  assert.equal(password.status, 403);
  const principal = await authentication.authenticate(token);
  assert.deepEqual(
    [principal.session!.id, principal.client!.id, [...principal.scopes!]],
    [claims.sid, claims.client_id, ["users:read"]],
  );
});

const anyState = () => true;
const ends: [what: string, end: (claims: { sub: string; sid: string; client_id: string }) => Promise<unknown>][] = [
  ["its session is revoked", ({ sid }) => sentinel.sessionRevocation.endSession(sid, localActor)],
  [
    "its user's sessions are revoked",
    ({ sub }) => sentinel.sessionRevocation.revokeSessionsAsAdministrator(sub, localActor),
  ],
  [
    "its client is disabled",
    ({ client_id: id }) => sentinel.oauthClients.change(id, { disabled: true }, anyState, localActor),
  ],
  ["its client is deleted", ({ client_id: id }) => sentinel.oauthClients.remove(id, anyState, localActor)],
  ["its client's tokens are ended", ({ client_id: id }) => sentinel.oauthClients.endTokens(id, localActor)],
  ["its user is disabled", async ({ sub }) => {
    await db.query("test", "update users set disabled_at = now() where id = $1", [sub]);
    sentinel.principals.forgetUser(sub);
  }],
  ["its session has expired", async ({ sid }) => {
    await db.query("test", "update sessions set expires_at = now() where id = $1", [sid]);
    sentinel.principals.forgetSession(sid);
  }],
];

for (const [what, end] of ends) {
  test(`T248 a token of a client's session is refused on the next request after ${what}`, async () => {
    const claims = await signedIn();
    const [own, userinfo] = [
      await sessionToken(sentinel, claims),
      await sessionToken(sentinel, { ...claims, aud: userinfoAudience(issuer) }),
    ];
    assert.deepEqual([await statusOf(sentinel, own), await statusOfUserinfo(userinfo)], [200, 200]);
    await end(claims);
    assert.deepEqual([await statusOf(sentinel, own), await statusOfUserinfo(userinfo)], [401, "invalid_token"]);
  });
}

test("a token counts only with a session of its own kind, its user and its client", async () => {
  const claims = await signedIn();
  const userId = claims.sub;
  const [other, api, browser] = [
    await signedIn(),
    await newSession(sentinel, { userId, kind: "api" }),
    await newSession(sentinel, { userId, kind: "browser" }),
  ];
  const cases: Record<string, Partial<typeof claims>> = {
    "with the session of a login": { sid: api },
    "with the session of a browser": { sid: browser },
    "with the session of another user and client": { sid: other.sid },
    "with another client": { client_id: other.client_id },
    "with another user": { sub: other.sub },
    "with no session": { sid: crypto.randomUUID() },
  };
  for (const [what, changed] of Object.entries(cases)) {
    assert.equal(await statusOf(sentinel, await sessionToken(sentinel, { ...claims, ...changed })), 401, what);
  }
  const iat = Math.floor(Date.now() / 1000);
  for (const [sid, status] of [[api, 200], [browser, 401], [claims.sid, 401]] as const) {
    const jti = crypto.randomUUID();
    const signIn = { auth_time: iat, acr: "aal1" } as const;
    const token = await sentinel.tokens.sign({ sub: userId, sid, jti, iat, exp: iat + 600, ...signIn, roles: [] });
    assert.equal(await statusOf(sentinel, token), status, "a token without scopes is for a session of a login");
  }
});

test("T257 a token for one audience counts nowhere else, also once its signature is in memory", async () => {
  const claims = await signedIn();
  const documents = `https://${crypto.randomUUID()}.example.com`;
  await newApiResource(sentinel, { uri: documents });
  const rows: [aud: string, alg: "EdDSA" | "ES256", own: number, userinfo: number | string][] = [
    [issuer, "EdDSA", 200, "invalid_token"],
    [userinfoAudience(issuer), "EdDSA", 401, 200],
    [documents, "ES256", 401, "invalid_token"],
    [issuer, "ES256", 401, "invalid_token"],
    [userinfoAudience(issuer), "ES256", 401, "invalid_token"],
    [`${issuer}/`, "EdDSA", 401, "invalid_token"],
    [`${userinfoAudience(issuer)}/`, "EdDSA", 401, "invalid_token"],
  ];
  for (const [aud, alg, own, userinfo] of rows) {
    const token = await sessionToken(sentinel, { ...claims, aud }, alg);
    for (let n = 0; n < 2; n++) {
      assert.deepEqual(
        [await statusOf(sentinel, token), await statusOfUserinfo(token)],
        [own, userinfo],
        `${aud} ${alg}`,
      );
    }
  }
  const ofLogin = await sentinel.tokenOf("grace");
  assert.equal(await statusOfUserinfo(ofLogin), "invalid_token");
});

test("a token of a client's session needs the time of the sign-in, and no token has it without a session", async () => {
  const claims = await signedIn();
  const { sid: _, ...alone } = claims;
  for (const changed of [{ auth_time: undefined }, { auth_time: 1.5 }, { auth_time: "1" as never }]) {
    assert.equal(await statusOf(sentinel, await sessionToken(sentinel, { ...claims, ...changed })), 401);
  }
  const token = await sessionToken(sentinel, { ...alone, sid: undefined as never });
  assert.equal(await statusOf(sentinel, token), 401);
});

test("a known token of a client's session costs no statement", async () => {
  await whenTrusted(sentinel);
  const token = await sessionToken(sentinel, await signedIn());
  const ask = async () => assert.equal(await statusOf(sentinel, token), 200);
  await ask();
  assert.deepEqual(await statementsOf(() => Promise.all(Array.from({ length: 20 }, ask))), {});
});
