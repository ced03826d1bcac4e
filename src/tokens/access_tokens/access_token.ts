import { Buffer } from "node:buffer";
import { errors, type JWTPayload, jwtVerify } from "jose";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Clock } from "../../platform/clock.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { clientUuid } from "../../vocabulary/clients/client_id.ts";
import { isId } from "../../vocabulary/ids.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import { type Aal, aalOf, type Acr } from "../../vocabulary/assurance.ts";
import { accessTokenTtlSecondsMax } from "../keys/key_store.ts";
import { encodeJson, type KeyRing, ownAlgorithm, type SigningKey } from "../keys/key_ring.ts";
import type { Keys } from "../keys/keys.ts";

/** Times are in seconds since the epoch. */
type CommonClaims = { sub: string; jti: string; iat: number; exp: number };

/**
 * The claims of a verified access token (RFC 9068 §2.2). `sid` is the session of a login or of an OAuth client; a token
 * of client credentials has none. `client_id` is the id under which the client is stored. `scopes` limit what a client
 * got: the token of a login has none. `auth_time` is the time of the user's sign-in, and `aal` the number of its
 * factors. `jkt` is the thumbprint of the key that the token is bound to, if any (RFC 9449 §6.1).
 */
export type AccessClaims = CommonClaims & {
  sid: string | undefined;
  client_id: string;
  scopes: ReadonlySet<string> | undefined;
  auth_time: number | undefined;
  aal: Aal;
  aud: string;
  alg: AccessTokenAlgorithm;
  jkt: string | undefined;
};

/**
 * The claims of a new token, with the sign-in of its session. `roles` is for other applications, and omitted if it
 * would make the token too long.
 */
export type NewAccessClaims = CommonClaims & { sid: string; roles: string[]; auth_time: number; acr: Acr };

/**
 * The claims of a new token of an OAuth client: of its session with the user's sign-in, or of client credentials
 * without either. `jti` is that of {@link clientTokenId}.
 */
export type NewClientClaims = CommonClaims & {
  client_id: string;
  aud: string;
  scope: string;
  sid?: string | undefined;
  auth_time?: number | undefined;
  acr?: Acr | undefined;
  cnf?: Confirmation | undefined;
};

/** The key that the token is bound to, by its thumbprint (RFC 9449 §6.1, RFC 7800 §3.1). */
export type Confirmation = { jkt: string };

/**
 * Where a token is sent, which decides what it must be. `own_api`: our own API takes only what was issued for it.
 * `userinfo`: what tells a client about its user takes only what was issued for that. `any_of_ours`: revocation and
 * introspection take every token that Sentinel issued.
 */
export type TokenPolicy = "own_api" | "userinfo" | "any_of_ours";

/** The audience of tokens that tell a client about its user, and do nothing else. */
export const userinfoAudience = (issuer: string) => `${issuer}/oauth/userinfo`;

/** The client of all logins, which are first-party. No decision depends on it, and a token without it is valid. */
export const clientId = "sentinel";

export type AccessTokens = ReturnType<typeof createAccessTokens>;

type Verified = { claims: AccessClaims; kid: string };

const lengthMax = 4_096;
const inputLengthMax = lengthMax - 87; // a dot and the signature
const cacheSizeMax = 100_000;
const aheadSecondsMax = 2; // a second by clientTokenIat(), and clocks of replicas that differ
const form = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]$/; // the signature has 64 bytes, without stray bits at the end
const headerMembers = ["alg", "typ", "kid"];

/**
 * Signs and verifies access tokens: JWT, `typ: at+jwt` (RFC 9068), with Ed25519 for our own API. It remembers verified
 * tokens, so that each signature is checked once; the policy is checked each time. Whether the session or the client is
 * live must be checked elsewhere.
 */
