import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { Authentication } from "../../sessions/sessions/authentication.ts";
import type { Principal } from "../../vocabulary/actor.ts";
import { scopeChallenge } from "../../vocabulary/refusals/lacked_permission.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type UserClaims, userClaims } from "./user_claims.ts";

export type Userinfo = ReturnType<typeof createUserinfo>;

/** Tells a client about the user who signed in, as the user is now (OpenID Connect Core 1.0 §5.3). */
export function createUserinfo({ authentication, evaluator }: {
  authentication: Authentication;
  evaluator: PermissionEvaluator;
}) {
  return { describe, principalOf };

  /** The claims that the scopes of the token ask for. @throws {Problem} `forbidden` without the scope `openid`. */
  function describe({ user, scopes = new Set() }: Principal): UserClaims & { sub: string } {
    if (!scopes.has("openid")) {
      throw new Problem("forbidden", {
        detail: "This requires a token with the scope openid.",
        headers: { "www-authenticate": scopeChallenge("openid") },
      });
    }
    return { sub: user.id, ...userClaims(user, scopes, evaluator.activeRoles(user)) };
  }

  /** Whom a token tells about that was sent in the form. @throws {Problem} `token_missing`, `invalid_token` */
  async function principalOf(token: string | undefined): Promise<Principal> {
    if (token === undefined) throw new Problem("token_missing");
    return await authentication.authenticateForUserinfo(token);
  }
}
