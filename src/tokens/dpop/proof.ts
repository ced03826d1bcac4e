import { hash } from "node:crypto";
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from "jose";
import { type DpopAlgorithm, dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { invalidProof } from "./invalid_proof.ts";
import type { ProofKey } from "./proof_key.ts";

/** What a proof must be for. `url`: without a query. `accessToken`: what is sent with it, if anything. */
export type ProvenRequest = { method: string; url: string; accessToken?: string | undefined };

/** A proof with a right signature, for this request. `iat` in seconds since the epoch. */
export type JudgedProof = { jkt: string; jti: string; iat: number };

/**
 * How far `iat` may be from our time, in seconds: clocks differ, and a proof is made for one request (RFC 9449 §11.1).
 */
export const proofAgeMaxSeconds = 60;

const lengthMax = 4_096, jtiLengthMax = 256;
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Checks a proof (RFC 9449 §4.3), all but that it was not used before. Two headers arrive as one text with a comma,
 * which is no proof. `now` in milliseconds since the epoch.
 *
 * @throws {Problem} `invalid_dpop_proof`
 */
export async function judgeProof(
  jws: string,
  request: ProvenRequest,
  keyOf: (header: JWTHeaderParameters) => Promise<ProofKey>,
  now: number,
): Promise<JudgedProof> {
  if (jws.length > lengthMax) throw invalidProof(`The proof has more than ${lengthMax} characters`);
  if (!form.test(jws)) throw invalidProof("The header DPoP must have exactly one compact JWS");
  let known: ProofKey | undefined;
  try {
    const { payload } = await jwtVerify(jws, async (header) => (known = await keyOf(header)).key, {
      algorithms: [...dpopAlgorithms],
      typ: "dpop+jwt",
      currentDate: new Date(now),
    });
    return { jkt: known!.jkt, ...requireClaims(payload, request, now) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw invalidProof(
      `The proof is refused: ${error instanceof errors.JOSEError ? error.message : "it is malformed"}`,
      error,
    );
  }
}

/** The algorithm of a header that `jwtVerify` lets through. */
export function algorithmOf({ alg }: JWTHeaderParameters): DpopAlgorithm {
  return alg as DpopAlgorithm;
}

function requireClaims(
  { htm, htu, ath, jti, iat }: JWTPayload,
  { method, url, accessToken }: ProvenRequest,
  now: number,
): { jti: string; iat: number } {
  if (typeof jti !== "string" || jti === "" || jti.length > jtiLengthMax) {
    throw invalidProof(`The claim jti must have 1 to ${jtiLengthMax} characters`);
  }
  if (htm !== method) throw invalidProof(`The claim htm must be ${method}`);
  if (typeof htu !== "string" || normalUrl(htu) !== normalUrl(url)) throw invalidProof(`The claim htu must be ${url}`);
  if (typeof iat !== "number" || !(Math.abs(now / 1_000 - iat) <= proofAgeMaxSeconds)) {
    throw invalidProof(`The claim iat must be within ${proofAgeMaxSeconds} seconds of the time of the server`);
  }
  if (accessToken !== undefined && ath !== hash("sha256", accessToken, "base64url")) {
    throw invalidProof("The claim ath must be the hash of the access token");
  }
  return { jti, iat };
}

/** Without query and fragment, in normal form (RFC 9449 §4.3, RFC 3986 §6.2.2, §6.2.3). */
function normalUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.username !== "" || url.password !== "") return undefined;
  return url.origin + url.pathname.replaceAll(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase());
}
