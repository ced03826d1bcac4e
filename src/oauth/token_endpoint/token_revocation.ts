import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { Database } from "../../platform/db/db.ts";
import type { ClientSessions } from "../../sessions/clients/client_sessions.ts";
import type { ClientTokens } from "../../sessions/sessions/client_tokens.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { AccessClaims, AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientAuthentication, SentClient } from "../client_authentication/client_authentication.ts";
import { endTokensOf } from "../clients/client_changes.ts";

export type TokenRevocation = ReturnType<typeof createTokenRevocation>;

/** The session of an OAuth client, of which a token was sent. */
type HeldSession = { id: string; userId: string; clientId: string };

/** Ends tokens at the request of who has them (RFC 7009). */
export function createTokenRevocation(deps: {
  db: Database;
  tokens: AccessTokens;
  clients: ClientCache;
  clientTokens: ClientTokens;
  clientSessions: ClientSessions;
  sessionRevocation: SessionRevocation;
  authentication: ClientAuthentication;
}) {
  const { db, tokens, clients, clientTokens, clientSessions, sessionRevocation, authentication } = deps;
  return { revoke };

  /**
   * Without a client, ends the session of a login or of a public client. A client ends only what it holds itself: the
   * session that a user's sign-in gave it, or all tokens of its own that it got until now, because none of those is
   * stored. Anything else changes nothing, and is not told apart. Answers which client asks, if one does.
   *
   * @throws {Problem} `invalid_client`, `rate_limited`
   */
  async function revoke(
    token: string,
    sent: SentClient | undefined,
    origin: Client,
  ): Promise<PrincipalClient | undefined> {
    const client = sent && await authentication.authenticate(sent, () => origin, { allowPublic: true });
    const claims = await verified(token);
    const held = await heldSession(token, claims);
    if (held) return await endHeld(held, client ?? await publicClient(held.clientId), origin);
    if (!client) await sessionRevocation.revokeSessionOfToken(token, origin);
    else if (claims?.client_id === client.id && await clientTokens.lookUp(claims)) await endOwn(client, origin);
    return client;
  }

  async function heldSession(token: string, claims: AccessClaims | undefined): Promise<HeldSession | undefined> {
    if (claims?.scopes && claims.sid !== undefined) {
      return { id: claims.sid, userId: claims.sub, clientId: claims.client_id };
    }
    const { session } = await clientSessions.verifyRefreshToken(token) ?? {};
    return session && { id: session.id, userId: session.user_id, clientId: session.client_id! };
  }

  async function publicClient(id: string): Promise<PrincipalClient | undefined> {
    const client = await clients.get(id);
    return client?.token_endpoint_auth_method === "none" ? client : undefined;
  }

  /** What the user allowed the client stays, for the next sign-in. */
  async function endHeld(
    { id, userId, clientId }: HeldSession,
    client: PrincipalClient | undefined,
    origin: Client,
  ): Promise<PrincipalClient | undefined> {
    const actor = { actor_id: userId, oauth_client_id: clientId, client: origin };
    if (client?.id === clientId) await db.transaction((tx) => sessionRevocation.endIn(tx, id, userId, actor));
    return client;
  }

  async function endOwn({ id, service_user_id }: PrincipalClient, origin: Client): Promise<void> {
    const actor = { actor_id: service_user_id, oauth_client_id: id, client: origin };
    await db.transaction((tx) => endTokensOf(tx, clients, id, actor));
  }

  async function verified(token: string): Promise<AccessClaims | undefined> {
    if (token.startsWith("snt_")) return undefined;
    try {
      return await tokens.verify(token, "any_of_ours");
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }
}
