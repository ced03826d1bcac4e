import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { KeyAuthentication } from "../../credentials/api_keys/key_authentication.ts";
import { invalidBoundToken } from "../../vocabulary/proofs.ts";
import type { FirstParty, Principal } from "../../vocabulary/actor.ts";
import type { Clock } from "../../platform/clock.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { AccessClaims, AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type ClientTokens, isLive } from "./client_tokens.ts";

/** What every secret of ours begins with, and no access token does. */
const secretPrefix = "snt_";

export type Authentication = ReturnType<typeof createAuthentication>;

/**
 * Tells who sends a credential. Of an access token the signature is proven by {@link AccessTokens}, and session and
 * user are looked up as they are now; one that is bound to a key counts only with its thumbprint `jkt` (RFC 9449 §7.1),
 * and no other does; for API keys see {@link KeyAuthentication}, for tokens of OAuth clients {@link ClientTokens}.
 * Answers at once where memory knows both: such a request costs no query and no promise.
 */
export function createAuthentication({ tokens, keys, clientTokens, principals, clock, counted = () => {} }: {
  tokens: AccessTokens;
  keys: KeyAuthentication;
  clientTokens: ClientTokens;
  principals: PrincipalCache;
  clock: Clock;
  counted?: (result: "revoked") => void;
}) {
  return { authenticate, authenticateWithSignIn, authenticateForUserinfo };

  /** @throws {Problem} `invalid_token`, alike for every reason. */
  function authenticate(credential: string, jkt?: string): Principal | Promise<Principal> {
    if (credential.startsWith(secretPrefix)) return authenticateKey(credential, jkt);
    return lookUpVerified(tokens.verify(credential), jkt);
  }

  /** Keys are bound to nothing. */
  function authenticateKey(key: string, jkt: string | undefined): Principal | Promise<Principal> {
    if (jkt !== undefined) throw notBound();
    return keys.authenticate(key);
  }

  /**
   * As {@link authenticate}, with the sign-in of the user: the lower of what the token and the session say, as a token
   * from before a step-up proves nothing of it. Keys and tokens of clients have none.
   *
   * @throws {Problem} `invalid_token`, alike for every reason.
   */
  function authenticateWithSignIn(credential: string, jkt?: string): Principal | Promise<Principal> {
    if (credential.startsWith(secretPrefix)) return authenticateKey(credential, jkt);
    const claims = tokens.verify(credential);
    return claims instanceof Promise ? claims.then((known) => lookUpSignIn(known, jkt)) : lookUpSignIn(claims, jkt);
  }

  function lookUpSignIn(claims: AccessClaims, jkt: string | undefined): Principal | Promise<Principal> {
    const found = lookUp(claims, jkt);
    return found instanceof Promise ? found.then((principal) => signInOf(principal, claims)) : signInOf(found, claims);
  }

  /** A token can be newer than what memory has of a session whose sign-in was renewed at another replica just now. */
  function signInOf(principal: Principal, claims: AccessClaims): Principal | Promise<Principal> {
    const { session, scopes } = principal;
    if (!session || scopes) return principal;
    const { aal, auth_time = 0 } = claims;
    if (auth_time * 1_000 <= session.auth_time && aal <= session.aal) return withSignIn(principal, claims);
    principals.forgetSession(session.id);
    const found = lookUp(claims);
    return found instanceof Promise ? found.then((again) => withSignIn(again, claims)) : withSignIn(found, claims);
  }

  /**
   * The user of a token that tells a client about its user, and nothing else.
   *
   * @throws {Problem} `invalid_token`, alike for every reason.
   */
  function authenticateForUserinfo(token: string, jkt?: string): Principal | Promise<Principal> {
    return lookUpVerified(tokens.verify(token, "userinfo"), jkt);
  }

  function lookUpVerified(
    claims: AccessClaims | Promise<AccessClaims>,
    jkt: string | undefined,
  ): Principal | Promise<Principal> {
    return claims instanceof Promise ? claims.then((known) => lookUp(known, jkt)) : lookUp(claims, jkt);
  }

  function lookUp(claims: AccessClaims, jkt?: string): Principal | Promise<Principal> {
    if (claims.jkt !== jkt) throw jkt === undefined ? needsProof() : notBound();
    if (claims.sid === undefined || claims.scopes) return lookUpClient(claims);
    const access = principals.access(claims.sid, claims.sub);
    return access instanceof Promise ? access.then(requireActive) : requireActive(access);
  }

  function lookUpClient(claims: AccessClaims): Principal | Promise<Principal> {
    const found = clientTokens.lookUp(claims);
    return found instanceof Promise ? found.then(requireFound) : requireFound(found);
  }

  function requireFound(found: Principal | undefined): Principal {
    if (found) return found;
    counted("revoked");
    throw new Problem("invalid_token");
  }

  function requireActive(access: FirstParty | undefined): FirstParty {
    const alive = access && isLive(access, clock.now()) && access.session.kind === "api";
    if (!alive) {
      counted("revoked");
      throw new Problem("invalid_token");
    }
    return access;
  }
}

/** RFC 9449 §7.2 */
function needsProof(): Problem {
  return invalidBoundToken("This token is bound to a key: send it as Authorization: DPoP, with a proof of that key.");
}

function notBound(): Problem {
  return invalidBoundToken("This credential is not bound to the key that was proven.");
}

function withSignIn(principal: Principal, { aal, auth_time = 0 }: AccessClaims): Principal {
  const session = principal.session!;
  const signIn = {
    aal: aal < session.aal ? aal : session.aal,
    authTime: Math.min(auth_time * 1_000, session.auth_time),
  };
  return { ...principal, signIn };
}
