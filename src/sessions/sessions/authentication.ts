import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { KeyAuthentication } from "../../credentials/api_keys/key_authentication.ts";
import type { FirstParty, Principal } from "../../vocabulary/actor.ts";
import type { Clock } from "../../platform/clock.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { AccessClaims, AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type ClientTokens, isLive } from "./client_tokens.ts";

/** What every secret of ours begins with, and no access token does. */
const secretPrefix = "snt_";

export type Authentication = ReturnType<typeof createAuthentication>;

/**
 * Tells who sends a credential. Of an access token the signature is proven by {@link AccessTokens}, and session and user
 * are looked up as they are now; for API keys see {@link KeyAuthentication}, for tokens of OAuth clients
 * {@link ClientTokens}. Answers at once where memory knows both:
 * such a request costs no query and no promise.
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
  function authenticate(credential: string): Principal | Promise<Principal> {
    if (credential.startsWith(secretPrefix)) return keys.authenticate(credential);
    return lookUpVerified(tokens.verify(credential));
  }

  /**
   * As {@link authenticate}, with the sign-in of the user: the lower of what the token and the session say, as a token from
   * before a step-up proves nothing of it. Keys and tokens of clients have none.
   *
   * @throws {Problem} `invalid_token`, alike for every reason.
   */
  function authenticateWithSignIn(credential: string): Principal | Promise<Principal> {
    if (credential.startsWith(secretPrefix)) return keys.authenticate(credential);
    const claims = tokens.verify(credential);
    return claims instanceof Promise ? claims.then(lookUpSignIn) : lookUpSignIn(claims);
  }

  function lookUpSignIn(claims: AccessClaims): Principal | Promise<Principal> {
    const found = lookUp(claims);
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
  function authenticateForUserinfo(token: string): Principal | Promise<Principal> {
    return lookUpVerified(tokens.verify(token, "userinfo"));
  }

  function lookUpVerified(claims: AccessClaims | Promise<AccessClaims>): Principal | Promise<Principal> {
    return claims instanceof Promise ? claims.then(lookUp) : lookUp(claims);
  }

  function lookUp(claims: AccessClaims): Principal | Promise<Principal> {
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

function withSignIn(principal: Principal, { aal, auth_time = 0 }: AccessClaims): Principal {
  const session = principal.session!;
  const signIn = {
    aal: aal < session.aal ? aal : session.aal,
    authTime: Math.min(auth_time * 1_000, session.auth_time),
  };
  return { ...principal, signIn };
}
