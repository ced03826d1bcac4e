import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Clock } from "../../platform/clock.ts";
import type { AccessClaims } from "../../tokens/access_tokens/access_token.ts";
import { issuedAt } from "../../tokens/access_tokens/client_token_id.ts";
import type { FirstParty, Principal, PrincipalClient, PrincipalUser } from "../../vocabulary/actor.ts";

export type ClientTokens = ReturnType<typeof createClientTokens>;

/**
 * Tells whether an access token of an OAuth client still counts. It ends with its client; one that the client got for
 * itself ends with its service account, one that it got for a user with the session and the user.
 */
export function createClientTokens({ principals, clients, clock }: {
  principals: PrincipalCache;
  clients: ClientCache;
  clock: Clock;
}) {
  return { lookUp };

  /** The principal of a token whose signature is proven; undefined when the token has ended. */
  function lookUp(claims: AccessClaims): Principal | undefined | Promise<Principal | undefined> {
    const client = clients.get(claims.client_id);
    const subject = claims.sid === undefined ? principals.user(claims.sub) : principals.access(claims.sid, claims.sub);
    if (!(client instanceof Promise) && !(subject instanceof Promise)) return livePrincipal(claims, client, subject);
    return Promise.all([client, subject]).then(([client, subject]) => livePrincipal(claims, client, subject));
  }

  function livePrincipal(
    { sub, jti, scopes = new Set() }: AccessClaims,
    client: PrincipalClient | undefined,
    subject: FirstParty | PrincipalUser | undefined,
  ): Principal | undefined {
    if (!client || client.disabled || !subject || issuedAt(jti) < client.tokens_not_before) return undefined;
    if ("session" in subject) {
      const { session } = subject;
      const isOwn = session.kind === "client" && session.client_id === client.id;
      return isOwn && isLive(subject, clock.now()) ? { ...subject, client, scopes } : undefined;
    }
    const isOwn = client.service_user_id === sub && subject.kind === "service";
    return isOwn && !subject.disabled ? { user: subject, client, scopes } : undefined;
  }
}

/** Whether the session still counts at this time, in milliseconds since the epoch. */
export function isLive({ session, user }: FirstParty, now: number): boolean {
  return !session.revoked && !user.disabled && session.expires_at > now;
}
