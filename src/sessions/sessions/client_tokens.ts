import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { AccessClaims } from "../../tokens/access_tokens/access_token.ts";
import { issuedAt } from "../../tokens/access_tokens/client_token_id.ts";
import type { Principal, PrincipalClient, PrincipalUser } from "../../vocabulary/actor.ts";

export type ClientTokens = ReturnType<typeof createClientTokens>;

/** Tells whether an access token that a client got for itself still counts: it ends with its client and its account. */
export function createClientTokens({ principals, clients }: { principals: PrincipalCache; clients: ClientCache }) {
  return { lookUp };

  /** The service account of a token whose signature is proven, and its client; undefined when the token has ended. */
  function lookUp(claims: AccessClaims): Principal | undefined | Promise<Principal | undefined> {
    const client = clients.get(claims.client_id);
    const user = principals.user(claims.sub);
    if (!(client instanceof Promise) && !(user instanceof Promise)) return livePrincipal(claims, client, user);
    return Promise.all([client, user]).then(([client, user]) => livePrincipal(claims, client, user));
  }
}

function livePrincipal(
  { sub, jti, scopes }: AccessClaims,
  client: PrincipalClient | undefined,
  user: PrincipalUser | undefined,
): Principal | undefined {
  const isLive = client && user && !client.disabled && client.service_user_id === sub &&
    issuedAt(jti) >= client.tokens_not_before && user.kind === "service" && !user.disabled;
  return isLive ? { user, client, scopes: scopes ?? new Set() } : undefined;
}