export function createAccessTokens({ keys, clock, issuer, ttlSeconds, counted = () => {} }: {
  keys: Keys;
  clock: Clock;
  issuer: string;
  ttlSeconds: number;
  counted?: (result: "valid" | "cached" | "invalid") => void;
}) {
  const userinfo = userinfoAudience(issuer);
  const verified = new BoundedMap<string, Verified>(cacheSizeMax);
  let agesAt = 0; // expired tokens are dropped even if few tokens arrive

  return { sign, signForClient, verify };

  /** A compact JWS (RFC 7515 §7.1). */
  async function sign({ roles, ...claims }: NewAccessClaims): Promise<string> {
    const { active } = await keys.ring();
    const { header } = active;
    const own = { ...claims, client_id: clientId, iss: issuer, aud: issuer };
    const whole = `${header}.${encodeJson({ ...own, roles })}`;
    return await signed(whole.length <= inputLengthMax ? whole : `${header}.${encodeJson(own)}`, active);
  }

  /**
   * As {@link sign}, for the client itself. @throws {Problem} `invalid_scope` where the scopes are too many for a
   * token.
   */
  function signForClient(claims: NewClientClaims, alg: AccessTokenAlgorithm): string | Promise<string> {
    const ring = keys.ring();
    return ring instanceof Promise ? ring.then((known) => signBy(known, claims, alg)) : signBy(ring, claims, alg);
  }

  function signBy({ signing }: KeyRing, claims: NewClientClaims, alg: AccessTokenAlgorithm): string | Promise<string> {
    const key = signing.get(alg);
    if (!key) throw new Unavailable(`no key signs with ${alg}`);
    const input = `${key.header}.${encodeJson({ ...claims, iss: issuer })}`;
    if (input.length > inputLengthMax) throw new Problem("invalid_scope", { detail: "Ask for fewer scopes at once." });
    return signed(input, key);
  }

  /** @throws {Problem} `invalid_token`, alike for every reason. */
  function verify(token: string, policy: TokenPolicy = "own_api"): AccessClaims | Promise<AccessClaims> {
    const known = verified.get(token);
    if (known && known.claims.exp * 1000 > clock.now() && keys.known()?.verifying.has(known.kid)) {
      if (!admits(policy, known.claims)) throw refusal(new errors.JWTInvalid("of another audience"));
      counted("cached");
      return known.claims;
    }
    return verifySignature(token, policy);
  }

  /** A failure to load the keys is no statement about the token, and is thrown unchanged. */
  async function verifySignature(token: string, policy: TokenPolicy): Promise<AccessClaims> {
    const { verifying } = await keys.ring();
    try {
      const { claims, kid } = await judge(token, verifying);
      if (clock.now() >= agesAt) {
        verified.age();
        agesAt = clock.now() + ttlSeconds * 1000;
      }
      verified.set(token, { claims, kid });
      if (!admits(policy, claims)) throw new errors.JWTInvalid("of another audience");
      counted("valid");
      return claims;
    } catch (error) {
      throw refusal(error);
    }
  }

  function admits(policy: TokenPolicy, { aud, alg }: AccessClaims): boolean {
    if (policy === "any_of_ours") return true;
    return aud === (policy === "own_api" ? issuer : userinfo) && alg === ownAlgorithm;
  }

  function refusal(cause: unknown): Problem {
    counted("invalid");
    return new Problem("invalid_token", { cause });
  }

  /** Checks what jose does not: length, canonical form, header members, whole-second times, lifetime. */
  async function judge(token: string, verifying: KeyRing["verifying"]): Promise<Verified> {
    if (token.length > lengthMax || !form.test(token)) throw new errors.JWTInvalid("not a compact JWS");
    const { payload, protectedHeader } = await jwtVerify(
      token,
      ({ kid, alg }) => {
        const key = typeof kid === "string" ? verifying.get(kid) : undefined;
        if (key?.alg !== alg) throw new errors.JWKSNoMatchingKey();
        return key!.key;
      },
      {
        algorithms: ["EdDSA", "ES256"],
        issuer,
        typ: "at+jwt",
        requiredClaims: ["sub", "aud", "jti", "iat", "exp"],
        currentDate: new Date(clock.now()),
      },
    );
    if (!isCanonical(token)) throw new errors.JWTInvalid("not in canonical form");
    const stranger = Object.keys(protectedHeader).find((member) => !headerMembers.includes(member));
    if (stranger !== undefined) throw new errors.JWTInvalid("a header member that Sentinel's tokens do not have");
    const { kid, alg } = protectedHeader;
    return { claims: accessClaims(payload, alg as AccessTokenAlgorithm), kid: kid! };
  }

  function accessClaims(payload: JWTPayload, alg: AccessTokenAlgorithm): AccessClaims {
    const { sub, jti, iat, exp, aud } = payload;
    const nowSeconds = clock.now() / 1000;
    const own = [issuer, userinfo].find((audience) => audience === aud);
    const plausible = isId(sub) && typeof jti === "string" && typeof aud === "string" && Number.isSafeInteger(iat) &&
      Number.isSafeInteger(exp) && iat! <= nowSeconds + aheadSecondsMax && exp! > nowSeconds &&
      exp! - iat! <= (own ? ttlSeconds : accessTokenTtlSecondsMax);
    if (!plausible) throw new errors.JWTInvalid("claims out of bounds");
    const common = { sub, jti, iat: iat!, exp: exp!, aud: own ?? aud, alg };
    return "sid" in payload && !("scope" in payload) ? ofLogin(common, payload) : ofClient(common, payload);
  }
}

