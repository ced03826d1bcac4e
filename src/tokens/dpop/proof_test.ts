import assert from "node:assert/strict";
import { hash, webcrypto } from "node:crypto";
import { type CryptoKey, exportJWK, type JWK } from "jose";
import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { test } from "../../testing/harness.ts";
import { type DpopKey, newDpopKey, proofOf, type WantedProof } from "../../testing/people/dpop.ts";
import { createDpopProofs, type ProofOutcome } from "./dpop_proofs.ts";

const issuer = "http://localhost:8000";
const now = Date.now();
const key = await newDpopKey();
const request = { method: "POST", path: "/oauth/token" };

/** A memory of its own, and what was counted. */
function proofs({ outcome = "taken" as "taken" | "used" | "before_epoch" } = {}) {
  const counted: ProofOutcome[] = [];
  const taken: [key: string, expiresAt: number, issuedAt: number][] = [];
  const usedOnce = {
    take: (...given: [string, number, number]) => {
      taken.push(given);
      return Promise.resolve(outcome);
    },
  };
  const clock = { now: () => now };
  const dpopProofs = createDpopProofs({ issuer, clock, usedOnce, counted: (each) => void counted.push(each) });
  return { ...dpopProofs, counted, taken };
}

/** Why the proof is refused. */
async function reasonAgainst(jws: string, accessToken?: string): Promise<string> {
  const { read, taken, counted } = proofs();
  try {
    await read({ jws, ...request }, accessToken);
  } catch (error) {
    assert.ok(error instanceof Problem && error.code === "invalid_dpop_proof", String(error));
    assert.deepEqual([taken, counted], [[], ["invalid"]]);
    assert.ok(error.detail);
    return error.detail!;
  }
  return "";
}

for (const alg of dpopAlgorithms) {
  test(`a proof by ${alg} is accepted, and remembered until it is too old`, async () => {
    const own = await newDpopKey(alg);
    const { verify, taken, counted } = proofs();
    const iat = Math.floor(now / 1_000);
    const jws = await proofOf(own, { claims: { iat, jti: "one" } });
    assert.equal(await verify({ jws, ...request }), own.jkt);
    assert.deepEqual(taken, [[`dpop:${own.jkt}:one`, (iat + 120) * 1_000, iat * 1_000]]);
    assert.deepEqual(counted, ["accepted"]);
  });
}

const claims: [what: string, wanted: WantedProof, reason: RegExp][] = [
  ["htm of another method", { method: "GET" }, /^The claim htm must be POST/],
  ["htm in another case", { claims: { htm: "post" } }, /^The claim htm/],
  ["no htm", { claims: { htm: undefined } }, /^The claim htm/],
  ["htu of another path", { path: "/oauth/revoke" }, /^The claim htu must be http:\/\/localhost:8000\/oauth\/token/],
  ["htu of another host", { claims: { htu: "http://evil.example/oauth/token" } }, /^The claim htu/],
  ["htu of another scheme", { claims: { htu: "https://localhost:8000/oauth/token" } }, /^The claim htu/],
  ["htu with a user", { claims: { htu: "http://a@localhost:8000/oauth/token" } }, /^The claim htu/],
  ["htu in another case of the path", { claims: { htu: `${issuer}/OAuth/token` } }, /^The claim htu/],
  ["htu with a slash at its end", { claims: { htu: `${issuer}/oauth/token/` } }, /^The claim htu/],
  ["htu without a host", { claims: { htu: "/oauth/token" } }, /^The claim htu/],
  ["htu that is no text", { claims: { htu: [`${issuer}/oauth/token`] } }, /^The claim htu/],
  ["no jti", { claims: { jti: undefined } }, /^The claim jti/],
  ["an empty jti", { claims: { jti: "" } }, /^The claim jti/],
  ["a jti of 257 characters", { claims: { jti: "j".repeat(257) } }, /^The claim jti/],
  ["iat 62 s ago", { claims: { iat: now / 1_000 - 62 } }, /^The claim iat/],
  ["iat in 62 s", { claims: { iat: now / 1_000 + 62 } }, /^The claim iat/],
  ["no iat", { claims: { iat: undefined } }, /^The claim iat/],
  ["iat as text", { claims: { iat: String(now / 1_000) } }, /iat/i],
  ["typ of another JWT", { header: { typ: "JWT" } }, /typ/],
  ["no typ", { header: { typ: undefined } }, /typ/],
  ["an unknown critical header", { header: { crit: ["x"], x: 1 } }, /x|crit/i],
];

for (const [what, wanted, reason] of claims) {
  test(`T259 a proof with ${what} is refused`, async () => {
    const { crit, ...header } = wanted.header ?? {};
    const jws = await proofOf(key, { ...wanted, header });
    assert.match(
      await reasonAgainst(crit ? forged({ typ: "dpop+jwt", alg: "ES256", jwk: key.jwk, crit }) : jws),
      reason,
    );
  });
}

/** A proof with this header and a signature that is none. */
function forged(header: Record<string, unknown>): string {
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const payload = { htm: "POST", htu: `${issuer}/oauth/token`, jti: "j", iat: Math.floor(now / 1_000) };
  return `${part(header)}.${part(payload)}.${"A".repeat(86)}`;
}

