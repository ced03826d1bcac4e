import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { ClientSession } from "../../sessions/clients/client_sessions.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { acrNow, type MintLimits } from "../../tokens/access_tokens/mint.ts";
import { clientTokenIat, clientTokenId } from "../../tokens/access_tokens/client_token_id.ts";
import type { IdTokens } from "../../tokens/id_tokens/id_token.ts";
import type { PrincipalClient, PrincipalUser } from "../../vocabulary/actor.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { userClaims } from "../userinfo/user_claims.ts";
import type { Refuse, TokenTarget, TokenTargets } from "./token_targets.ts";

/** What a client gets of what a user granted to it (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3). */
export type GrantedTokens = {
  access_token: string;
  token_type: "bearer" | "DPoP";
  expires_in: number;
  scope: string;
  refresh_token?: string;
  id_token?: string;
};

/** What the tokens are for. `scopes`: what the client asks for, of the session's scopes. */
export type TokenGrant = {
  client: PrincipalClient;
  session: ClientSession;
  target: TokenTarget;
  scopes: readonly string[];
  withIdToken: boolean;
  /** The key that the access token is bound to, by its thumbprint. */
  jkt: string | undefined;
  nonce?: string | undefined;
};

export type GrantedTokenIssue = ReturnType<typeof createGrantedTokens>;

/** Issues the tokens of a session that an OAuth client holds. It runs no statement once memory knows the user. */
export function createGrantedTokens({ targets, tokens, idTokens, principals, evaluator, mintLimits }: {
  targets: TokenTargets;
  tokens: AccessTokens;
  idTokens: IdTokens;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  mintLimits: MintLimits;
}) {
  return { targetOf, issue };

  /** Among the granted APIs those that the client may still get tokens for; the user's claims without any. */
  function targetOf(
    client: PrincipalClient,
    granted: readonly string[],
    asked: readonly string[],
    refuse: Refuse<"invalid_target">,
  ): TokenTarget {
    const allowed = targets.apisOf(client).filter((uri) => granted.includes(uri));
    return targets.select(client, allowed, asked, refuse) ?? targets.userinfo();
  }

  /** Tokens that expire no later than their session. Do not call it in a transaction: an RSA signature takes 5 ms. */
  async function issue(
    { client, session, target, scopes, withIdToken, jkt, nonce }: TokenGrant,
  ): Promise<GrantedTokens> {
    const user = await principals.user(session.userId);
    if (!user) throw new Problem("invalid_grant");
    const iat = Math.floor(session.now);
    const endOf = (seconds: number) => Math.min(iat + seconds, Math.floor(session.expiresAt));
    const exp = endOf(target.ttlSeconds);
    const mayHave = (scope: string) => client.scopes.has(scope);
    const scope = targets.heldScopes(await evaluator.graph(), user, target, scopes.filter(mayHave)).join(" ");
    const { id: sid } = session;
    const auth_time = Math.floor(session.authTime);
    const acr = acrNow({ auth_time, aal: session.aal, now: session.now }, mintLimits.aal2MaxSeconds);
    const access_token = await tokens.signForClient({
      ...{ sub: user.id, sid, client_id: publicClientId(client), aud: target.aud, scope, auth_time, acr, exp },
      cnf: jkt === undefined ? undefined : { jkt },
      iat: clientTokenIat(session.now * 1_000, client.tokens_not_before),
      jti: clientTokenId(session.now * 1_000, client.tokens_not_before),
    }, target.alg);
    const hasIdToken = withIdToken && session.scopes.includes("openid");
    return {
      ...{ access_token, token_type: jkt === undefined ? "bearer" : "DPoP", expires_in: exp - iat, scope },
      ...(client.grant_types.has("refresh_token") && { refresh_token: session.refreshToken }),
      ...(hasIdToken && { id_token: await idToken(user, access_token, iat, endOf(mintLimits.accessTtlSeconds)) }),
    };

    function idToken(user: PrincipalUser, access_token: string, iat: number, exp: number): Promise<string> {
      const claims = userClaims(user, new Set(session.scopes.filter(mayHave)), evaluator.activeRoles(user));
      return idTokens.sign({
        ...{ sub: user.id, aud: publicClientId(client), sid: session.rpSid, iat, exp, auth_time, nonce, access_token },
        acr,
        amr: session.amr,
        user: claims,
      }, client.id_token_signed_response_alg);
    }
  }
}
