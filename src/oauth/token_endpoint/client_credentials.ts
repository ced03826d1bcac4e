import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { Clock } from "../../platform/clock.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { clientTokenIat, clientTokenId } from "../../tokens/access_tokens/client_token_id.ts";
import type { Client, PrincipalClient, PrincipalUser } from "../../vocabulary/actor.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import type { Problem } from "../../vocabulary/problems.ts";
import {
  type ClientAuthentication,
  invalidClient,
  type SentClient,
} from "../client_authentication/client_authentication.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import { isIdentityScope } from "../scopes.ts";
import type { ProveKey } from "./proven_keys.ts";
import type { Refuse, TokenTarget, TokenTargets } from "./token_targets.ts";

/** RFC 6749 §4.4.3: no refresh token. */
export type ClientTokens = {
  access_token: string;
  token_type: "bearer" | "DPoP";
  expires_in: number;
  scope: string;
};

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
  targets: TokenTargets;
  tokens: AccessTokens;
  refusals: ClientRefusals;
  clock: Clock;
  counted: (outcome: ClientCredentialsOutcome) => void;
}) {
  const { authentication, principals, evaluator, targets, tokens, refusals, clock, counted } = deps;
  return { issue };

  /**
   * @throws {Problem} `invalid_client`, `rate_limited`, `invalid_dpop_proof`, `unauthorized_client`, `invalid_target`,
   * `invalid_scope`
   */
  async function issue(
    sent: SentClient | undefined,
    { scope, resource = [] }: { scope?: string | undefined; resource?: string[] | undefined },
    origin: () => Client,
    prove: ProveKey,
  ): Promise<ClientTokens> {
    if (!sent) throw invalidClient(false);
    const client = await authentication.authenticate(sent, origin);
    const proven = prove(client);
    const jkt = proven instanceof Promise ? await proven : proven;
    const user = await principals.user(accountIdOf(client));
    if (!user || user.disabled) throw refusal(client, "unauthorized_client", "the service account is disabled");
    const target = targetOf(client, resource);
    if (scope !== undefined) requireAllowed(client, target, scope);
    const scopes = grantedScopes(await evaluator.graph(), client, user, target, scope);
    const access_token = await mint(client, user, target, scopes, jkt);
    counted("issued");
    const token_type = jkt === undefined ? "bearer" : "DPoP";
    return { access_token, token_type, expires_in: target.ttlSeconds, scope: scopes };
  }

  function accountIdOf(client: PrincipalClient): string {
    const { grant_types, service_user_id } = client;
    if (grant_types.has("client_credentials") && service_user_id !== null) return service_user_id;
    throw refusal(client, "unauthorized_client", "grant type not allowed: client_credentials");
  }

  function targetOf(client: PrincipalClient, asked: string[]): TokenTarget {
    const refuse: Refuse<"invalid_target"> = (code, reason) => refusal(client, code, reason);
    const target = targets.select(client, targets.apisOf(client), asked, refuse);
    if (!target) throw refuse("invalid_target", "the client may get tokens for no API");
    return target;
  }

  /** Without `scope` all that is allowed (RFC 6749 §3.3). */
  function grantedScopes(
    graph: RoleGraph,
    client: PrincipalClient,
    user: PrincipalUser,
    target: TokenTarget,
    asked: string | undefined,
  ): string {
    const wanted = asked?.split(" ") ??
      [...client.scopes].filter((scope) => target.scopes?.has(scope) ?? !isIdentityScope(scope));
    const granted = targets.heldScopes(graph, user, target, wanted);
    if (granted.length === 0 && wanted.length > 0) {
      throw refusal(client, "invalid_scope", `the service account does not hold: ${wanted.join(" ")}`);
    }
    return granted.join(" ");
  }

  function requireAllowed(client: PrincipalClient, { scopes }: TokenTarget, asked: string): void {
    if (!scopeForm.test(asked)) throw refusal(client, "invalid_scope", "scope is malformed");
    const names = asked.split(" ");
    const unknown = names.find((scope) => !client.scopes.has(scope) || scopes?.has(scope) === false);
    if (unknown !== undefined) throw refusal(client, "invalid_scope", `scope not allowed: ${unknown}`);
    if (new Set(names).size < names.length) throw refusal(client, "invalid_scope", "a scope is repeated");
  }

  function mint(
    { id, tokens_not_before }: PrincipalClient,
    user: PrincipalUser,
    { aud, alg, ttlSeconds }: TokenTarget,
    scope: string,
    jkt: string | undefined,
  ): string | Promise<string> {
    const now = clock.now();
    const iat = clientTokenIat(now, tokens_not_before);
    const jti = clientTokenId(now, tokens_not_before);
    const cnf = jkt === undefined ? undefined : { jkt };
    const claims = { sub: user.id, jti, iat, exp: iat + ttlSeconds, client_id: id, aud, scope, cnf };
    return tokens.signForClient(claims, alg);
  }

  function refusal(
    { id }: PrincipalClient,
    code: ProblemCode & Exclude<ClientCredentialsOutcome, "issued">,
    reason: string,
  ): Problem {
    counted(code);
    return refusals.refuse(id, code, reason);
  }
}
