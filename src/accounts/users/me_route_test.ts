import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { bearerChallenge, invalidTokenChallenge } from "../../testing/challenges.ts";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const me = (token: string, init: Init = {}) =>
  sentinel.fetch("/users/me", { ...init, headers: { authorization: `Bearer ${token}` } });

/** A new user who has just logged in. */
async function guest(username: string, roles = ["user"]) {
  const password = "an unremarkable guest";
  const { id } = await sentinel.registrations.create(
    { username, email: `${username}@example.com`, password },
    roles,
    localActor,
  );
  const login = await sentinel.fetch("/login", { form: { username, password } });
  return { id, username, token: (await login.json()).access_token as string };
}

const grant = (id: string, role: string, ends: string) =>
  sentinel.db.query("grant", `insert into grants (user_id, role, expires_at) values ($1, $2, ${ends})`, [id, role]);

async function refusesToken(token: string) {
  const response = await me(token);
  assert.equal(response.status, 401);
  assert.equal(response.headers.get("www-authenticate"), invalidTokenChallenge);
  const { type, detail, ...rest } = await response.json();
  assert.equal(type, "/problems/invalid_token");
  assert.ok(!("username" in rest) && !detail.includes("guest"));
}

test("GET /users/me answers the user of the token, and nothing else", async () => {
  const id = await sentinel.settled("grace");
  const response = await sentinel.fetch("/users/me", {}, "grace");
  const { created_at, ...person } = await response.json();
  const { username, email } = people.grace;
  assert.deepEqual(person, { id, username, email, email_verified: false, roles: ["user"] });
  assert.equal(new Date(created_at).toISOString(), created_at);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.has("etag"), false);
});

test("GET /users/me answers every role, sorted, or an empty list", async () => {
  const rolesOf = async (name: "ada" | "nobody") => (await (await sentinel.fetch("/users/me", {}, name)).json()).roles;
  assert.deepEqual(await rolesOf("ada"), ["admin", "user"]);
  assert.deepEqual(await rolesOf("nobody"), []);
});

test("T001 GET /users/me without a token asks for authentication, without an error code", async () => {
  const response = await sentinel.fetch("/users/me");
  assert.equal(response.status, 401);
  assert.equal(response.headers.get("www-authenticate"), bearerChallenge());
  assert.equal((await response.json()).type, "/problems/token_missing");
});

test("T178 HEAD /users/me answers like GET, without a body", async () => {
  const { access_token } = await sentinel.login("grace");
  const allowed = await me(access_token, { method: "HEAD" });
  assert.deepEqual([allowed.status, await allowed.text()], [200, ""]);
  const refused = await sentinel.fetch("/users/me", { method: "HEAD" });
  assert.deepEqual([refused.status, await refused.text()], [401, ""]);
  assert.equal(refused.headers.get("www-authenticate"), bearerChallenge());
});

test("T047 T218 no other method on /users/me changes anything", async () => {
  const { access_token } = await sentinel.login("grace");
  const before = await rowCounts(sentinel);
  for (const [method, status] of [["POST", 405], ["PUT", 405], ["PATCH", 422], ["DELETE", 422]] as const) {
    const response = await sentinel.fetch("/users/me", {
      method,
      json: { role: "admin" },
      headers: { authorization: `Bearer ${access_token}` },
    });
    assert.equal(response.status, status, method);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.deepEqual((await (await me(access_token)).json()).roles, ["user"]);
});

test("GET /users/me leaves no trace", async () => {
  const { access_token } = await sentinel.login("grace");
  const before = await rowCounts(sentinel);
  for (let i = 0; i < 3; i++) assert.equal((await me(access_token)).status, 200);
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("GET /users/me omits a role whose grant has expired", async () => {
  const { id, token } = await guest("guest.ended");
  await grant(id, "admin", "now() - interval '1 s'");
  assert.deepEqual((await (await me(token)).json()).roles, ["user"]);
});

test("GET /users/me includes a role whose grant will expire", async () => {
  const { id, token } = await guest("guest.ending");
  await grant(id, "admin", "now() + interval '1 h'");
  assert.deepEqual((await (await me(token)).json()).roles, ["admin", "user"]);
});

test("GET /users/me refuses a disabled account at once, and its old token even after it is enabled again", async () => {
  const { username, token } = await guest("guest.disabled");
  assert.equal((await me(token)).status, 200);
  await sentinel.users.setDisabled(username, true);
  await refusesToken(token);
  await sentinel.users.setDisabled(username, false);
  await refusesToken(token);
});

test("GET /users/me refuses tokens from before a change of the password at once", async () => {
  const { username, token } = await guest("guest.changed");
  assert.equal((await me(token)).status, 200);
  await sentinel.users.setPassword(username, "another password now");
  await refusesToken(token);
});

test("GET /users/me refuses the token of a revoked session, and of no other", async () => {
  const { id, username, token } = await guest("guest.revoked");
  const other = await guest("guest.bystander");
  await sentinel.db.query("revoke", "update sessions set revoked_at = now() where user_id = $1", [id]);
  await refusesToken(token);
  assert.equal((await me(other.token)).status, 200);
  const form = { username, password: "an unremarkable guest" };
  const { access_token } = await (await sentinel.fetch("/login", { form })).json();
  assert.equal((await me(access_token)).status, 200);
});

test("GET /users/me refuses the token of an expired session", async () => {
  const { id, token } = await guest("guest.expired");
  await sentinel.db.query("end", "update sessions set expires_at = now() - interval '1 s' where user_id = $1", [id]);
  await refusesToken(token);
});

test("GET /users/me refuses the token of a deleted user", async () => {
  const { id, token } = await guest("guest.gone");
  await sentinel.db.query("delete_user", "delete from users where id = $1", [id]);
  await refusesToken(token);
});

test("GET /users/me shows no hash and no seed to anyone", async () => {
  for (const name of ["ada", "grace"] as const) {
    const text = await (await sentinel.fetch("/users/me", {}, name)).text();
    assert.doesNotMatch(text, /\$|argon2|hash|seed|secret|password|snt_rt_/);
  }
});
