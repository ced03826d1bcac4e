import type { ClientSession, ClientSessions } from "../../sessions/clients/client_sessions.ts";
import { clientRefreshTokens } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { GrantedTokenIssue, GrantedTokens } from "./granted_tokens.ts";

/** `scope` and `resource` narrow what the access token is for (RFC 6749 §6, RFC 8707 §2.2). */
export type ClientRefreshRequest = {
  refreshToken: string;
  scope: string | undefined;
  resource: string[];
  /** The key that the client has proven. */
  jkt: string | undefined;
};

export type ClientRefresh = ReturnType<typeof createClientRefresh>;

/** Exchanges the refresh tokens of OAuth clients. Those of others, and of logins, change nothing. */
export function createClientRefresh({ clientSessions, grantedTokens, refusals }: {
  clientSessions: ClientSessions;
  grantedTokens: GrantedTokenIssue;
  refusals: ClientRefusals;
}) {
  return { isOfClient, refresh };

  /** Whether the text has the form of such a token. */
  function isOfClient(refreshToken: string): boolean {
    return clientRefreshTokens.parse(refreshToken) !== undefined;
  }

  /**
   * The refused token is good for another request, as one is whose answer was lost. The refresh tokens of a public
   * client are bound to the key that it proves; those of others are bound to the client's authentication (RFC 9449 §5).
   * A client with a key for each keeps its refresh token: rotation would only lose it to lost answers (FAPI 2.0
   * Security Profile §5.3.2.1).
   *
   * @throws {Problem} `unauthorized_client`, `invalid_grant`, `invalid_scope`, `invalid_target`
   */
  async function refresh(
    client: PrincipalClient,
    request: ClientRefreshRequest,
    origin: Client,
  ): Promise<GrantedTokens> {
    if (!client.grant_types.has("refresh_token")) {
      throw refusals.refuse(client.id, "unauthorized_client", "grant type not allowed: refresh_token");
    }
    const issue = (session: ClientSession) => issueFor(client, session, request);
    const { refreshToken, jkt } = request;
    const { token_endpoint_auth_method: method, dpop_bound_access_tokens } = client;
    const keeps = method === "private_key_jwt" && dpop_bound_access_tokens;
    const holder = { clientId: client.id, jkt, binds: method === "none", keeps };
    return await clientSessions.refresh(refreshToken, holder, origin, issue);
  }

  async function issueFor(
    client: PrincipalClient,
    session: ClientSession,
    { scope, resource, jkt }: ClientRefreshRequest,
  ): Promise<GrantedTokens> {
    const scopes = scope?.split(" ") ?? session.scopes;
    const unknown = scopes.find((each) => !session.scopes.includes(each));
    if (unknown !== undefined) throw refusals.refuse(client.id, "invalid_scope", `scope not granted: ${unknown}`);
    const target = grantedTokens.targetOf(
      client,
      session.resources,
      resource,
      (problem, reason) => refusals.refuse(client.id, problem, reason),
    );
    return await grantedTokens.issue({ client, session, target, scopes, withIdToken: client.refresh_id_token, jkt });
  }
}
