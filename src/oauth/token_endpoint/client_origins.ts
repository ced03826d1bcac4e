import type { PrincipalClient } from "../../vocabulary/actor.ts";

/**
 * The origins whose pages may read answers for the client: those of a public client's redirection URIs, where it runs in
 * browsers. A client with a secret does not.
 */
export function originsOf({ token_endpoint_auth_method, redirect_uris }: PrincipalClient): (origin: string) => boolean {
  if (token_endpoint_auth_method !== "none") return () => false;
  return (origin) => /^https?:/.test(origin) && redirect_uris.some((uri) => URL.parse(uri)?.origin === origin);
}
