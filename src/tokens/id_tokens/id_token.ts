import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { compactVerify, type CompactVerifyResult, errors } from "jose";
import type { IdTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import { encodeJson, type SigningKey, type VerifyingKey } from "../keys/key_ring.ts";
import type { Keys } from "../keys/keys.ts";

/**
 * What a new id_token says (OpenID Connect Core 1.0 §2). Times are in seconds since the epoch. `aud` is the client,
 * `sid` the `rp_sid` of its session, `user` the claims of the scopes. `access_token` is the one issued with it, if any.
 */
export type NewIdTokenClaims = {
  sub: string;
  aud: string;
  sid: string;
  iat: number;
  exp: number;
  auth_time: number;
  nonce?: string | undefined;
  acr?: string | undefined;
  amr?: string[] | undefined;
  access_token?: string | undefined;
  user: Record<string, unknown>;
};

/** The user, the client and the session of an id_token that a client sends back. */
export type IdTokenHint = { sub: string; aud: string; sid: string };

export type IdTokens = ReturnType<typeof createIdTokens>;

const hintLengthMax = 8_192;

/** Signs id_tokens, which tell a client who signed in, and verifies those that come back as hints. */
export function createIdTokens({ keys, issuer }: { keys: Keys; issuer: string }) {
  return { sign, verifyHint };

  /** A compact JWS. Creates the keys of the algorithm if there are none; do not call it in a transaction. */
  async function sign({ access_token, user, ...claims }: NewIdTokenClaims, alg: IdTokenAlgorithm): Promise<string> {
    const { kid, sign } = await signingKey(alg);
    const at_hash = access_token === undefined ? undefined : accessTokenHash(access_token);
    const input = `${encodeJson({ alg, typ: "JWT", kid })}.${encodeJson({ ...user, iss: issuer, ...claims, at_hash })}`;
    return `${input}.${Buffer.from(await sign(input)).toString("base64url")}`;
  }

  async function signingKey(alg: IdTokenAlgorithm): Promise<SigningKey> {
    return (await keys.ring()).signing.get(alg) ?? await keys.ensureAlgorithm(alg);
  }

  /**
   * Of an id_token that we issued, even if it has expired or its key has retired (RP-Initiated Logout 1.0 §2);
   * undefined for anything else. It proves nothing about who sends it.
   */
  async function verifyHint(token: string): Promise<IdTokenHint | undefined> {
    if (token.length > hintLengthMax) return undefined;
    try {
      const { payload } = await verified(token);
      const { iss, sub, aud, sid } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
      const isOurs = iss === issuer && [sub, aud, sid].every((value) => typeof value === "string");
      return isOurs ? { sub, aud, sid } : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
        return undefined;
      }
      throw error;
    }
  }

  async function verified(token: string): Promise<CompactVerifyResult> {
    const { verifying } = await keys.ring();
    return await compactVerify(token, async ({ kid, alg, typ }) => {
      if (typeof kid !== "string" || typ !== "JWT") throw new errors.JWSInvalid("not an id_token");
      const key = verifying.get(kid) ?? await keys.findRetired(kid);
      return keyFor(key, alg);
    }, { algorithms: ["RS256", "ES256"] });
  }
}

/** A key verifies only signatures of its own algorithm (RFC 8725 §3.1). */
function keyFor(key: VerifyingKey | undefined, alg: string): CryptoKey {
  if (!key || key.alg !== alg) throw new errors.JWKSNoMatchingKey();
  return key.key;
}

/** The left half of the SHA-256 hash, which both algorithms of id_tokens use (OpenID Connect Core 1.0 §3.1.3.6). */
function accessTokenHash(token: string): string {
  return createHash("sha256").update(token, "ascii").digest().subarray(0, 16).toString("base64url");
}
