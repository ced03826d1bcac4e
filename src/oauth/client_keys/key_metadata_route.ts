import { z } from "@hono/zod-openapi";
import { assertionAlgorithms } from "../../vocabulary/algorithms.ts";
import { keysMax, readKeySet } from "./client_jwks.ts";

/** The public keys of a client; what else a key says is not kept. */
const JwkSet = z.looseObject({ keys: z.array(z.looseObject({})).max(keysMax) }).transform((given, context) => {
  const read = readKeySet(given);
  if (typeof read !== "string") return read;
  context.addIssue({ code: "custom", message: read });
  return z.NEVER;
});

const JwksUri = z.string().max(2_048).refine((given) => {
  const url = URL.parse(given);
  return url !== null && /^https?:$/.test(url.protocol) && !/[@#\s]/.test(given);
}, "A URL with https, or with http in SENTINEL_OUTBOUND_ALLOW, and without user and fragment.").openapi({
  format: "uri",
});

const ClientKey = z.strictObject({
  kid: z.string(),
  kty: z.enum(["EC", "OKP", "RSA"]),
  ...z.strictObject({
    ...{ crv: z.enum(["P-256", "Ed25519"]), x: z.string(), y: z.string(), n: z.string(), e: z.string() },
    ...{ alg: z.string(), use: z.literal("sig") },
  }).partial().shape,
}).openapi("ClientKey");

/** Of a client in answers. */
export const KeySetResponse = z.strictObject({ keys: z.array(ClientKey) });

/** What a request says about the keys of a client (RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2). */
export const keyMetadata = {
  jwks: JwkSet.nullable().openapi({
    description:
      "For `private_key_jwt`: its public keys (RFC 7517 §5), each with a `kid`: P-256, Ed25519, or RSA with " +
      "2,048 to 4,096 bits. Absent with `jwks_uri`",
    example: null,
  }),
  jwks_uri: JwksUri.nullable().openapi({
    description:
      "For `private_key_jwt`: where its public keys are, if not in `jwks`; https on port 443, or an address " +
      "in `SENTINEL_OUTBOUND_ALLOW`. They are kept for 10 minutes, and requested once a minute at most",
    example: null,
  }),
  token_endpoint_auth_signing_alg: z.enum(assertionAlgorithms).nullable().openapi({
    description: "For `private_key_jwt`: the only algorithm of its assertions; null: any that its keys are for",
    example: null,
  }),
  token_endpoint_audience: z.boolean().openapi({
    description:
      "For `private_key_jwt`: whether the `aud` of its assertions may be the URL of the token endpoint too. " +
      "Otherwise it is the issuer, as one string",
    example: false,
  }),
};
