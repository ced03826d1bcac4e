import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { importJWK, SignJWT } from "jose";
import { systemClock } from "../../platform/clock.ts";
import { v7 as uuidv7 } from "uuid";
import { uuidAt } from "../../platform/text/uuid_at.ts";
import { createAccessTokens } from "./access_token.ts";
import { encodeJson, type KeyRing, ownAlgorithm } from "../keys/key_ring.ts";
import type { Keys } from "../keys/keys.ts";

const kid = "bench";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const verifyingKey = await importJWK(publicKey.export({ format: "jwk" }), ownAlgorithm) as CryptoKey;
const signingKey = await importJWK(privateKey.export({ format: "jwk" }), ownAlgorithm);
const active: KeyRing["active"] = {
  kid,
  alg: ownAlgorithm,
  privateKey,
  header: encodeJson({ alg: ownAlgorithm, typ: "at+jwt", kid }),
  since: 0,
  sign: (input) => sign(null, Buffer.from(input), privateKey),
};
const ring: KeyRing = {
  active,
  signing: new Map([[ownAlgorithm, active]]),
  verifying: new Map([[kid, { alg: ownAlgorithm, key: verifyingKey }]]),
  jwks: { keys: [] },
};
const keys = { ring: () => ring, known: () => ring } as Partial<Keys> as Keys;
const open = () =>
  createAccessTokens({ keys, clock: systemClock, issuer: "https://auth.example.com", ttlSeconds: 600 });

const iat = Math.floor(systemClock.now() / 1000);
const claims = {
  sub: "019a0000-0000-7000-8000-000000000001",
  sid: "019a0000-0000-7000-8000-000000000002",
  jti: "019a0000-0000-7000-8000-000000000003",
  iat,
  exp: iat + 600,
  auth_time: iat,
  acr: "aal1" as const,
  roles: ["user"],
};
const tokens = open();
const token = await tokens.sign(claims);
const [signed, signature] = [token.slice(0, token.lastIndexOf(".")), token.slice(token.lastIndexOf(".") + 1)];
const [input, signatureBytes] = [Buffer.from(signed), Buffer.from(signature, "base64url")];
await tokens.verify(token); // remembers it

Deno.bench({
  name: "Ed25519 alone",
  group: "sign",
  baseline: true,
  fn: () => void sign(null, input, privateKey),
});
Deno.bench({
  name: "by WebCrypto, as jose does",
  group: "sign",
  fn: async () => void await new SignJWT(claims).setProtectedHeader({ alg: ownAlgorithm }).sign(signingKey),
});
Deno.bench({ name: "sign an access token", group: "sign", fn: async () => void await tokens.sign(claims) });

Deno.bench({
  name: "in new buffers",
  group: "encode the claims of 1,000 tokens",
  baseline: true,
  fn() {
    for (let i = 0; i < 1_000; i++) Buffer.from(JSON.stringify(claims)).toString("base64url");
  },
});
Deno.bench({
  name: "in the same room",
  group: "encode the claims of 1,000 tokens",
  fn() {
    for (let i = 0; i < 1_000; i++) encodeJson(claims);
  },
});

Deno.bench({
  name: "by the package uuid",
  group: "a UUIDv7 of a time",
  baseline: true,
  fn: () => void uuidv7({ msecs: iat * 1000 }),
});
Deno.bench({ name: "from a UUIDv4", group: "a UUIDv7 of a time", fn: () => void uuidAt(iat * 1000) });

Deno.bench({
  name: "Ed25519 alone",
  group: "verify",
  baseline: true,
  fn: () => void verify(null, input, publicKey, signatureBytes),
});
Deno.bench({
  name: "verify a token seen for the first time",
  group: "verify",
  fn: async () => void await open().verify(token),
});
Deno.bench({ name: "verify a token seen before", group: "verify", fn: () => void tokens.verify(token) });