type Common = Omit<AccessClaims, "sid" | "client_id" | "scopes" | "auth_time" | "aal" | "jkt">;

/** A token without `auth_time` is valid, but of no fresh sign-in. */
function ofLogin(common: Common, { sid, auth_time, acr, cnf }: JWTPayload): AccessClaims {
  if (!isId(sid) || auth_time !== undefined && !isTime(auth_time) || cnf !== undefined) {
    throw new errors.JWTInvalid("not the claims of a login");
  }
  return { ...common, sid, client_id: clientId, scopes: undefined, auth_time, aal: aalOf(acr), jkt: undefined };
}

/** For itself, or for a user who signed in with it: then it has a session, and the time of the sign-in. */
function ofClient(common: Common, { client_id, scope, cnf, ...rest }: JWTPayload): AccessClaims {
  const client = typeof client_id === "string" ? clientUuid(client_id) : undefined;
  if (!isId(common.jti) || client === undefined || typeof scope !== "string") {
    throw new errors.JWTInvalid("not the claims of a client");
  }
  const scopes = new Set(scope.split(" ").filter(Boolean));
  return { ...common, ...signIn(rest), client_id: client, scopes, jkt: thumbprint(cnf) };
}

/** A confirmation of another kind is refused: a token that is bound must never count as one that is not. */
function thumbprint(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined;
  const { jkt } = Object(cnf);
  if (typeof jkt !== "string" || Object.keys(Object(cnf)).length > 1) {
    throw new errors.JWTInvalid("another confirmation");
  }
  return jkt;
}

function signIn({ sid, auth_time, acr }: JWTPayload): Pick<AccessClaims, "sid" | "auth_time" | "aal"> {
  if (sid === undefined && auth_time === undefined) return { sid, auth_time, aal: 1 };
  if (!isId(sid) || !isTime(auth_time)) {
    throw new errors.JWTInvalid("not the claims of a client's session");
  }
  return { sid, auth_time, aal: aalOf(acr) };
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value);

function signed(input: string, key: SigningKey): string | Promise<string> {
  const signature = key.sign(input);
  return signature instanceof Promise
    ? signature.then((bytes) => withSignature(input, bytes))
    : withSignature(input, signature);
}

const withSignature = (input: string, bytes: Uint8Array) =>
  `${input}.${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;

/** Whether encoding header and payload again gives the same text: no stray bits at the end, no repeated member. */
function isCanonical(token: string): boolean {
  return token.split(".").slice(0, 2).every((part) => {
    const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return Buffer.from(bytes).toString("base64url") === part && JSON.stringify(JSON.parse(text)) === text;
  });
}
