import type { Database, Tx } from "../../platform/db/db.ts";
import type { ClientSession, ClientSessions } from "../../sessions/clients/client_sessions.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import type { Problem } from "../../vocabulary/problems.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { AuthorizationCode, AuthorizationCodes, PresentedCode } from "../codes/authorization_codes.ts";
import { matchesChallenge } from "../codes/pkce.ts";
import type { GrantedTokenIssue, GrantedTokens } from "./granted_tokens.ts";
import type { TokenTarget } from "./token_targets.ts";

/** A request for the tokens of a code (RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 8707 §2.2). `jkt`: of the proven key. */
export type CodeRequest = {
  code: string;
  redirectUri: string;
  codeVerifier: string | undefined;
  resource: string[];
  jkt: string | undefined;
};

/** What came of it. */
export type CodeExchangeOutcome = "issued" | "reused" | "invalid_grant" | "unauthorized_client" | "invalid_target";

export type CodeExchange = ReturnType<typeof createCodeExchange>;

type Redeemed = { code: AuthorizationCode; target: TokenTarget; session: ClientSession };

/**
 * Exchanges authorization codes for tokens. The code is consumed and the session of the client starts in one
 * transaction, so a request that is refused leaves the code as it is. A second use of a code shows that it was stolen,
 * and ends the session that the first one started (RFC 6749 §4.1.2).
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
  return { exchange };

  /** @throws {Problem} `unauthorized_client`, `invalid_grant`, `invalid_target` */
  async function exchange(client: PrincipalClient, request: CodeRequest, origin: Client): Promise<GrantedTokens> {
    if (!client.grant_types.has("authorization_code")) {
      throw refusal(client, "unauthorized_client", "grant type not allowed: authorization_code");
    }
    const redeemed = await db.transaction((tx) => redeemIn(tx, client, request, origin));
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
  async function redeemIn(
    tx: Tx,
    client: PrincipalClient,
    request: CodeRequest,
    origin: Client,
  ): Promise<Redeemed | undefined> {
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
    const boundJkt = client.token_endpoint_auth_method === "none" ? request.jkt : undefined;
    const session = await clientSessions.startIn(tx, { ...code, parentId: code.sessionId, boundJkt }, origin);
    if (!session) throw refusal(client, "invalid_grant", "the user has signed out, or withdrawn what was allowed");
    return { code, target, session };
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

/** Why the client does not get the tokens of this code; undefined if it does, or if the code was used before. */
function reasonAgainst(
  { id }: PrincipalClient,
  presented: PresentedCode | undefined,
  { redirectUri, codeVerifier, jkt }: CodeRequest,
): string | undefined {
  if (!presented) return "unknown code";
  const { kind, code } = presented;
  if (code.clientId !== id) return "the code was issued to another client";
  if (kind === "expired") return "the code has expired";
  if (kind === "reused") return undefined;
  if (code.redirectUri !== redirectUri) return "redirect_uri is not that of the authorization request";
  if (code.dpopJkt !== undefined && code.dpopJkt !== jkt) return "the proven key is not that of dpop_jkt";
  if (code.codeChallenge === undefined) {
    return codeVerifier === undefined
      ? undefined
      : "code_verifier, but the authorization request had no code_challenge";
  }
  if (codeVerifier === undefined) return "code_verifier is missing";
  return matchesChallenge(codeVerifier, code.codeChallenge) ? undefined : "code_verifier does not match";
}