test("T259 a proof whose htu has a query, a fragment or another spelling is accepted (RFC 9449 §4.3)", async () => {
  for (const htu of [`${issuer}/oauth/token?a=b#c`, "HTTP://LOCALHOST:8000/oauth/./token"]) {
    assert.equal(await reasonAgainst(await proofOf(key, { claims: { htu } })), "");
  }
});

test("T259 a proof of 59 s ago or ahead is accepted, and a nonce that the server never gave is ignored", async () => {
  for (const iat of [now / 1_000 - 59, now / 1_000 + 59]) {
    assert.equal(await reasonAgainst(await proofOf(key, { claims: { iat, nonce: "x" } })), "");
  }
});

test("T259 a proof for another token, or for none, is refused", async () => {
  const ath = (text: string) => hash("sha256", text, "base64url");
  for (const claims of [{}, { ath: ath("another") }, { ath: "token" }, { ath: `${ath("token")}=` }]) {
    assert.match(await reasonAgainst(await proofOf(key, { claims }), "token"), /^The claim ath must be/);
  }
  assert.equal(await reasonAgainst(await proofOf(key, { token: "token" }), "token"), "");
});

test("T259 a proof with a private or symmetric key is refused", async () => {
  const own = await exportJWK(key.privateKey);
  for (const jwk of [own, { ...key.jwk, d: "" }, { ...key.jwk, k: "a2V5" }, { ...key.jwk, p: "x" }] as JWK[]) {
    assert.match(await reasonAgainst(await proofOf(key, { header: { jwk } })), /^The jwk has a private key/);
  }
});

test("T259 a proof with a key of another form is refused", async () => {
  const rsa = await newDpopKey("RS256");
  const small = await weakRsa();
  const bad: [DpopKey, unknown][] = [
    ...[undefined, null, "key", [], {}].map((jwk) => [key, jwk] as [DpopKey, unknown]),
    [key, rsa.jwk],
    [key, { ...key.jwk, crv: "P-384" }],
    [key, { ...key.jwk, x: `${key.jwk.x}A` }],
    [key, { ...key.jwk, x: "A".repeat(43) }],
    [key, { kty: "oct" }],
    [rsa, { ...rsa.jwk, e: "AQABAQAB" }],
    [rsa, { ...rsa.jwk, n: "A".repeat(684) }],
    [{ ...small, alg: "RS256", jkt: "" }, small.jwk],
  ];
  for (const [signer, jwk] of bad) {
    const jws = signer === bad.at(-1)![0]
      ? forged({ typ: "dpop+jwt", alg: "RS256", jwk })
      : await proofOf(signer, { header: { jwk } });
    assert.match(await reasonAgainst(jws), /jwk|malformed|signature/i, JSON.stringify(jwk));
  }
});

async function weakRsa() {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 1_024,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return { privateKey: privateKey as CryptoKey, jwk: await exportJWK(publicKey as CryptoKey) };
}

test("T259 a proof without a signature, or by a shared secret, is refused", async () => {
  for (const alg of ["none", "HS256", "ES384", "", undefined]) {
    assert.match(await reasonAgainst(forged({ typ: "dpop+jwt", alg, jwk: key.jwk })), /alg/i, `${alg}`);
  }
});

test("T259 a proof whose signature is wrong, of another key, or of another algorithm of the key is refused", async () => {
  const jws = await proofOf(key);
  const [, payload, signature] = jws.split(".");
  const other = await newDpopKey();
  const rsa = await newDpopKey("PS256");
  for (
    const each of [
      forged({ typ: "dpop+jwt", alg: "ES256", jwk: key.jwk }),
      await proofOf(key, { header: { jwk: other.jwk } }),
      `${(await proofOf(other)).split(".")[0]}.${payload}.${signature}`,
      (await proofOf(rsa)).replace(/^[^.]+/, forged({ typ: "dpop+jwt", alg: "RS256", jwk: rsa.jwk }).split(".")[0]!),
    ]
  ) {
    assert.match(await reasonAgainst(each), /signature verification failed/);
  }
});

test("T259 two headers, an empty one, and one of 5000 characters are refused", async () => {
  const jws = await proofOf(key);
  for (const each of [`${jws}, ${jws}`, `${jws},${jws}`, `${jws} `, "", "a.b", "a.b.c.d", `Bearer ${jws}`]) {
    assert.match(await reasonAgainst(each), /exactly one compact JWS/, each);
  }
  assert.match(await reasonAgainst(await proofOf(key, { claims: { jti: "j".repeat(5_000) } })), /4096/);
  for (const each of ["a.b.c", "e30.e30.e30", "!.b.c"]) assert.notEqual(await reasonAgainst(each), "");
});

test("T259 a proof that was used before, or from before the memory of proofs, is refused", async () => {
  for (const [outcome, counted] of [["used", "replayed"], ["before_epoch", "before_epoch"]] as const) {
    const memory = proofs({ outcome });
    await assert.rejects(
      memory.verify({ jws: await proofOf(key), ...request }),
      (error) => error instanceof Problem && error.code === "invalid_dpop_proof",
    );
    assert.deepEqual(memory.counted, [counted]);
  }
});
