import type { PrincipalClient, PrincipalKey, PrincipalUser, Scopes } from "../../vocabulary/actor.ts";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { Problem } from "../../vocabulary/problems.ts";
import {
  type AccessClaims,
  type AccessTokens,
  clientId,
  type Confirmation,
} from "../../tokens/access_tokens/access_token.ts";
import type { MintLimits } from "../../tokens/access_tokens/mint.ts";
import type { Clock } from "../../platform/clock.ts";
import { aalAt, type Acr, acrOf, type SignIn } from "../../vocabulary/assurance.ts";
import type { Authentication } from "../../sessions/sessions/authentication.ts";
import type { ClientSessions } from "../../sessions/clients/client_sessions.ts";
import type { ClientTokens } from "../../sessions/sessions/client_tokens.ts";
import type { Rotation } from "../../sessions/rotation/rotation.ts";
import { servedApis } from "../resources/served_apis.ts";

/** RFC 7662 §2.2. An inactive token has no member but `active`. Times are in seconds since the epoch. */
export type Introspected = {
  active: boolean;
  token_type?: "Bearer" | "DPoP" | "api_key";
  client_id?: string;
  sub?: string;
  sid?: string | undefined;
  jti?: string;
  username?: string | undefined;
  roles?: string[];
  scope?: string;
  iss?: string;
  aud?: string;
  iat?: number;
  exp?: number;
  acr?: Acr;
  auth_time?: number;
  cnf?: Confirmation;
};

export type Introspection = ReturnType<typeof createIntrospection>;

const inactive: Introspected = { active: false };

