import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createDecipheriv } from "node:crypto";
import { calculateJwkThumbprint, type JWK } from "jose";
import { createSecrets, UnknownSecret } from "../../vocabulary/secrets.ts";
import { createServices } from "../../compose/services.ts";
import { testDatabase } from "../../testing/database.ts";
import { startSentinel, test, testOnPostgres, testSecret } from "../../testing/harness.ts";
import { createKeys } from "./keys.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const otherSecret = new Uint8Array(32).fill(8);

type StoredKey = { kid: string; state: string; public_jwk: JWK; private_key: Uint8Array; secret_id: string };

/** The active key, the next one, and the others. */
const storedKeys = () =>
  db.query<StoredKey>("dump_keys", "select * from signing_keys where state in ('active', 'next') order by state");

/** Keys as another process would have them: with a cache of its own, and this secret. */
const keysOf = (secret: Uint8Array, previous?: Uint8Array) =>
  createKeys({ db, secrets: createSecrets(secret, previous), cacheValidity: { trusted: true } });

/**
 * Decrypts as the documentation says keys are encrypted: AES-256-GCM, nonce ‖ ciphertext ‖ tag, the kid as additional
 * data.
 */
function decrypted(sealed: Uint8Array, subkey: Uint8Array, kid: string): JWK {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv("aes-256-gcm", subkey, bytes.subarray(0, 12)).setAAD(Buffer.from(kid));
  decipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, "utf8") + decipher.final("utf8"));
}

test("T042 GET /.well-known/jwks.json shows only public members, each kid once, and may be cached for 300 s at most", async () => {
  const response = await sentinel.fetch("/.well-known/jwks.json");
  assert.equal(response.status, 200);
  const [, maxAge] = /^public, max-age=(\d+)$/.exec(response.headers.get("cache-control") ?? "") ?? [];
  assert.ok(Number(maxAge) <= 300);
  const { keys }: { keys: JWK[] } = await response.json();
  assert.ok(keys.length > 0);
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length);
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ["alg", "crv", "kid", "kty", "use", "x"]);
    assert.deepEqual([key.kty, key.crv, key.alg, key.use], ["OKP", "Ed25519", "EdDSA", "sig"]);
    assert.equal(key.kid, await calculateJwkThumbprint(key)); // RFC 7638
  }
});

test("T042 GET /.well-known/jwks.json contains the kid of tokens", async () => {
  const token = await sentinel.tokenOf("grace");
  const { kid } = JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString());
  const { keys }: { keys: JWK[] } = await (await sentinel.fetch("/.well-known/jwks.json")).json();
  assert.ok(keys.some((key) => key.kid === kid));
});

test("T307 a stored private key can be decrypted only with its own subkey and kid", async () => {
  const [{ kid, private_key, public_jwk }] = await storedKeys() as [StoredKey];
  const secrets = createSecrets(testSecret);
  const jwk = decrypted(private_key, secrets.subkey("keys"), kid);
  assert.equal(jwk.x, public_jwk.x);
  const stored = Buffer.from(private_key);
  for (const secret of ['"d"', jwk.d!, Buffer.from(jwk.d!, "base64url"), "OKP"]) assert.ok(!stored.includes(secret));
  const others = [
    testSecret,
    secrets.subkey("refresh"),
    secrets.subkey("audit"),
    createSecrets(otherSecret).subkey("keys"),
  ];
  for (const other of others) assert.throws(() => decrypted(private_key, other, kid));
  assert.throws(() => decrypted(private_key, secrets.subkey("keys"), "another"));
});

test("each key is encrypted with a nonce of its own", async () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    await db.query("delete_keys", "delete from signing_keys");
    await sentinel.keys.ensure();
    nonces.add(Buffer.from((await storedKeys())[0]!.private_key).subarray(0, 12).toString("hex"));
  }
  assert.equal(nonces.size, 3);
});

test("F41 a wrong secret is refused, and creates no key in place of the one that it cannot decrypt", async () => {
  const before = await storedKeys();
  const keys = keysOf(otherSecret);
  await assert.rejects(keys.ensure(), UnknownSecret);
  await assert.rejects(async () => await keys.ring(), UnknownSecret);
  assert.equal(keys.known(), undefined);
  assert.deepEqual(await storedKeys(), before);
});

test("F41 a wrong secret with the id of the right one is refused by the cipher", async () => {
  const before = await storedKeys();
  await db.query("rename_secret", "update signing_keys set secret_id = $1", [createSecrets(otherSecret).id]);
  await assert.rejects(keysOf(otherSecret).ensure(), /authenticate/);
  await db.query("rename_secret", "update signing_keys set secret_id = $1", [before[0]!.secret_id]);
  assert.deepEqual(await storedKeys(), before);
});

