import type { PrincipalKey, PrincipalUser } from "../../vocabulary/actor.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type AccessTokens, clientId } from "../../tokens/access_tokens/access_token.ts";
import type { Authentication } from "../../sessions/sessions/authentication.ts";
import type { Rotation } from "../../sessions/rotation/rotation.ts";

/** RFC 7662 §2.2. An inactive token has no member but `active`. Times are in seconds since the epoch. */
export type Introspected = {
  active: boolean;
  token_type?: "bearer" | "api_key";
  client_id?: string;
  sub?: string;
  sid?: string;
  jti?: string;
  username?: string | undefined;
  roles?: string[];
  scope?: string;
  iss?: string;
  aud?: string;
  iat?: number;
  exp?: number;
};

export type Introspection = ReturnType<typeof createIntrospection>;

/** Reports the state of a token, by the same checks that Sentinel makes itself. */
export function createIntrospection({ tokens, authentication, rotation, principals, evaluator, issuer }: {
  tokens: AccessTokens;
  authentication: Authentication;
  rotation: Rotation;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  issuer: string;
}) {
  return { introspect };

  async function introspect(token: string): Promise<Introspected> {
    return await introspectRefreshToken(token) ?? await introspectBearer(token) ?? { active: false };
  }

  /** Of an access token or an API key. */
  async function introspectBearer(token: string): Promise<Introspected | undefined> {
    try {
      const { user, key } = await authentication.authenticate(token);
      if (key) return await describeApiKey(key, user);
      const { sub, sid, jti, iat, exp } = await tokens.verify(token);
      return { active: true, token_type: "bearer", sub, sid, jti, iat, exp, ...describeUser(user) };
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  /**
   * Leaves out `roles`: a server that decides by the names of roles would allow the key more than its scopes do.
   * `scope` has those scopes that the user still holds.
   */
  async function describeApiKey(key: PrincipalKey, user: PrincipalUser): Promise<Introspected> {
    const principal = { user, scopes: key.scopes };
    const held: string[] = [];
    for (const scope of key.scopes) if (await evaluator.holds(principal, scope)) held.push(scope);
    return {
      active: true,
      token_type: "api_key",
      sub: user.id,
      jti: key.id,
      username: user.username ?? undefined,
      scope: held.join(" "),
      iss: issuer,
      aud: issuer,
      iat: Math.floor(key.created_at / 1000),
      ...(key.expires_at !== null && { exp: Math.floor(key.expires_at / 1000) }),
    };
  }

  async function introspectRefreshToken(token: string): Promise<Introspected | undefined> {
    const verified = await rotation.verifyRefreshToken(token);
    if (!verified) return undefined;
    const { claims, session } = verified;
    if (!session.alive || claims.counter !== session.refresh_counter) return { active: false };
    const access = await principals.access(session.id, session.user_id);
    if (!access) return { active: false };
    const times = { iat: Math.floor(session.created_at), exp: Math.floor(session.expires_at) };
    return {
      active: true,
      sub: session.user_id,
      sid: session.id,
      ...times,
      ...describeUser(access.user),
    };
  }

  function describeUser(user: PrincipalUser): Omit<Introspected, "active"> {
    const username = user.username ?? undefined;
    return { client_id: clientId, username, roles: evaluator.activeRoles(user), scope: "", iss: issuer, aud: issuer };
  }
}
