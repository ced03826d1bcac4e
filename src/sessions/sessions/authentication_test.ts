import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { bytes, createForge, ed25519, malleated } from "../../testing/forged_tokens.ts";
import { invalidTokenChallenge } from "../../testing/challenges.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";

const sentinel = await startSentinel({ cheapHashes: true });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, keys, principals, users } = sentinel;

const ask = (token: string, path = "/users/me", at: Pick<typeof sentinel, "fetch"> = sentinel) =>
  at.fetch(path, { headers: { authorization: `Bearer ${token}` } });

const statusOf = async (token: string, path?: string) => (await ask(token, path)).status;

/** Asserts that the answer is the one of every invalid token. */
async function assertRefused(token: string, at: Pick<typeof sentinel, "fetch"> = sentinel) {
  const response = await ask(token, "/users/me", at);
  assert.equal(response.status, 401);
  assert.equal(response.headers.get("www-authenticate"), invalidTokenChallenge);
  assert.equal((await response.json()).type, "/problems/invalid_token");
}

const password = "a password of theirs";
const hash = await sentinel.passwords.hash(password);

type Person = { username: string };

/** A new user. */
const someone = (...roles: string[]) => newcomer(sentinel, { roles: ["user", ...roles], hash });

/** The token of a new session, not sent yet. */
async function tokenOf({ username }: Person): Promise<string> {
  return (await (await sentinel.fetch("/login", { form: { username, password } })).json()).access_token;
}

/** The token of a new session that was accepted once, so that everything is in memory. */
async function knownToken(person?: Person): Promise<{ token: string; sid: string; sub: string }> {
  const token = await tokenOf(person ?? await someone());
  assert.equal(await statusOf(token), 200);
  const { sid, sub } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
  return { token, sid, sub };
}

const revoke = async (sid: string) => {
  await db.query("revoke", "update sessions set revoked_at = now() where id = $1", [sid]);
  principals.forgetSession(sid);
};

/** Makes the active key only verify, and creates another one in its place. */
async function rotateKeys(): Promise<void> {
  await db.query("retire", "update signing_keys set state = 'retiring', retiring_at = now() where state = 'active'");
  await keys.ensure();
}

test("T014 T044 a revoked session's token is refused, unchanged and malleated, and no other session's", async () => {
  const person = await someone();
  const [ended, other] = [await knownToken(person), await knownToken(person)];
  await revoke(ended.sid);
  await assertRefused(ended.token);
  const signature = Buffer.from(ended.token.split(".")[2]!, "base64url");
  const forge = createForge(ended.token, bytes(malleated(signature)));
  await assertRefused(await forge.token());
  assert.equal(await statusOf(other.token), 200);
});

test("T044 a new token for a revoked session is refused, whatever its jti", async () => {
  const { token, sid } = await knownToken();
  await revoke(sid);
  const forge = createForge(token, ed25519((await keys.ring()).active.privateKey));
  const iat = Number(forge.claims.iat) + 1;
  await assertRefused(await forge.token({ claims: { jti: crypto.randomUUID(), iat, exp: iat + 60 } }));
});

test("T044 a new password ends every session that started before it", async () => {
  const person = await someone();
  const [first, second, other] = [await knownToken(person), await knownToken(person), await knownToken()];
  await users.setPassword(person.username, password);
  await assertRefused(first.token);
  await assertRefused(second.token);
  assert.equal(await statusOf(other.token), 200);
  assert.equal(await statusOf(await tokenOf(person)), 200);
});

test("T044 DELETE /users/me/sessions ends every other session's tokens, and not the caller's", async () => {
  const person = await someone();
  const [caller, ...others] = [await knownToken(person), await knownToken(person), await knownToken(person)];
  const strangers = await knownToken();
  const headers = { authorization: `Bearer ${caller.token}` };
  assert.equal((await sentinel.fetch("/users/me/sessions", { method: "DELETE", headers })).status, 204);
  for (const { token } of others) await assertRefused(token);
  assert.equal(await statusOf(caller.token), 200);
  assert.equal(await statusOf(strangers.token), 200);
});

test("T044 a session past its end is refused, even if its token has not expired", async () => {
  const { token, sid } = await knownToken();
  await db.query("end", "update sessions set expires_at = now() - interval '1 second' where id = $1", [sid]);
  principals.forgetSession(sid);
  await assertRefused(token);
});

test("GET /users/me refuses a disabled account's token forever, even after the account is enabled again", async () => {
  const person = await someone();
  const { token } = await knownToken(person);
  await users.setDisabled(person.username, true);
  await assertRefused(token);
  await users.setDisabled(person.username, false);
  await assertRefused(token);
  assert.equal(await statusOf(await tokenOf(person)), 200);
});

test("GET /users/me refuses a disabled account even if its session is live", async () => {
  const { token, sub } = await knownToken();
  await db.query("disable", "update users set disabled_at = now() where id = $1", [sub]);
  principals.forgetUser(sub);
  await assertRefused(token);
  await db.query("enable", "update users set disabled_at = null where id = $1", [sub]);
  principals.forgetUser(sub);
  assert.equal(await statusOf(token), 200);
});

