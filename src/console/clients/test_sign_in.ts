import { createHash, randomBytes } from "node:crypto";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";

/**
 * The way of a sign-in as the application begins one; undefined if users do not sign in to it. The application gets a
 * code that it did not ask for, and may refuse it. A client that pushes its requests begins each one itself.
 */
export function testSignIn(
  { id, url, redirect_uris: [redirectUri], grant_types, scopes, disabled_at, ...client }: OAuthClient,
): string | undefined {
  if (redirectUri === undefined || disabled_at || !grant_types.includes("authorization_code")) return undefined;
  if (client.require_pushed_authorization_requests) return undefined;
  const query = new URLSearchParams({
    response_type: "code",
    client_id: publicClientId({ id, url }),
    redirect_uri: redirectUri,
    ...(scopes.includes("openid") && { scope: "openid" }),
    state: "test",
    code_challenge: createHash("sha256").update(randomBytes(32)).digest("base64url"),
    code_challenge_method: "S256",
    prompt: "login",
  });
  return `/oauth/authorize?${query}`;
}
