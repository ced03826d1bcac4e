import { base64url, calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from "jose";
import type { ProofMemory } from "./proof_memory.ts";
import { Refusal } from "./refusal.ts";

/** How far the time of a proof may be from this machine's, in seconds. */
const leewaySeconds = 60;
const lengthMax = 4_096;
const jtiLengthMax = 256;

/** The signatures of proofs that are accepted: those that Sentinel accepts. */
export const proofAlgorithms = ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"];

/** The request that a proof is for. `url` is what the client called, without query. */
export type ProvenRequest = { proof: string | null; method: string; url: URL; token: string; jkt: string };

/**
 * Checks the proof of a token that is bound to the key `jkt` (RFC 9449 §4.3, §7.1). It is taken into the memory last,
 * so only holders of bound tokens can fill it. @throws {Refusal} `invalid_dpop_proof`
 */
export async function requireProof(request: ProvenRequest, memory: ProofMemory, now: () => number): Promise<void> {
  const { proof, method, url, token, jkt } = request;
  if (!proof || proof.includes(",") || proof.length > lengthMax) throw refused("Not one DPoP header with a proof.");
  const { payload, thumbprint } = await verified(proof, now);
  const { jti, iat, htm, htu, ath } = payload;
  if (thumbprint !== jkt) throw refused("The proof is by another key than that of the token.");
  if (htm !== method) throw refused("htm is another method.");
  if (!isSame(htu, url)) throw refused(`htu is not ${url.href}`);
  if (ath !== await hashOf(token)) throw refused("ath is not the hash of the token.");
  if (typeof iat !== "number" || !(Math.abs(iat - now() / 1_000) <= leewaySeconds)) {
    throw refused("iat is too old, or ahead.");
  }
  if (typeof jti !== "string" || jti === "" || jti.length > jtiLengthMax) throw refused("jti is missing or too long.");
  const isNew = await memory.take({ id: `${jkt}:${jti}`, issuedAt: iat, expiresAt: iat + leewaySeconds });
  if (!isNew) throw refused("The proof was used before.");
}

async function verified(proof: string, now: () => number): Promise<{ payload: JWTPayload; thumbprint: string }> {
  try {
    const options = { typ: "dpop+jwt", algorithms: proofAlgorithms, currentDate: new Date(now()) };
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, options);
    return { payload, thumbprint: await calculateJwkThumbprint(protectedHeader.jwk!) };
  } catch (error) {
    throw refused("The proof is not a valid JWT.", error);
  }
}

/** Compares without query and fragment, after normalization of both (RFC 9449 §4.3, RFC 3986 §6.2.2). */
function isSame(htu: unknown, url: URL): boolean {
  if (typeof htu !== "string" || !URL.canParse(htu)) return false;
  const sent = new URL(htu);
  return sent.username === "" && sent.password === "" && normalForm(sent) === normalForm(url);
}

function normalForm({ origin, pathname }: URL): string {
  return origin + pathname.replaceAll(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase());
}

async function hashOf(token: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token))));
}

function refused(message: string, cause?: unknown): Refusal {
  return new Refusal("invalid_dpop_proof", message, "DPoP", cause);
}