test("T032 a deleted user's token is refused", async () => {
  const gone = await someone();
  const { token } = await knownToken(gone);
  await db.query("delete_user", "delete from users where id = $1", [gone.id]);
  principals.forgetUser(gone.id);
  await assertRefused(token);
});

test("GET /admin-only admits by present grants, not by those of the login", async () => {
  const { token, sub } = await knownToken(await someone("admin"));
  assert.equal(await statusOf(token, "/admin-only"), 200);
  await db.query(
    "end_grant",
    "update grants set expires_at = now() - interval '1 minute' where user_id = $1 and role = 'admin'",
    [sub],
  );
  principals.forgetUser(sub);
  assert.equal(await statusOf(token, "/admin-only"), 403);
  await db.query("grant", "update grants set expires_at = null where user_id = $1", [sub]);
  principals.forgetUser(sub);
  assert.equal(await statusOf(token, "/admin-only"), 200);
});

test("T041 a token of the previous key is accepted while that retires, and refused once it is retired", async () => {
  const { active: { kid } } = await keys.ring();
  const before = await knownToken();
  await rotateKeys();
  const after = await knownToken();
  assert.notEqual((await keys.ring()).active.kid, kid);
  assert.equal(await statusOf(before.token), 200);
  await db.query("retired", "update signing_keys set state = 'retired', retired_at = now() where kid = $1", [kid]);
  keys.forget();
  await assertRefused(before.token);
  assert.equal(await statusOf(after.token), 200);
  const { keys: published } = await (await sentinel.fetch("/.well-known/jwks.json")).json();
  assert.ok(published.every((key: { kid: string }) => key.kid !== kid));
});

test(
  "T012 of every algorithm by every kid by every key, only EdDSA with matching kid and key is accepted",
  async () => {
    const older = (await keys.ring()).active;
    const { token } = await knownToken();
    await rotateKeys();
    const newer = (await keys.ring()).active;
    const algorithms = [
      ...["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
      ...["ES256", "ES256K", "ES384", "ES512", "Ed25519", "Ed448", "none", "EdDSA"],
    ];
    const accepted: string[] = [];
    for (const alg of algorithms) {
      for (const { kid } of [older, newer]) {
        for (const signer of [older, newer]) {
          const forge = createForge(token, ed25519(signer.privateKey));
          const status = await statusOf(await forge.token({ header: { alg, kid } }));
          if (status === 200) accepted.push(`${alg} ${kid} by ${signer.kid}`);
          else assert.equal(status, 401);
        }
      }
    }
    assert.deepEqual(accepted, [older, newer].map(({ kid }) => `EdDSA ${kid} by ${kid}`));
  },
);

test("T042 the next key is published before it signs, and verifies from then on, until it is retired", async () => {
  const { token } = await knownToken();
  const { publicKey, privateKey } = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const { kty, crv, x } = await crypto.subtle.exportKey("jwk", publicKey);
  const kid = "next-key-of-this-test";
  await db.query("delete_next", "delete from signing_keys where state = 'next'");
  await db.query(
    "insert_next",
    "insert into signing_keys (kid, state, public_jwk, private_key, secret_id) values ($1, 'next', $2, $3, 'none')",
    [kid, JSON.stringify({ kty, crv, x, kid, alg: "EdDSA", use: "sig" }), randomBytes(64)],
  );
  keys.forget();
  const { keys: published } = await (await sentinel.fetch("/.well-known/jwks.json")).json();
  assert.ok(published.some((key: { kid: string }) => key.kid === kid));
  const ofNext = await createForge(token, ed25519(privateKey)).token({ header: { kid } });
  assert.deepEqual([await statusOf(token), await statusOf(ofNext)], [200, 200]);
  await db.query("delete_next", "delete from signing_keys where state = 'next'");
  keys.forget();
  await assertRefused(ofNext);
  await keys.ensure();
});

testOnPostgres("T043 a token of another installation with the same name is refused, in both directions", async () => {
  await using other = await startSentinel();
  assert.equal(other.settings.SENTINEL_PUBLIC_URL, sentinel.settings.SENTINEL_PUBLIC_URL);
  const [here, there] = [await tokenOf(await someone()), await other.tokenOf("grace")];
  await assertRefused(there);
  await assertRefused(here, other);
  const theirKey = (await other.keys.ring()).active;
  const forge = createForge(here, ed25519(theirKey.privateKey));
  await assertRefused(await forge.token());
  await assertRefused(await forge.token({ header: { kid: theirKey.kid } }));
});

testOnPostgres("T044 a replica that hears only the change feed refuses what another one ended", async () => {
  await using replica = await startSentinel({ schema: sentinel.schema });
  const person = await someone();
  const { token } = await knownToken(person);
  assert.equal((await ask(token, "/users/me", replica)).status, 200);
  await users.setDisabled(person.username, true);
  await assertRefused(token);
  await until("word of the change has come", async () => (await ask(token, "/users/me", replica)).status === 401);
  await assertRefused(token, replica);
});
