import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { exportJWK } from "jose";
import { test } from "../../testing/harness.ts";
import { newDpopKey, proofOf } from "../../testing/people/dpop.ts";
import { startIssuer } from "../../testing/servers/token_issuer.ts";
import { createProtection, ProtectionError, type ProtectionOptions } from "../protect.ts";
import { createProofMemory } from "./proof_memory.ts";

const audience = "https://api.example.com";
const htu = `${audience}/documents`;
const issuing = await startIssuer();
const { issuer } = issuing;
Deno.test.afterAll(() => issuing[Symbol.asyncDispose]());

/** A client with a key, and a token that is bound to it. */
async function newHolder(alg = "ES256") {
  const key = await newDpopKey(alg);
  const token = await issuing.sign({ aud: audience, cnf: { jkt: key.jkt } });
  const prove = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
    proofOf(key, { method: "GET", token, claims: { htu, ...claims }, header });
  return { token, prove, privateJwk: await exportJWK(key.privateKey) };
}

/** Asks for documents; answers the status and the challenge. */
function asking(options: Partial<ProtectionOptions> = {}) {
  const protection = createProtection({ issuer, audience, ...options });
  return async (scheme: string, token: string, proof?: string, url = `${htu}?page=2`) => {
    const headers = new Headers({ authorization: `${scheme} ${token}`, ...(proof && { dpop: proof }) });
    try {
      await protection.authenticate({ method: "GET", url, headers });
      return 200;
    } catch (error) {
      assert.ok(error instanceof ProtectionError);
      return [error.status, error.response.headers.get("www-authenticate")?.split(", resource_metadata")[0]];
    }
  };
}

const noProof = [401, 'DPoP error="invalid_dpop_proof"'];

test("T259 a bound token needs a proof for this request, by its key", async () => {
  const ask = asking();
  const { token, prove } = await newHolder();
  const other = await newHolder();
  const now = Math.floor(Date.now() / 1_000);
  const once = await prove();
  assert.equal(await ask("DPoP", token, once), 200);
  assert.deepEqual(await ask("DPoP", token, once), noProof, "the same proof again");
  assert.equal(await ask("dpop", token, await prove()), 200);
  const normal = { htu: "HTTPS://API.example.com:443/x/../documents#top" };
  assert.equal(await ask("DPoP", token, await prove(normal)), 200);
  assert.equal(await ask("DPoP", token, await prove(), "http://127.0.0.1:9000/documents"), 200, "behind a proxy");
  assert.equal(await ask("DPoP", token, await prove(), "/documents?page=2"), 200, "as Express has it");
  const refused = {
    "no proof": undefined,
    "two proofs": `${await prove()}, ${await prove()}`,
    "no JWT": "x",
    "another method": await prove({ htm: "POST" }),
    "the method in lower case": await prove({ htm: "get" }),
    "another host": await prove({ htu: "https://other.example.com/documents" }),
    "another path": await prove({ htu: `${audience}/` }),
    "no htu": await prove({ htu: undefined }),
    "another token": await prove({ ath: hash("sha256", other.token, "base64url") }),
    "no ath": await prove({ ath: undefined }),
    "too old": await prove({ iat: now - 65 }),
    "too new": await prove({ iat: now + 65 }),
    "no time": await prove({ iat: undefined }),
    "no jti": await prove({ jti: undefined }),
    "a long jti": await prove({ jti: "x".repeat(257) }),
    "another type": await prove({}, { typ: "JWT" }),
    "the private key in it": await prove({}, { jwk: (await newHolder()).privateJwk }),
    "another key in it": await other.prove({ ath: hash("sha256", token, "base64url") }),
  };
  for (const [what, proof] of Object.entries(refused)) assert.deepEqual(await ask("DPoP", token, proof), noProof, what);
});

test("T259 a bound token as Bearer, and an unbound one as DPoP, are refused", async () => {
  const ask = asking();
  const { token, prove } = await newHolder();
  assert.deepEqual(await ask("Bearer", token), [401, 'DPoP error="invalid_token"']);
  assert.deepEqual(await ask("Bearer", token, await prove()), [401, 'DPoP error="invalid_token"']);
  const unbound = await issuing.sign({ aud: audience });
  assert.deepEqual(await ask("DPoP", unbound, await prove()), [401, 'DPoP error="invalid_token"']);
  const byCertificate = await issuing.sign({ aud: audience, cnf: { "x5t#S256": "x" } });
  assert.deepEqual(await ask("Bearer", byCertificate), [401, 'Bearer error="invalid_token"']);
  assert.equal(await ask("Bearer", unbound), 200);
  const requiring = asking({ dpop: "require" });
  assert.deepEqual(await requiring("Bearer", unbound), [401, 'DPoP error="invalid_token"']);
  assert.equal(await requiring("DPoP", token, await prove()), 200);
});

test("a proof for an origin that the Host header names is refused", async () => {
  const { token, prove } = await newHolder();
  const proof = await prove({ htu: "https://evil.example.com/documents" });
  assert.deepEqual(await asking()("DPoP", token, proof, "https://evil.example.com/documents"), noProof);
  const local = asking({ origin: "http://localhost:9000" });
  assert.equal(await local("DPoP", token, await prove({ htu: "http://localhost:9000/documents" })), 200);
});

test("proofs by EdDSA are accepted", async () => {
  const { token, prove } = await newHolder("EdDSA");
  assert.equal(await asking()("DPoP", token, await prove()), 200);
});

test("a memory that others share decides whether a proof is new", async () => {
  const { token, prove } = await newHolder();
  const proofs = createProofMemory(Date.now);
  const proof = await prove();
  assert.equal(await asking({ proofs })("DPoP", token, proof), 200);
  assert.deepEqual(await asking({ proofs })("DPoP", token, proof), noProof);
});

test("the memory is bounded: a flood narrows the time that proofs may be old, and lets none in twice", () => {
  const clock = { ms: 1_000_000_000 };
  const memory = createProofMemory(() => clock.ms, 100);
  const now = () => clock.ms / 1_000;
  const take = (id: string, issuedAt = now()) => memory.take({ id, issuedAt, expiresAt: issuedAt + 60 });
  assert.equal(take("first", now() - 30), true);
  for (let n = 0; n < 99; n++) assert.equal(take(`${n}`), true);
  assert.deepEqual([take("first", now() - 30), take("50")], [false, false]);
  assert.equal(take("50", now() - 1), false, "the same identifier under another time");
  assert.equal(take("one more"), true, "which displaces the oldest");
  assert.deepEqual([take("first", now() - 30), take("new", now() - 30), take("50")], [false, false, false]);
  clock.ms += 1_000;
  assert.deepEqual([take("new"), take("50", now() - 1)], [true, false]);
  clock.ms += 122_000;
  for (let n = 0; n < 100; n++) assert.equal(take(`${n}`), true, "old ones are forgotten");
});
