import type { Database, Tx } from "../../platform/db/db.ts";
import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import type { ClientSession, ClientSessions } from "../../sessions/clients/client_sessions.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { AuthorizationCode, AuthorizationCodes } from "../codes/authorization_codes.ts";
import { type CodeRequest, reasonAgainst } from "../codes/code_request.ts";
import type { GrantedTokenIssue, GrantedTokens } from "./granted_tokens.ts";
import type { TokenTarget } from "./token_targets.ts";

/** What came of it. */
export type CodeExchangeOutcome = "issued" | "reused" | "invalid_grant" | "unauthorized_client" | "invalid_target";

export type CodeExchange = ReturnType<typeof createCodeExchange>;

type Redemption = { client: PrincipalClient; request: CodeRequest; origin: Client };

type Redeemed = { code: AuthorizationCode; target: TokenTarget; session: ClientSession };

/**
 * Exchanges authorization codes for tokens. The code is consumed and the session of the client starts in one
 * transaction, so a request that is refused leaves the code as it is. A second use of a code by a request that is right
 * in all else shows that it was stolen, and ends the session that the first one started (RFC 6749 §4.1.2).
 */
export function createCodeExchange(deps: {
  db: Database;
  codes: AuthorizationCodes;
  clientSessions: ClientSessions;
  sessionRevocation: SessionRevocation;
  grantedTokens: GrantedTokenIssue;
  refusals: ClientRefusals;
  counted: (outcome: CodeExchangeOutcome) => void;
}) {
  const { db, codes, clientSessions, sessionRevocation, grantedTokens, refusals, counted } = deps;
  /** As {@link redeemIn}. Exchanges that wait for the database share a transaction. */
  const redeem = createBatchedStatement<Redemption, Redeemed>({
    name: "redeem_codes",
    one: (redemption) => db.transaction((tx) => redeemIn(tx, redemption)),
    many: (redemptions) => db.transaction((tx) => redeemAllIn(tx, redemptions)),
    keyOf: ({ request }) => request.code,
  });
  return { exchange };

  /** @throws {Problem} `unauthorized_client`, `invalid_grant`, `invalid_target` */
  async function exchange(client: PrincipalClient, request: CodeRequest, origin: Client): Promise<GrantedTokens> {
    if (!client.grant_types.has("authorization_code")) {
      throw refusal(client, "unauthorized_client", "grant type not allowed: authorization_code");
    }
    const redeemed = await redeem({ client, request, origin });
    if (!redeemed) throw refusal(client, "invalid_grant", "the code was used before", "reused");
    const { code, target, session } = redeemed;
    const tokens = await grantedTokens.issue({
      ...{ client, session, target, scopes: session.scopes, withIdToken: true, nonce: code.nonce },
      jkt: request.jkt,
    });
    counted("issued");
    return tokens;
  }

  /** Undefined for a code that was used before. */
  async function redeemIn(tx: Tx, { client, request, origin }: Redemption): Promise<Redeemed | undefined> {
    const presented = await codes.consumeIn(tx, request.code);
    const reason = reasonAgainst(client, presented, request);
    if (!presented || reason !== undefined) throw refusal(client, "invalid_grant", reason ?? "unknown code");
    const { code } = presented;
    if (presented.kind === "reused") {
      await sessionRevocation.endReusedIn(tx, code.id, origin);
      return undefined;
    }
    const target = grantedTokens.targetOf(
      client,
      code.resources,
      request.resource,
      (problem, reason) => refusal(client, problem, reason),
    );
    const session = await clientSessions.startIn(tx, grantOf(code, client, request), origin);
    if (!session) throw refusal(client, "invalid_grant", "the user has signed out, or withdrawn what was allowed");
    return { code, target, session };
  }

  /** Leaves out what is not exchanged, or not at once: {@link redeemIn} decides about that. */
  async function redeemAllIn(tx: Tx, redemptions: Redemption[]): Promise<(Redeemed | undefined)[]> {
    const codesThere = await codes.lockAllIn(tx, redemptions.map(({ request }) => request.code));
    const chosen = redemptions.map((redemption, place) => allowed(codesThere[place], redemption));
    const grants = chosen.flatMap((each) => each ? [each.grant] : []);
    if (grants.length === 0) return [];
    const sessionOf = await clientSessions.startAllIn(tx, grants);
    if (sessionOf.size === 0) return [];
    await codes.consumeAllIn(tx, [...sessionOf.keys()]);
    return chosen.map((each) => {
      const session = each && sessionOf.get(each.code.id);
      return session && { code: each.code, target: each.target, session };
    });
  }

  /** What the live code grants to the client; undefined if it gets nothing. */
  function allowed(code: AuthorizationCode | undefined, { client, request, origin }: Redemption) {
    if (!code || reasonAgainst(client, { kind: "live", code }, request) !== undefined) return undefined;
    try {
      const target = grantedTokens.targetOf(client, code.resources, request.resource, (name) => new Problem(name));
      return { code, target, grant: { ...grantOf(code, client, request), client: origin } };
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  function refusal(
    { id }: PrincipalClient,
    code: ProblemCode & CodeExchangeOutcome,
    reason: string,
    outcome: CodeExchangeOutcome = code,
  ): Problem {
    counted(outcome);
    return refusals.refuse(id, code, reason);
  }
}

/** The refresh tokens of a public client are bound to the key that it has proven. */
function grantOf(
  code: AuthorizationCode,
  { token_endpoint_auth_method: method }: PrincipalClient,
  { jkt }: CodeRequest,
) {
  return { ...code, parentId: code.sessionId, boundJkt: method === "none" ? jkt : undefined };
}
