import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import type { Clock } from "../../platform/clock.ts";
import type { UsedOnce } from "../../tokens/used_once/used_once.ts";
import { type AssertionAlgorithm, assertionAlgorithms } from "../../vocabulary/algorithms.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { isSameAlgorithm } from "../client_keys/client_jwks.ts";
import { type ClientKeys, KeysUnavailable } from "../client_keys/client_keys.ts";

/** The `client_assertion_type` of a JWT (RFC 7523 §2.2). */
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** An assertion before its signature is verified. `clientId` is what it says. */
export type Assertion = {
  text: string;
  clientId: string;
  alg: AssertionAlgorithm;
  kid: string;
  claims: JWTPayload;
};

/** Why an assertion is refused: how that is counted, and what operators of the client read. */
export class AssertionRefused extends Error {
  override readonly name = "AssertionRefused";

  constructor(
    readonly outcome: "malformed" | "wrong_assertion" | "expired" | "replayed" | "keys_unavailable",
    message: string,
    /** Of the client that it says it is from, where it can be read. */
    readonly clientId?: string,
  ) {
    super(message);
  }
}

export type ClientAssertions = ReturnType<typeof createClientAssertions>;

/** An assertion lives no longer, however late it expires. */
const lifetimeMsMax = 300_000;
/** How far the clocks of clients may differ from ours. */
const skewMs = 30_000;
const jtiLengthMax = 255;

/** Other types are of tokens that a client signs for something else, such as DPoP proofs (RFC 8725 §3.11). */
const types = [undefined, "jwt", "client-authentication+jwt"];

/** Reads the assertion without trusting it. @throws {AssertionRefused} */
export function readAssertion(text: string): Assertion {
  const { header, claims } = decoded(text);
  const { alg, kid, typ } = header;
  const { iss, sub } = claims;
  const clientId = typeof sub === "string" ? sub : undefined;
  const malformed = (message: string) => new AssertionRefused("malformed", message, clientId);
  const known = assertionAlgorithms.find((each) => each === alg);
  if (!known) throw malformed(`the assertion has the algorithm ${printed(alg)}`);
  if (typeof kid !== "string" || kid === "") throw malformed("the assertion names no kid");
  if (!types.includes(typeof typ === "string" ? typ.toLowerCase() : typ)) {
    throw malformed(`the assertion has the type ${printed(typ)}`);
  }
  if (typeof sub !== "string" || iss !== sub) {
    throw malformed("iss and sub of the assertion must both be the client_id");
  }
  return { text, clientId: sub, alg: known, kid, claims };
}

/**
 * Verifies that a client signed an assertion for this server, lately and for one use (RFC 7523 §3, OpenID Connect Core
 * 1.0 §9). The key decides on the algorithm. Its audience is the issuer alone: what a client signs for another server,
 * which may pretend to be this one, has another.
 */
export function createClientAssertions({ keys, usedOnce, clock, issuer }: {
  keys: ClientKeys;
  usedOnce: UsedOnce;
  clock: Clock;
  issuer: string;
}) {
  return { verify, use };

  /** @throws {AssertionRefused} */
  async function verify(assertion: Assertion, client: PrincipalClient): Promise<void> {
    const { alg, kid, text, claims } = assertion;
    const { token_endpoint_auth_signing_alg: only } = client;
    if (client.token_endpoint_auth_method !== "private_key_jwt") {
      throw new AssertionRefused("wrong_assertion", "the client does not authenticate by private_key_jwt");
    }
    if (claims.sub !== publicClientId(client)) throw wrong("the assertion has another client_id");
    if (only !== null && !isSameAlgorithm(alg, only)) {
      throw wrong(`the assertion has the algorithm ${alg}, not ${only}`);
    }
    const key = await keys.find(client, kid, alg).catch((error) => {
      if (!(error instanceof KeysUnavailable)) throw error;
      throw new AssertionRefused("keys_unavailable", `the jwks_uri is of no use: ${error.message}`);
    });
    if (!key) throw wrong(`no key of the client is for ${alg} with the kid: ${kid}`);
    await compactVerify(text, key, { algorithms: [alg] }).catch(() => {
      throw wrong(`the signature of the assertion is wrong, by the kid: ${kid}`);
    });
    requireAudience(claims, client);
    requireLive(claims);
  }

  /** Uses up the assertion, which the caller has verified. @throws {AssertionRefused} if it was used before. */
  async function use({ claims }: Assertion, { id }: PrincipalClient): Promise<void> {
    const endsAt = endOf(claims);
    const issuedAt = claims.iat === undefined ? endsAt - lifetimeMsMax : 1_000 * claims.iat;
    const keptUntil = endsAt + 2 * skewMs; // longer than it counts: the clock of the database is another one
    const first = await usedOnce.take(`assertion:${id}:${claims.jti}`, keptUntil, issuedAt);
    if (first === "used") throw new AssertionRefused("replayed", "the assertion was used before");
    if (first === "before_epoch") {
      throw new AssertionRefused("replayed", "the assertion is older than the last failure of the database");
    }
  }

  /** One string: a list could name other servers too, which then could present the assertion here. */
  function requireAudience({ aud }: JWTPayload, { token_endpoint_audience }: PrincipalClient): void {
    if (aud === issuer || token_endpoint_audience && aud === `${issuer}/oauth/token`) return;
    throw wrong(`the aud of the assertion must be the issuer as one string, not: ${printed(aud)}`);
  }

  function requireLive({ exp, iat, nbf, jti }: JWTPayload): void {
    const now = clock.now();
    if (typeof jti !== "string" || jti === "" || jti.length > jtiLengthMax) throw wrong("the assertion has no jti");
    if (!isTime(exp)) throw wrong("the assertion has no exp");
    if (iat !== undefined && !isTime(iat) || nbf !== undefined && !isTime(nbf)) {
      throw wrong("iat and nbf must be times");
    }
    const endsAt = endOf({ exp, iat });
    if (endsAt + skewMs <= now) throw new AssertionRefused("expired", "the assertion has expired");
    if (endsAt > now + lifetimeMsMax + skewMs) throw wrong("the assertion without iat may live for 300 s at most");
    if (1_000 * Math.max(iat ?? 0, nbf ?? 0) > now + skewMs) {
      throw wrong("the assertion is dated ahead: compare the clocks");
    }
  }
}

function decoded(text: string) {
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    throw new AssertionRefused("malformed", "the assertion is no signed JWT");
  }
}

/** Some libraries let an assertion expire an hour after `iat`. */
function endOf({ exp, iat }: { exp?: number | undefined; iat?: number | undefined }): number {
  return Math.min(1_000 * exp!, iat === undefined ? Infinity : 1_000 * iat + lifetimeMsMax);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < 1e11;
}

function wrong(message: string): AssertionRefused {
  return new AssertionRefused("wrong_assertion", message);
}

/** What another sent, short enough for a note. */
function printed(value: unknown): string {
  return (JSON.stringify(value) ?? "none").slice(0, 100);
}
