import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Principal } from "../../vocabulary/actor.ts";
import type { Clock } from "../../platform/clock.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { AccessClaims, AccessTokens } from "../../tokens/access_tokens/access_token.ts";

export type Authentication = ReturnType<typeof createAuthentication>;

/**
 * Tells who sends an access token: the signature is proven by {@link AccessTokens}, and session and user are looked
 * up as they are now. Answers at once where memory knows both: such a request costs no query and no promise.
 */
export function createAuthentication({ tokens, principals, clock, counted = () => {} }: {
  tokens: AccessTokens;
  principals: PrincipalCache;
  clock: Clock;
  counted?: (result: "revoked") => void;
}) {
  return { authenticate };

  /** @throws {Problem} `invalid_token`, alike for every reason. */
  function authenticate(token: string): Principal | Promise<Principal> {
    const claims = tokens.verify(token);
    return claims instanceof Promise ? claims.then(lookUp) : lookUp(claims);
  }

  function lookUp({ sid, sub }: AccessClaims): Principal | Promise<Principal> {
    const access = principals.access(sid, sub);
    return access instanceof Promise ? access.then(requireActive) : requireActive(access);
  }

  function requireActive(access: Principal | undefined): Principal {
    const alive = access && !access.session.revoked && !access.user.disabled && access.session.expires_at > clock.now();
    if (!alive) {
      counted("revoked");
      throw new Problem("invalid_token");
    }
    return access;
  }
}
