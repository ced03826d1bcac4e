import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { Database } from "../../platform/db/db.ts";
import type { ClientTokens } from "../../sessions/sessions/client_tokens.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { AccessClaims, AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientAuthentication, SentClient } from "../clients/client_authentication.ts";
import { endTokensOf } from "../clients/client_changes.ts";

export type TokenRevocation = ReturnType<typeof createTokenRevocation>;

/** Ends tokens at the request of who has them (RFC 7009). */
export function createTokenRevocation({ db, tokens, clients, clientTokens, sessionRevocation, authentication }: {
  db: Database;
  tokens: AccessTokens;
  clients: ClientCache;
  clientTokens: ClientTokens;
  sessionRevocation: SessionRevocation;
  authentication: ClientAuthentication;
}) {
  return { revoke };

  /**
   * Without a client, ends the session of a login. A client ends only its own tokens, all that it got until now, because
   * no token of client credentials is stored. Anything else changes nothing, and is not told apart.
   *
   * @throws {Problem} `invalid_client`, `rate_limited`
   */
  async function revoke(token: string, sent: SentClient | undefined, origin: Client): Promise<void> {
    if (!sent) return await sessionRevocation.revokeSessionOfToken(token, origin);
    const client = await authentication.authenticate(sent, () => origin);
    const claims = await verified(token);
    if (claims && claims.client_id === client.id && await clientTokens.lookUp(claims)) await end(client, origin);
  }

  async function end({ id, service_user_id }: PrincipalClient, origin: Client): Promise<void> {
    const actor = { actor_id: service_user_id, oauth_client_id: id, client: origin };
    await db.transaction((tx) => endTokensOf(tx, clients, id, actor));
  }

  async function verified(token: string): Promise<AccessClaims | undefined> {
    try {
      return await tokens.verify(token, "any_of_ours");
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }
}