/** Reports the state of a token, by the same checks that Sentinel makes itself. */
export function createIntrospection(deps: {
  tokens: AccessTokens;
  authentication: Authentication;
  clients: ClientCache;
  clientTokens: ClientTokens;
  clientSessions: ClientSessions;
  rotation: Rotation;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  issuer: string;
  clock: Clock;
  mintLimits: MintLimits;
}) {
  const { tokens, authentication, clients, clientTokens, clientSessions, rotation, principals, evaluator, issuer } =
    deps;
  const { clock, mintLimits } = deps;
  return { introspect, introspectFor };

  /** For a caller with the permission: any token or API key of this installation. */
  async function introspect(token: string): Promise<Introspected> {
    return await introspectRefreshToken(token) ?? await introspectClientRefreshToken(token) ??
      await introspectApiKey(token) ?? await introspectJwt(token);
  }

  /**
   * For a client: only tokens that it got itself, and those for an API of its own. Anything else is reported as
   * inactive (RFC 7662 §2.2), as if it did not exist.
   */
  async function introspectFor(client: PrincipalClient, token: string): Promise<Introspected> {
    const refreshToken = await introspectClientRefreshToken(token);
    if (refreshToken) return refreshToken.client_id === publicClientId(client) ? refreshToken : inactive;
    const claims = await verified(token);
    const mayAsk = claims?.scopes && (claims.client_id === client.id || servedApis(client).includes(claims.aud));
    return mayAsk ? await describeClientToken(claims) : inactive;
  }

  async function introspectJwt(token: string): Promise<Introspected> {
    const claims = await verified(token);
    if (!claims) return inactive;
    return claims.scopes ? await describeClientToken(claims) : await describeLogin(claims, token);
  }

  /** The claims of a token that Sentinel has signed, whatever it is for; undefined for anything else. */
  function verified(token: string): AccessClaims | undefined | Promise<AccessClaims | undefined> {
    return orUndefined(() => tokens.verify(token, "any_of_ours"));
  }

  async function describeLogin(claims: AccessClaims, token: string): Promise<Introspected> {
    const principal = await orUndefined(() => authentication.authenticateWithSignIn(token));
    if (!principal) return inactive;
    const { sub, sid, jti, iat, exp, auth_time } = claims;
    const signIn = auth_time === undefined ? {} : describeSignIn(principal.signIn!);
    return {
      active: true,
      token_type: "Bearer",
      sub,
      sid: sid!,
      jti,
      iat,
      exp,
      ...signIn,
      ...describeUser(principal.user),
    };
  }

  /** What the sign-in counts for now (RFC 9470 §6.2). */
  function describeSignIn(signIn: SignIn): Pick<Introspected, "acr" | "auth_time"> {
    const acr = acrOf(aalAt(signIn, clock.now(), mintLimits.aal2MaxSeconds));
    return { acr, auth_time: Math.floor(signIn.authTime / 1_000) };
  }

  /** `scope` has what the token gives now: of scopes that are permissions those that its user still holds. */
  async function describeClientToken(claims: AccessClaims): Promise<Introspected> {
    const principal = await clientTokens.lookUp(claims);
    if (!principal) return inactive;
    const { sub, sid, jti, aud, iat, exp, aal, auth_time, jkt } = claims;
    const scope = heldScopes(await evaluator.graph(), principal.user, claims.scopes, aud !== issuer);
    const signIn = auth_time === undefined ? {} : describeSignIn({ aal, authTime: auth_time * 1_000 });
    return {
      active: true,
      token_type: jkt === undefined ? "Bearer" : "DPoP",
      client_id: publicClientId(principal.client!),
      sub,
      sid,
      jti,
      scope,
      iss: issuer,
      aud,
      iat,
      exp,
      ...signIn,
      ...(jkt !== undefined && { cnf: { jkt } }),
    };
  }

  async function introspectApiKey(token: string): Promise<Introspected | undefined> {
    if (!token.startsWith("snt_")) return undefined;
    const principal = await orUndefined(() => authentication.authenticate(token));
    return principal?.key ? await describeApiKey(principal.key, principal.user) : inactive;
  }

  /**
   * Leaves out `roles`: a server that decides by the names of roles would allow the key more than its scopes do.
   * `scope` has those scopes that the user still holds.
   */
  async function describeApiKey(key: PrincipalKey, user: PrincipalUser): Promise<Introspected> {
    return {
      active: true,
      token_type: "api_key",
      sub: user.id,
      jti: key.id,
      username: user.username ?? undefined,
      scope: heldScopes(await evaluator.graph(), user, key.scopes, false),
      iss: issuer,
      aud: issuer,
      iat: Math.floor(key.created_at / 1000),
      ...(key.expires_at !== null && { exp: Math.floor(key.expires_at / 1000) }),
    };
  }

  /** Those scopes that the user holds; with `keepOthers` also those that are no permissions. */
  function heldScopes(graph: RoleGraph, user: PrincipalUser, scopes: Scopes, keepOthers: boolean): string {
    return [...scopes ?? []].filter((scope) =>
      (keepOthers && !graph.registered.has(scope)) || evaluator.grantGiving(graph, user, scope) !== undefined
    ).join(" ");
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

  /** `scope` has what the user allowed; each access token of the session has at most as much. */
  async function introspectClientRefreshToken(token: string): Promise<Introspected | undefined> {
    const verified = await clientSessions.verifyRefreshToken(token);
    if (!verified) return undefined;
    const { claims, session } = verified;
    const client = await clients.get(session.client_id!);
    if (!session.alive || claims.counter !== session.refresh_counter || !client || client.disabled) return inactive;
    return {
      active: true,
      client_id: publicClientId(client),
      sub: session.user_id,
      sid: session.id,
      scope: session.scope!.join(" "),
      iss: issuer,
      iat: Math.floor(session.created_at),
      exp: Math.floor(session.expires_at),
    };
  }

  function describeUser(user: PrincipalUser): Omit<Introspected, "active"> {
    const username = user.username ?? undefined;
    return { client_id: clientId, username, roles: evaluator.activeRoles(user), scope: "", iss: issuer, aud: issuer };
  }
}

/** A refused credential is undefined; any other failure is thrown. */
function orUndefined<T>(ask: () => T | Promise<T>): T | undefined | Promise<T | undefined> {
  try {
    const answer = ask();
    return answer instanceof Promise ? answer.catch(undefinedIfRefused) : answer;
  } catch (error) {
    return undefinedIfRefused(error);
  }
}

function undefinedIfRefused(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}
