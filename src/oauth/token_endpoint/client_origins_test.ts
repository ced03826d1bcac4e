import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { exchangeCode, newApplication, newCode, newVisitor, signedInWith } from "../../testing/people/applications.ts";
import { basic } from "../../testing/people/clients.ts";

// What pages of other origins may read (Fetch §3.2); SENTINEL_CORS_ORIGINS is empty.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const open = await newApplication(sentinel, { isPublic: true });
const confidential = await newApplication(sentinel, { redirect_uris: ["https://archive.example.com/callback"] });
const own = new URL(open.redirectUri).origin;
const strangers = [
  ...["https://evil.example", `${own}.evil.example`, `${own}:8443`, `${own}/`, own.toUpperCase(), "null", ""],
  ...[own.replace("https", "http"), new URL(confidential.redirectUri).origin],
];

const readers = async (path: string, init: () => Init | Promise<Init>, origin: string) => {
  const { headers, ...rest } = await init();
  const response = await sentinel.fetch(path, { ...rest, headers: { ...headers as Record<string, string>, origin } });
  await response.body?.cancel();
  const readBy = response.headers.get("access-control-allow-origin");
  const withCookies = response.headers.get("access-control-allow-credentials");
  assert.equal(withCookies, readBy === null || readBy === "*" ? null : "true", "keycloak-js sends cookies along");
  return [response.status, readBy];
};

const visitor = await newVisitor(sentinel);
const tokens = await signedInWith(sentinel, open, await newVisitor(sentinel)); // whose session no other sign-in replaces
const client_id = open.id;

const requests: Record<string, [path: string, init: () => Init | Promise<Init>, status: number]> = {
  "an exchange": ["/oauth/token", async () => {
    const { code, verifier } = await newCode(sentinel, open, visitor);
    const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: open.redirectUri };
    return { form: { ...form, client_id } };
  }, 200],
  "a refused exchange": [
    "/oauth/token",
    () => ({ form: { grant_type: "authorization_code", code: "x", redirect_uri: "x", client_id } }),
    400,
  ],
  "a refresh": ["/oauth/token", async () => {
    const { refresh_token } = await signedInWith(sentinel, open, visitor);
    return { form: { grant_type: "refresh_token", refresh_token, client_id } };
  }, 200],
  "userinfo": ["/oauth/userinfo", () => ({ headers: { authorization: `Bearer ${tokens.access_token}` } }), 200],
  "userinfo by a form": ["/oauth/userinfo", () => ({ form: { access_token: tokens.access_token } }), 200],
  "a revocation": ["/oauth/revoke", () => ({ form: { token: "x", client_id } }), 200],
};

for (const [what, [path, init, status]] of Object.entries(requests)) {
  test(`the pages of a public client may read the answer to ${what}, and no others`, async () => {
    assert.deepEqual(await readers(path, init, own), [status, own]);
    for (const stranger of strangers) assert.deepEqual(await readers(path, init, stranger), [status, null], stranger);
  });
}

test("no page may read what a client with a secret gets", async () => {
  const origin = new URL(confidential.redirectUri).origin;
  const { code, verifier } = await newCode(sentinel, confidential, visitor);
  const form = { grant_type: "authorization_code", code, code_verifier: verifier };
  const init = () => ({ form: { ...form, redirect_uri: confidential.redirectUri }, headers: basic(confidential) });
  assert.deepEqual(await readers("/oauth/token", init, origin), [200, null]);
  const { access_token } = await signedInWith(sentinel, confidential, visitor);
  const userinfo = () => ({ headers: { authorization: `Bearer ${access_token}` } });
  assert.deepEqual(await readers("/oauth/userinfo", userinfo, origin), [200, null]);
});

test("pages of every origin may send the requests of OAuth, and read discovery and the keys", async () => {
  const headers = { origin: "https://anyone.example", "access-control-request-method": "POST" };
  const openPaths = [
    ...["/oauth/token", "/oauth/revoke", "/oauth/userinfo"],
    ...["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"],
  ];
  for (const path of openPaths) {
    const answer = await sentinel.fetch(path, { method: "OPTIONS", headers });
    assert.equal(answer.status, 204, path);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.match(answer.headers.get("access-control-allow-headers")!, /authorization, content-type, dpop/);
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
  }
  for (const path of openPaths.slice(3)) {
    assert.deepEqual(await readers(path, () => ({}), "https://anyone.example"), [200, "*"]);
  }
  for (const path of ["/login", "/users/me", "/oauth/introspect", "/oauth/authorize"]) {
    const refused = await sentinel.fetch(path, { method: "OPTIONS", headers });
    assert.equal(refused.headers.get("access-control-allow-origin"), null, path);
  }
});

test("answers that pages may read vary by the origin, and others do not", async () => {
  const answer = await exchangeCode(sentinel, open, await newCode(sentinel, open, visitor));
  assert.equal(answer.headers.get("vary"), "Origin");
  assert.equal((await sentinel.fetch("/livez")).headers.get("vary"), null);
});
