import { hash } from "node:crypto";
import { type CryptoKey, importJWK, type JWK } from "jose";
import { type DpopAlgorithm, secretKeyMembers } from "../../vocabulary/algorithms.ts";
import { invalidProof } from "./invalid_proof.ts";

/** A public key that a client proves to have, and its thumbprint (RFC 7638 §3.2), which tokens are bound to. */
export type ProofKey = { jkt: string; key: CryptoKey };

/**
 * What a key of a type looks like: the members of its thumbprint in their order (RFC 7638 §3.2, RFC 8037 appendix A.3).
 */
type KeyForm = Readonly<Record<string, RegExp>>;

const coordinate = /^[\w-]{43}$/; // 256 bits in base64url

const ec: KeyForm = { crv: /^P-256$/, kty: /^EC$/, x: coordinate, y: coordinate };
const okp: KeyForm = { crv: /^Ed25519$/, kty: /^OKP$/, x: coordinate };

/** 2048 to 4096 bits, with the usual exponent: a large one would make each verification slow. */
const rsa: KeyForm = { e: /^AQAB$/, kty: /^RSA$/, n: /^[\w-]{342,683}$/ };

const forms: Readonly<Record<DpopAlgorithm, KeyForm>> = { ES256: ec, EdDSA: okp, Ed25519: okp, PS256: rsa, RS256: rsa };

/** The key in the header of a proof, for this algorithm alone. @throws {Problem} `invalid_dpop_proof` */
export async function proofKey(jwk: JWK | undefined, alg: DpopAlgorithm): Promise<ProofKey> {
  if (typeof jwk !== "object" || jwk === null) throw invalidProof("The header has no jwk");
  const sent: Record<string, unknown> = { ...jwk };
  if (secretKeyMembers.some((member) => member in sent)) {
    throw invalidProof("The jwk has a private key: it is known to others now, so replace it");
  }
  const form = Object.entries(forms[alg]);
  const bad = form.find(([member, pattern]) => typeof sent[member] !== "string" || !pattern.test(sent[member]));
  if (bad) throw invalidProof(`The jwk is no public key for ${alg}: ${bad[0]}`);
  const known = Object.fromEntries(form.map(([member]) => [member, sent[member]]));
  const key = await importJWK({ ...known, key_ops: ["verify"] } as JWK, alg).catch((cause: unknown) => {
    throw invalidProof(`The jwk is no public key for ${alg}`, cause);
  });
  return { jkt: hash("sha256", JSON.stringify(known), "base64url"), key: key as CryptoKey };
}
