import { Buffer } from "node:buffer";
import { sign as signBytes } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Clock } from "../../platform/clock.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type KeyRing, type Keys, signingAlgorithm } from "../keys/keys.ts";

/** The claims of a verified access token (RFC 9068 §2.2). Times are in seconds since the epoch. */
export type AccessClaims = { sub: string; sid: string; jti: string; iat: number; exp: number };

/** The claims of a new token. `roles` is for other applications, and omitted if it would make the token too long. */
export type NewAccessClaims = AccessClaims & { roles: string[] };

/**
 * The only OAuth client, as all logins are first-party; RFC 9068 §2.2 requires `client_id`. No decision depends on it,
 * and a token without it is valid.
 */
export const clientId = "sentinel";

export type AccessTokens = ReturnType<typeof createAccessTokens>;

type Verified = { claims: AccessClaims; kid: string };

const lengthMax = 4_096;
const inputLengthMax = lengthMax - 87; // a dot and the signature
const cacheSizeMax = 100_000;
const form = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]$/; // the signature has 64 bytes, without stray bits at the end
const headerMembers = ["alg", "typ", "kid"];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Signs and verifies access tokens: JWT, Ed25519, `typ: at+jwt` (RFC 9068). It remembers verified tokens, so that each
 * signature is checked once. Whether the session is live must be checked elsewhere.
 */
export function createAccessTokens({ keys, clock, issuer, ttlSeconds, counted = () => {} }: {
  keys: Keys;
  clock: Clock;
  issuer: string;
  ttlSeconds: number;
  counted?: (result: "valid" | "cached" | "invalid") => void;
}) {
  const verified = new BoundedMap<string, Verified>(cacheSizeMax);
  let agesAt = 0; // expired tokens are dropped even if few tokens arrive

  return { sign, verify };

  /** A compact JWS (RFC 7515 §7.1). By node:crypto, which takes two thirds of the time of WebCrypto (access_token_bench.ts). */
  async function sign({ roles, ...claims }: NewAccessClaims): Promise<string> {
    const { active } = await keys.ring();
    const header = encodeJson({ alg: signingAlgorithm, typ: "at+jwt", kid: active.kid });
    const own = { ...claims, client_id: clientId, iss: issuer, aud: issuer };
    const whole = `${header}.${encodeJson({ ...own, roles })}`;
    const input = whole.length <= inputLengthMax ? whole : `${header}.${encodeJson(own)}`;
    return `${input}.${signBytes(null, Buffer.from(input), active.privateKey).toString("base64url")}`;
  }

  /** @throws {Problem} `invalid_token`, alike for every reason. */
  function verify(token: string): AccessClaims | Promise<AccessClaims> {
    const known = verified.get(token);
    if (known && known.claims.exp * 1000 > clock.now() && keys.known()?.verifying.has(known.kid)) {
      counted("cached");
      return known.claims;
    }
    return verifySignature(token);
  }

  /** A failure to load the keys is no statement about the token, and is thrown unchanged. */
  async function verifySignature(token: string): Promise<AccessClaims> {
    const { verifying } = await keys.ring();
    try {
      const { claims, kid } = await judge(token, verifying);
      counted("valid");
      if (clock.now() >= agesAt) {
        verified.age();
        agesAt = clock.now() + ttlSeconds * 1000;
      }
      verified.set(token, { claims, kid });
      return claims;
    } catch (error) {
      counted("invalid");
      throw new Problem("invalid_token", { cause: error });
    }
  }

  /** Checks what jose does not: length, canonical form, header members, whole-second times, lifetime. */
  async function judge(token: string, verifying: KeyRing["verifying"]): Promise<Verified> {
    if (token.length > lengthMax || !form.test(token)) throw new errors.JWTInvalid("not a compact JWS");
    const { payload, protectedHeader } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = typeof kid === "string" ? verifying.get(kid) : undefined;
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: [signingAlgorithm],
        issuer,
        audience: issuer,
        typ: "at+jwt",
        requiredClaims: ["sub", "sid", "jti", "iat", "exp"],
        currentDate: new Date(clock.now()),
      },
    );
    if (!isCanonical(token)) throw new errors.JWTInvalid("not in canonical form");
    const stranger = Object.keys(protectedHeader).find((member) => !headerMembers.includes(member));
    if (stranger !== undefined) throw new errors.JWTInvalid("a header member that Sentinel's tokens do not have");
    return { claims: accessClaims(payload), kid: protectedHeader.kid! };
  }

  function accessClaims({ sub, sid, jti, iat, exp }: JWTPayload): AccessClaims {
    const nowSeconds = clock.now() / 1000;
    const plausible = typeof sub === "string" && typeof sid === "string" && typeof jti === "string" &&
      uuid.test(sub) && uuid.test(sid) && Number.isSafeInteger(iat) && Number.isSafeInteger(exp) &&
      iat! <= nowSeconds + 1 && exp! - iat! <= ttlSeconds && exp! > nowSeconds;
    if (!plausible) throw new errors.JWTInvalid("claims out of bounds");
    return { sub, sid, jti, iat: iat!, exp: exp! };
  }
}

const encodeJson = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Whether encoding header and payload again gives the same text: no stray bits at the end, no repeated member. */
function isCanonical(token: string): boolean {
  return token.split(".").slice(0, 2).every((part) => {
    const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return Buffer.from(bytes).toString("base64url") === part && JSON.stringify(JSON.parse(text)) === text;
  });
}
