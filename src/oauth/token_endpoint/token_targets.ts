import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import { userinfoAudience } from "../../tokens/access_tokens/access_token.ts";
import { ownAlgorithm } from "../../tokens/keys/key_ring.ts";
import type { PrincipalClient, PrincipalUser } from "../../vocabulary/actor.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import type { Problem } from "../../vocabulary/problems.ts";
import { identityScopes } from "../scopes.ts";

/** Where a token is for. `scopes`: what it may carry there; undefined is whatever is a permission. */
export type TokenTarget = {
  aud: string;
  alg: AccessTokenAlgorithm;
  ttlSeconds: number;
  scopes?: ReadonlySet<string>;
};

/** A refusal with its reason, which is noted for those who operate the client. */
export type Refuse<Code extends string> = (code: Code, reason: string) => Problem;

export type TokenTargets = ReturnType<typeof createTokenTargets>;

/** Says where a token is for (RFC 8707), and which scopes count there. */
export function createTokenTargets({ evaluator, issuer, ttlSeconds }: {
  evaluator: PermissionEvaluator;
  issuer: string;
  ttlSeconds: number;
}) {
  return { apisOf, select, userinfo, heldScopes };

  /** The APIs that the client may get tokens for. */
  function apisOf({ own_api, resources }: PrincipalClient): string[] {
    return [...own_api ? [issuer] : [], ...resources.keys()];
  }

  /**
   * The API that `asked` names, or the only one of `allowed`: one for each token, so that none of them can use it at
   * another one. Undefined if there is none.
   */
  function select(
    client: PrincipalClient,
    allowed: readonly string[],
    asked: readonly string[],
    refuse: Refuse<"invalid_target">,
  ): TokenTarget | undefined {
    const [uri, ...more] = asked.length > 0 ? new Set(asked) : allowed;
    if (more.length > 0) throw refuse("invalid_target", `resource must name one of these: ${allowed.join(" ")}`);
    if (uri === undefined) return undefined;
    if (!allowed.includes(uri)) throw refuse("invalid_target", `resource not allowed: ${uri}`);
    if (uri === issuer) return { aud: issuer, alg: ownAlgorithm, ttlSeconds };
    const { alg, ttl_seconds, scopes } = client.resources.get(uri)!;
    return { aud: uri, alg, ttlSeconds: ttl_seconds, scopes };
  }

  /** Where a token is for that only tells about its user. */
  function userinfo(): TokenTarget {
    return { aud: userinfoAudience(issuer), alg: ownAlgorithm, ttlSeconds, scopes: new Set(identityScopes) };
  }

  /** Those of the wanted scopes that count at the target; of scopes that are permissions, what the user holds. */
  function heldScopes(
    graph: RoleGraph,
    user: PrincipalUser,
    { scopes }: TokenTarget,
    wanted: readonly string[],
  ): string[] {
    const isHeld = (scope: string) => evaluator.grantGiving(graph, user, scope) !== undefined;
    return wanted.filter((scope) =>
      scopes ? scopes.has(scope) && (!graph.registered.has(scope) || isHeld(scope)) : isHeld(scope)
    );
  }
}