test("F41 a private key that was changed, or moved from another kid, is refused", async () => {
  const [before, next] = await storedKeys() as [StoredKey, StoredKey];
  const put = (bytes: Uint8Array) =>
    db.query("put_key", "update signing_keys set private_key = $2 where kid = $1", [before.kid, bytes]);
  for (const at of [0, 11, 12, before.private_key.length - 17, before.private_key.length - 1]) {
    const changed = Buffer.from(before.private_key);
    changed[at]! ^= 1;
    await put(changed);
    await assert.rejects(keysOf(testSecret).ensure(), `byte ${at}`);
  }
  await put(before.private_key);
  await db.query("rename_kid", "update signing_keys set kid = 'moved' where kid = $1", [before.kid]);
  await assert.rejects(keysOf(testSecret).ensure());
  await db.query("rename_kid", "update signing_keys set kid = $1 where kid = 'moved'", [before.kid]);
  assert.deepEqual(await storedKeys(), [before, next]);
});

test("the previous secret decrypts what it sealed, and is not needed once a replica with the new one has started", async () => {
  const [{ kid }] = await storedKeys() as [StoredKey];
  assert.equal((await keysOf(otherSecret, testSecret).ensure()).active.kid, kid);
  assert.equal((await keysOf(otherSecret).ensure()).active.kid, kid);
  await assert.rejects(keysOf(testSecret).ensure(), UnknownSecret);
  sentinel.keys.forget(); // a replica with only the old secret, which has decrypted the key before, continues
  assert.equal((await sentinel.fetch("/users/me", {}, "grace")).status, 200);
  assert.equal((await keysOf(testSecret, otherSecret).ensure()).active.kid, kid);
});

test("T192 rotation: the next key signs, the old one only verifies, and a young next key is refused", async () => {
  await assert.rejects(sentinel.keys.rotate(), { code: "key_too_young" });
  const token = await sentinel.tokenOf("grace");
  const [active, next] = await storedKeys() as [StoredKey, StoredKey];
  await db.query("age_key", "update signing_keys set created_at = created_at - interval '6 minutes'");
  await sentinel.keys.rotate();
  const states = new Map((await sentinel.keys.list()).map(({ kid, state }) => [kid, state]));
  assert.equal(states.get(active.kid), "retiring");
  assert.equal(states.get(next.kid), "active");
  assert.deepEqual([...states.values()].filter((state) => state === "next").length, 1);
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await sentinel.fetch("/users/me", { headers })).status, 200);
});

test("T041 a key that has retired for longer than the lifetime of tokens is no longer accepted after the next rotation", async () => {
  const token = await sentinel.tokenOf("grace");
  const { kid } = (await sentinel.keys.ring()).active;
  const status = async () =>
    (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status;
  const stateOf = async () => (await sentinel.keys.list()).find((key) => key.kid === kid)?.state;
  await sentinel.keys.rotate({ force: true });
  await sentinel.keys.rotate({ force: true });
  assert.deepEqual([await stateOf(), await status()], ["retiring", 200]);
  await db.query("age_key", "update signing_keys set retiring_at = retiring_at - interval '1 day' where kid = $1", [
    kid,
  ]);
  await sentinel.keys.rotate({ force: true });
  assert.deepEqual([await stateOf(), await status()], ["retired", 401]);
});

test("T146 a retired key no longer verifies, even the one that signed", async () => {
  const token = await sentinel.tokenOf("grace");
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await sentinel.fetch("/users/me", { headers })).status, 200);
  const [{ kid }, next] = await storedKeys() as [StoredKey, StoredKey];
  await sentinel.keys.retire(kid);
  assert.equal((await sentinel.keys.ring()).active.kid, next.kid); // what verifiers already know
  assert.equal((await sentinel.fetch("/users/me", { headers })).status, 401);
  assert.equal((await sentinel.fetch("/users/me", {}, "grace")).status, 200);
  const { keys } = await (await sentinel.fetch("/.well-known/jwks.json")).json();
  assert.ok(keys.every((key: { kid: string }) => key.kid !== kid));
  await assert.rejects(sentinel.keys.retire(kid), { code: "not_found" });
});

testOnPostgres("F41 a start with the wrong secret fails and changes nothing", async () => {
  const before = await storedKeys();
  const { settings } = sentinel;
  const lines: string[] = [];
  const note = (msg: string) => void lines.push(msg);
  const log = { debug: note, info: note, warn: note, error: note, access: () => {}, dropped: () => 0 };
  const flush = () => Promise.resolve();
  await assert.rejects(
    createServices({
      settings,
      database: testDatabase(),
      secret: otherSecret,
      log: { ...log, flush, [Symbol.asyncDispose]: flush },
    }),
    UnknownSecret,
  );
  assert.deepEqual(await storedKeys(), before);
  assert.deepEqual(lines, []);
});
