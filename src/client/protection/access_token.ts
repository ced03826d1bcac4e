import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Issuer } from "./issuer.ts";
import { RecentMap } from "./recent_map.ts";
import { Refusal } from "./refusal.ts";

/** Who may do what: the verified token of a request. */
export interface Access {
  /** The user's id, or that of the service account of a client that acts for itself. */
  readonly sub: string;
  /** The client that got the token; of an API key undefined. */
  readonly clientId: string | undefined;
  /** What the token allows. */
  readonly scopes: readonly string[];
  /** The session; undefined for clients that act for themselves, and for API keys. */
  readonly sid: string | undefined;
  /** All claims of the token; of an API key what its introspection says. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The algorithms of Sentinel's access tokens. */
export type TokenAlgorithm = "ES256" | "EdDSA";

type Verified = { access: Access; kid: string | undefined; exp: number };

/** Longer ones are refused unread. */
const lengthMax = 8_192;
const rememberedMax = 5_000;

export type AccessTokenVerifier = ReturnType<typeof createAccessTokenVerifier>;

/** Verifies access tokens for one API (RFC 9068 §4), and remembers them until they expire or their key is gone. */
export function createAccessTokenVerifier({ issuer, audience, algorithms, keys, now }: {
  issuer: string;
  audience: string;
  algorithms: TokenAlgorithm[];
  keys: Pick<Issuer, "isKnown" | "keyOf">;
  now: () => number;
}) {
  const remembered = new RecentMap<Verified>(rememberedMax);
  return { verify };

  /** @throws {Refusal} `invalid_token`, or `unavailable` as long as no keys could be fetched. */
  async function verify(token: string): Promise<Access> {
    const known = remembered.get(token);
    if (known && known.exp * 1_000 > now() && keys.isKnown(known.kid)) return known.access;
    if (token.length > lengthMax) throw new Refusal("invalid_token", "The token is too long.");
    const verified = await judge(token);
    remembered.set(token, verified);
    return verified.access;
  }

  async function judge(token: string): Promise<Verified> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys.keyOf, {
        issuer,
        audience,
        algorithms,
        typ: "at+jwt",
        requiredClaims: ["sub", "client_id", "jti", "iat", "exp"],
        currentDate: new Date(now()),
      });
      return { access: accessOfClaims(payload), kid: protectedHeader.kid, exp: payload.exp! };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new Refusal("invalid_token", error.message, undefined, error);
    }
  }
}

/** The token of a login has no `scope`, and here no scopes. */
function accessOfClaims(claims: JWTPayload): Access {
  const { sub, client_id, scope = "", sid } = claims;
  const texts = [sub, client_id, scope, ...(sid === undefined ? [] : [sid])];
  if (texts.some((text) => typeof text !== "string")) throw new errors.JWTInvalid("claims of another type");
  return Object.freeze({
    sub: sub!,
    clientId: client_id as string,
    scopes: scopesOf(scope as string),
    sid: sid as string | undefined,
    claims: Object.freeze(claims),
  });
}

/** RFC 6749 §3.3 */
export function scopesOf(scope: string): readonly string[] {
  return Object.freeze(scope.split(" ").filter(Boolean));
}
