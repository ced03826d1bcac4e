import { hash } from "node:crypto";
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A key that a client proves to have, and its thumbprint (RFC 7638). */
export type DpopKey = { alg: string; privateKey: CryptoKey; jwk: JWK; jkt: string };

/** What a proof is for, and what of it is not as it should be. */
export type WantedProof = {
  method?: string;
  path?: string;
  /** The access token that is sent with it. */
  token?: string | undefined;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
};

export async function newDpopKey(alg = "ES256"): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { alg, privateKey, jwk, jkt: await calculateJwkThumbprint(jwk) };
}

/** A new proof of the key (RFC 9449 §4.2), for the token endpoint unless the test says otherwise. */
export function proofOf(
  { alg, privateKey, jwk }: DpopKey,
  { method = "POST", path = "/oauth/token", token, claims, header }: WantedProof = {},
): Promise<string> {
  const ath = token === undefined ? {} : { ath: hash("sha256", token, "base64url") };
  return new SignJWT({
    ...{ htm: method, htu: `http://localhost:8000${path}`, jti: crypto.randomUUID() },
    ...{ iat: Math.floor(Date.now() / 1_000), ...ath, ...claims },
  }).setProtectedHeader({ typ: "dpop+jwt", alg, jwk, ...header }).sign(privateKey);
}

/** The header with a new proof of the key. */
export async function proven(key: DpopKey, wanted: WantedProof = {}): Promise<{ dpop: string }> {
  return { dpop: await proofOf(key, wanted) };
}

/** The headers of a GET with a token that is bound to the key. */
export async function bound(
  token: string,
  key: DpopKey,
  path: string,
  wanted: WantedProof = {},
): Promise<{ authorization: string; dpop: string }> {
  return { authorization: `DPoP ${token}`, ...await proven(key, { method: "GET", path, token, ...wanted }) };
}
