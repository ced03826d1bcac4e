import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { createForge, hmac, strangersHand } from "../../testing/forged_tokens.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import type { NewIdTokenClaims } from "./id_token.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, idTokens, keys } = sentinel;
const issuer = "http://localhost:8000";
const algorithms = ["RS256", "ES256"] as const;

function newClaims(changed: Partial<NewIdTokenClaims> = {}): NewIdTokenClaims {
  const iat = Math.floor(Date.now() / 1000);
  const [sub, aud, sid] = Array.from({ length: 3 }, () => crypto.randomUUID()) as [string, string, string];
  return { sub, aud, sid, iat, exp: iat + 600, auth_time: iat - 60, user: {}, ...changed };
}

const jwks = async () => await (await sentinel.fetch("/.well-known/jwks.json")).json() as JSONWebKeySet;

for (const alg of algorithms) {
  test(`T249 an id_token of ${alg} has its claims, and the published keys verify it`, async () => {
    const access_token = await sentinel.tokenOf("grace");
    const claims = newClaims({ nonce: "n-0S6_WzA2Mj", access_token, user: { email: "grace@example.com" } });
    const token = await idTokens.sign(claims, alg);
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await jwks()), {
      issuer,
      audience: claims.aud,
      algorithms: [alg],
    });
    const { access_token: _, user, ...rest } = claims;
    const at_hash = createHash("sha256").update(access_token).digest().subarray(0, 16).toString("base64url");
    assert.deepEqual(payload, { ...rest, ...user, iss: issuer, at_hash });
    assert.deepEqual({ ...protectedHeader, kid: undefined }, { alg, typ: "JWT", kid: undefined });
    const response = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } });
    assert.equal(response.status, 401, "T248 no access token");
  });
}

test("T249 claims of the user never replace those of the sign-in", async () => {
  const claims = newClaims({ user: { sub: "another", iss: "https://evil.example", aud: "another" } });
  const payload = await idTokens.verifyHint(await idTokens.sign(claims, "ES256"));
  assert.deepEqual(payload, { sub: claims.sub, aud: claims.aud, sid: claims.sid });
});

for (const alg of algorithms) {
  test(`T253 a hint of ${alg} counts after it has expired and its key has retired, for 400 days`, async () => {
    const claims = newClaims({ iat: 1, exp: 2 });
    const token = await idTokens.sign(claims, alg);
    const { kid } = decodeProtectedHeader(token);
    const expected = { sub: claims.sub, aud: claims.aud, sid: claims.sid };
    assert.deepEqual(await idTokens.verifyHint(token), expected);
    await keys.retire(kid!);
    assert.ok(!(await jwks()).keys.some((key) => key.kid === kid), "a retired key is not published");
    assert.deepEqual(await idTokens.verifyHint(token), expected);
    await db.query("test", "update signing_keys set retired_at = now() - interval '401 days' where kid = $1", [kid]);
    assert.equal(await idTokens.verifyHint(token), undefined);
  });
}

test("T253 what we did not issue as an id_token is no hint", async () => {
  const token = await idTokens.sign(newClaims(), "RS256");
  const own = (await keys.ring()).signing.get("RS256")!;
  const forge = createForge(token, (input) => own.sign(input.toString()));
  const es256 = (await keys.ring()).signing.get("ES256") ?? await keys.ensureAlgorithm("ES256");
  const publicKey = JSON.stringify((await jwks()).keys[0]);
  const cases: Record<string, string | Promise<string>> = {
    "an access token": sentinel.tokenOf("grace"),
    "by a stranger's key": forge.token({}, await strangersHand("RS256")),
    "by a key of another algorithm": forge.token({ header: { kid: es256.kid } }),
    "HS256 with the public key": forge.token({ header: { alg: "HS256" } }, hmac(256, publicKey)),
    "alg none": forge.token({ header: { alg: "none" } }, () => new Uint8Array()),
    "without a kid": forge.token({ header: { kid: undefined } }),
    "an unknown kid": forge.token({ header: { kid: "unknown" } }),
    "another typ": forge.token({ header: { typ: "at+jwt" } }),
    "a critical header": forge.token({ header: { crit: ["exp"], exp: 1 } }),
    "of another issuer": forge.token({ claims: { iss: "https://other.example" } }),
    "without a sid": forge.token({ claims: { sid: undefined } }),
    "of several audiences": forge.token({ claims: { aud: ["a", "b"] } }),
    "null": forge.written({ claims: "null" }),
    "no JSON": forge.written({ claims: "claims" }),
    "invalid UTF-8": forge.written({ claims: Buffer.from([0xff, 0xfe]) }),
    "too long": forge.token({ claims: { padding: "x".repeat(10_000) } }),
    "empty": "",
    "no JWS": "a.b.c",
  };
  for (const [name, hint] of Object.entries(cases)) {
    assert.equal(await idTokens.verifyHint(await hint), undefined, name);
  }
  assert.ok(await idTokens.verifyHint(await forge.token()));
});

test("the first start creates no RSA keys, the first client that needs them does, and they come first in the key set", async () => {
  const used = async () => (await jwks()).keys.map(({ alg }) => alg);
  await db.query("test", "delete from signing_keys where alg <> 'EdDSA'");
  keys.forget();
  await keys.ensure();
  assert.deepEqual(await used(), ["EdDSA", "EdDSA"]);
  await keys.ensureAlgorithm("ES256");
  await keys.ensureAlgorithm("RS256");
  assert.deepEqual((await used()).slice(0, 2), ["RS256", "RS256"]);
  for (const key of (await jwks()).keys.slice(0, 2)) {
    assert.deepEqual(Object.keys(key).sort(), ["alg", "e", "kid", "kty", "n", "use"]);
    assert.equal(Buffer.from(key.n!, "base64url").length * 8, 2048);
  }
});
