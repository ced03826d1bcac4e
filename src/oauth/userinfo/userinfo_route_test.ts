import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApplication, newVisitor, signedInWith } from "../../testing/people/applications.ts";
import { createRole } from "../../testing/people/people.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { whenTrusted } from "../../testing/traffic/traces.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const role = await createRole(sentinel);
const application = await newApplication(sentinel);
const path = "/oauth/userinfo";
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const nameOf = async (userId: string) => (await sentinel.principals.user(userId))!.username!;

test("T248 GET and POST /oauth/userinfo answer the token of a sign-in, in the header or in the form, with the claims of its scopes", async () => {
  const visitor = await newVisitor(sentinel, { roles: [role] });
  const sub = visitor.userId;
  const name = await nameOf(sub);
  const email = { email: `${name}@example.com`, email_verified: false };
  const rows: [scopes: string[], claims: Record<string, unknown>][] = [
    [["openid"], {}],
    [["openid", "profile"], { preferred_username: name }],
    [["openid", "email"], email],
    [["openid", "roles"], { roles: [role] }],
    [["openid", "profile", "email", "roles", "offline_access"], { preferred_username: name, ...email, roles: [role] }],
  ];
  for (const [scopes, claims] of rows) {
    const { access_token } = await signedInWith(sentinel, application, visitor, { scopes });
    const answers = [
      await sentinel.fetch(path, bearer(access_token)),
      await sentinel.fetch(path, { method: "POST", ...bearer(access_token) }),
      await sentinel.fetch(path, { form: { access_token } }),
    ];
    for (const answer of answers) {
      assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "application/json"]);
      assert.deepEqual(await answer.json(), { sub, ...claims }, scopes.join(" "));
    }
  }
});

test("GET /oauth/userinfo answers what the user is now", async () => {
  const visitor = await newVisitor(sentinel);
  const { access_token } = await signedInWith(sentinel, application, visitor, { scopes: ["openid", "email", "roles"] });
  const ask = async () => await (await sentinel.fetch(path, bearer(access_token))).json();
  assert.deepEqual((await ask()).roles, []);
  await sentinel.grants.grant(visitor.userId, role, null, () => Promise.resolve(), localActor);
  await sentinel.users.change(visitor.userId, { email: "new@example.com" }, whateverTheState, localActor);
  const { email, email_verified, roles } = await ask();
  assert.deepEqual([email, email_verified, roles], ["new@example.com", false, [role]]);
});

test("T248 GET and POST /oauth/userinfo refuse every other token with a challenge (RFC 6750 §3)", async () => {
  const visitor = await newVisitor(sentinel);
  const { access_token, id_token, refresh_token } = await signedInWith(sentinel, application, visitor);
  const revoked = await signedInWith(sentinel, application, visitor);
  await sentinel.fetch("/oauth/revoke", {
    form: { token: revoked.refresh_token, client_id: application.id, client_secret: application.secret },
  });
  const others = {
    "an id_token": id_token,
    "a refresh token": refresh_token,
    "a revoked token": revoked.access_token,
    "the token of a login": await sentinel.tokenOf("grace"),
    "a changed token": `${access_token.slice(0, -8)}AAAAAAAA`,
    "the secret of a client": application.secret,
    "nothing": "",
  };
  for (const [what, token] of Object.entries(others)) {
    const sent = [bearer(token), { method: "POST", ...bearer(token) }, { form: { access_token: token } }];
    for (const init of sent) {
      const answer = await sentinel.fetch(path, init);
      const challenge = answer.headers.get("www-authenticate");
      assert.deepEqual([answer.status, challenge], [401, 'Bearer error="invalid_token"'], what);
    }
  }
  for (const init of [{}, { method: "POST" }, { form: { other: "x" } }]) {
    const answer = await sentinel.fetch(`${path}?access_token=${access_token}`, init);
    assert.deepEqual([answer.status, answer.headers.get("www-authenticate")], [401, "Bearer"]);
  }
  const twice = await sentinel.fetch(path, { form: { access_token }, ...bearer(access_token) });
  assert.equal(twice.status, 422);
});

test("GET and POST /oauth/userinfo answer 403 insufficient_scope without the scope openid", async () => {
  const { access_token } = await signedInWith(sentinel, application, await newVisitor(sentinel), {
    scopes: ["profile"],
  });
  for (const init of [bearer(access_token), { form: { access_token } }]) {
    const answer = await sentinel.fetch(path, init);
    const challenge = answer.headers.get("www-authenticate");
    assert.deepEqual([answer.status, challenge], [403, 'Bearer error="insufficient_scope", scope="openid"']);
  }
});

test("GET /oauth/userinfo costs no statement once memory knows the token", async () => {
  await whenTrusted(sentinel);
  const { access_token } = await signedInWith(sentinel, application, await newVisitor(sentinel));
  const ask = async () => assert.equal((await sentinel.fetch(path, bearer(access_token))).status, 200);
  await ask();
  assert.deepEqual(await statementsOf(() => Promise.all(Array.from({ length: 20 }, ask))), {});
});
