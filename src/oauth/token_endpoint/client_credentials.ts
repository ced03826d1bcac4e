import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { Clock } from "../../platform/clock.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { clientTokenId } from "../../tokens/access_tokens/client_token_id.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import { ownAlgorithm } from "../../tokens/keys/key_ring.ts";
import type { Client, PrincipalClient, PrincipalUser } from "../../vocabulary/actor.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type ClientAuthentication, invalidClient, type SentClient } from "../clients/client_authentication.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";

/** RFC 6749 §4.4.3: no refresh token. */
export type ClientTokens = { access_token: string; token_type: "bearer"; expires_in: number; scope: string };

/** What came of a request for a token. */
export type ClientCredentialsOutcome = "issued" | "unauthorized_client" | "invalid_scope" | "invalid_target";

export type ClientCredentials = ReturnType<typeof createClientCredentials>;

const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/; // RFC 6749 §3.3

/**
 * Issues access tokens to clients themselves (RFC 6749 §4.4): each for one API (RFC 8707), and with those scopes that
 * the client and the API have. Of scopes that are permissions, it carries what the service account holds. Nothing is
 * stored; once memory knows the client, a token costs no statement.
 */
export function createClientCredentials(deps: {
  authentication: ClientAuthentication;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  tokens: AccessTokens;
  refusals: ClientRefusals;
  clock: Clock;
  issuer: string;
  ttlSeconds: number;
  counted: (outcome: ClientCredentialsOutcome) => void;
}) {
  const { authentication, principals, evaluator, tokens, refusals, clock, issuer, ttlSeconds, counted } = deps;
  return { issue };

  /** @throws {Problem} `invalid_client`, `rate_limited`, `unauthorized_client`, `invalid_target`, `invalid_scope` */
  async function issue(
    sent: SentClient | undefined,
    { scope, resource = [] }: { scope?: string | undefined; resource?: string[] | undefined },
    origin: () => Client,
  ): Promise<ClientTokens> {
    if (!sent) throw invalidClient(false);
    const client = await authentication.authenticate(sent, origin);
    const user = await principals.user(accountIdOf(client));
    if (!user || user.disabled) throw refusal(client, "unauthorized_client", "the service account is disabled");
    const target = targetOf(client, resource);
    if (scope !== undefined) requireAllowed(client, target, scope);
    const scopes = grantedScopes(await evaluator.graph(), client, user, target, scope);
    const access_token = await mint(client, user, target, scopes);
    counted("issued");
    return { access_token, token_type: "bearer", expires_in: target.ttlSeconds, scope: scopes };
  }

  function accountIdOf(client: PrincipalClient): string {
    const { grant_types, service_user_id } = client;
    if (grant_types.has("client_credentials") && service_user_id !== null) return service_user_id;
    throw refusal(client, "unauthorized_client", "grant type not allowed: client_credentials");
  }

  /** One API for each token, so that none of them can use it at another one. */
  function targetOf(client: PrincipalClient, asked: string[]): Target {
    const { own_api, resources } = client;
    const all = [...own_api ? [issuer] : [], ...resources.keys()];
    const [uri, ...more] = asked.length > 0 ? new Set(asked) : all;
    if (more.length > 0) {
      throw refusal(client, "invalid_target", `resource must name one of these: ${all.join(" ")}`);
    }
    if (uri === undefined) throw refusal(client, "invalid_target", "the client may get tokens for no API");
    if (uri === issuer && own_api) return { aud: issuer, alg: ownAlgorithm, ttlSeconds };
    const resource = resources.get(uri);
    if (!resource) throw refusal(client, "invalid_target", `resource not allowed: ${uri}`);
    return { aud: uri, alg: resource.alg, ttlSeconds: resource.ttl_seconds, scopes: resource.scopes };
  }

  /** Without `scope` all that is allowed (RFC 6749 §3.3). */
  function grantedScopes(
    graph: RoleGraph,
    client: PrincipalClient,
    user: PrincipalUser,
    target: Target,
    asked: string | undefined,
  ): string {
    const wanted = asked?.split(" ") ?? [...client.scopes].filter((scope) => target.scopes?.has(scope) ?? true);
    const isHeld = (scope: string) => evaluator.grantGiving(graph, user, scope) !== undefined;
    const granted = wanted.filter((scope) => target.scopes && !graph.registered.has(scope) || isHeld(scope));
    if (granted.length === 0 && wanted.length > 0) {
      throw refusal(client, "invalid_scope", `the service account does not hold: ${wanted.join(" ")}`);
    }
    return granted.join(" ");
  }

  function requireAllowed(client: PrincipalClient, { scopes }: Target, asked: string): void {
    if (!scopeForm.test(asked)) throw refusal(client, "invalid_scope", "scope is malformed");
    const names = asked.split(" ");
    const unknown = names.find((scope) => !client.scopes.has(scope) || scopes?.has(scope) === false);
    if (unknown !== undefined) throw refusal(client, "invalid_scope", `scope not allowed: ${unknown}`);
    if (new Set(names).size < names.length) throw refusal(client, "invalid_scope", "a scope is repeated");
  }

  function mint(
    { id, tokens_not_before }: PrincipalClient,
    user: PrincipalUser,
    { aud, alg, ttlSeconds }: Target,
    scope: string,
  ): string | Promise<string> {
    const now = clock.now();
    const iat = Math.floor(now / 1000);
    const jti = clientTokenId(now, tokens_not_before);
    const claims = { sub: user.id, jti, iat, exp: iat + ttlSeconds, client_id: id, aud, scope };
    return tokens.signForClient(claims, alg);
  }

  function refusal(
    { id }: PrincipalClient,
    code: ProblemCode & Exclude<ClientCredentialsOutcome, "issued">,
    reason: string,
  ): Problem {
    counted(code);
    refusals.note(id, reason);
    return new Problem(code, { detail: `${reason[0]!.toUpperCase()}${reason.slice(1)}.` });
  }
}
