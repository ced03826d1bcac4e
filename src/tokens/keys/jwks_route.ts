import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, crossOrigin, fromMemory, ok, operation, problems } from "../../http/contract/contract.ts";
import type { KeyRing } from "./key_ring.ts";
import { jwksMaxAgeSeconds, type Keys } from "./keys.ts";

const kid = z.string().openapi({
  description: "JWK thumbprint (RFC 7638)",
  example: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", // RFC 8037 A.3
});

const Ed25519Jwk = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().openapi({
    description: "Public key, base64url (RFC 8037 §2)",
    example: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", // RFC 8037 A.2
  }),
  kid,
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
}).openapi("Ed25519Jwk");

const P256Jwk = z.strictObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string().openapi({ example: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU" }), // RFC 7515 A.3
  y: z.string().openapi({ example: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }),
  kid,
  alg: z.literal("ES256"),
  use: z.literal("sig"),
}).openapi("P256Jwk");

const RsaJwk = z.strictObject({
  kty: z.literal("RSA"),
  n: z.string().openapi({
    description: "Modulus of 2048 bits, base64url (RFC 7518 §6.3.1.1)",
    example:
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4" +
      "n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZH" +
      "zu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8a" +
      "wapJzKnqDKgw", // RFC 7517 A.1
  }),
  e: z.string().openapi({ example: "AQAB" }),
  kid,
  alg: z.literal("RS256"),
  use: z.literal("sig"),
}).openapi("RsaJwk");

const JwkSet = z.strictObject({ keys: z.array(z.union([RsaJwk, Ed25519Jwk, P256Jwk])) }).openapi("JwkSet");

const route = operation("GET /.well-known/jwks.json", {
  operationId: "listSigningKeys",
  tags: ["sessions"],
  summary: "The public keys that verify access tokens and id_tokens, RSA keys first (RFC 7517 §5)",
  ...anyone,
  ...crossOrigin,
  ...fromMemory,
  ...ok(JwkSet, "The key set", {
    headers: { "cache-control": `public, max-age=${jwksMaxAgeSeconds}`, "access-control-allow-origin": "*" },
  }),
  ...problems("unavailable"),
});

/** `GET /.well-known/jwks.json` */
export const jwksRoute = resource([route], (app, { keys }: { keys: Keys }) => {
  const published = ({ jwks }: KeyRing) => jwks as z.infer<typeof JwkSet>;
  app.add(route, () => {
    const ring = keys.ring();
    return ring instanceof Promise ? ring.then(published) : published(ring);
  });
});
