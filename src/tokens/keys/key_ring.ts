import { Buffer } from "node:buffer";
import { createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import { importJWK, type JSONWebKeySet } from "jose";
import type { AccessTokenAlgorithm, SigningAlgorithm } from "../../vocabulary/algorithms.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { openText } from "../../platform/text/sealed_text.ts";
import type { UsableKey } from "./key_store.ts";

/** The algorithm for our own API, whose ring always exists: signing takes 25 µs, with ES256 65 µs at best. */
export const ownAlgorithm: AccessTokenAlgorithm = "EdDSA";

/** A key that signs. `since` in milliseconds since the Unix epoch. */
export type SigningKey = {
  kid: string;
  alg: SigningAlgorithm;
  privateKey: KeyObject;
  /** The encoded header of an access token that it signs (RFC 9068 §2.1). */
  header: string;
  since: number;
  /** The signature of a compact JWS with this key (RFC 7518 §3.4, RFC 8037 §3.1). */
  sign: (input: string) => Uint8Array | Promise<Uint8Array>;
};

/** A public key and the only algorithm that it verifies (RFC 8725 §3.1). */
export type VerifyingKey = { alg: SigningAlgorithm; key: CryptoKey };

/** The present keys: one of each algorithm that signs and, by kid, all that verify, which are the published ones. */
export type KeyRing = {
  /** Signs for our own API. */
  active: SigningKey;
  signing: ReadonlyMap<SigningAlgorithm, SigningKey>;
  verifying: ReadonlyMap<string, VerifyingKey>;
  jwks: JSONWebKeySet;
};

/** Room for one text after the other: encoded in new buffers, claims take a third longer (access_token_bench.ts). */
const room = Buffer.alloc(16_384);

/** The text in UTF-8, until the next call. */
function bytesOf(text: string): Buffer {
  return text.length * 3 <= room.length ? room.subarray(0, room.write(text)) : Buffer.from(text);
}

/** A part of a compact JWS: the value as JSON, in base64url (RFC 7515 §2). */
export const encodeJson = (value: unknown) => bytesOf(JSON.stringify(value)).toString("base64url");

/** Decrypts the private part. @throws for a key of another secret. */
export function openKey({ kid, alg, private_key, secret_id, activated_at }: UsableKey, secrets: Secrets): SigningKey {
  const key = JSON.parse(openText(secrets.subkey("keys", secret_id), kid, private_key));
  const privateKey = createPrivateKey({ key, format: "jwk" });
  const header = encodeJson({ alg, typ: "at+jwt", kid });
  return { kid, alg, privateKey, header, since: activated_at!.getTime(), sign: signerOf(alg, privateKey, key) };
}

/** The public part of a stored key. */
export async function verifyingKey({ alg, public_jwk }: Pick<UsableKey, "alg" | "public_jwk">): Promise<VerifyingKey> {
  return { alg, key: await importJWK(public_jwk, alg) as CryptoKey };
}

/**
 * EdDSA by node:crypto, in two thirds of the time of WebCrypto; the others by WebCrypto, which libcrypto makes fast.
 */
function signerOf(alg: SigningAlgorithm, privateKey: KeyObject, jwk: JsonWebKey): SigningKey["sign"] {
  if (alg === "EdDSA") return (input) => signBytes(null, bytesOf(input), privateKey);
  const algorithm = webCryptoAlgorithms[alg];
  const imported = crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]);
  return async (input) =>
    new Uint8Array(await crypto.subtle.sign(algorithm, await imported, new TextEncoder().encode(input)));
}

const webCryptoAlgorithms = {
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
} as const;

/** The ring of these keys, of which `signing` are decrypted. */
export async function buildKeyRing(
  rows: UsableKey[],
  active: SigningKey,
  signing: ReadonlyMap<SigningAlgorithm, SigningKey>,
): Promise<KeyRing> {
  // Includes the next keys: another replica may have just made one sign.
  const publicKeys = rows.map(async (row) => [row.kid, await verifyingKey(row)] as const);
  return {
    active,
    signing,
    verifying: new Map(await Promise.all(publicKeys)),
    jwks: { keys: rsaFirst(rows).map(({ public_jwk }) => public_jwk) },
  };
}

/** Some programs take the first key of a set, and know only RSA. */
function rsaFirst(rows: UsableKey[]): UsableKey[] {
  return [...rows.filter(({ alg }) => alg === "RS256"), ...rows.filter(({ alg }) => alg !== "RS256")];
}
