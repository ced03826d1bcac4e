import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { signsUsersIn } from "../../oauth/grant_types.ts";

/** What a client is: where it runs, and whether users sign in to it. */
export type ClientKind = "web" | "single_page" | "native" | "device" | "machine" | "introspection";

/** The kind of a client by what it may do. */
export function kindOf(
  { grant_types, application_type, token_endpoint_auth_method }: Pick<
    OAuthClient,
    "grant_types" | "application_type" | "token_endpoint_auth_method"
  >,
): ClientKind {
  if (!grant_types.includes("authorization_code") && signsUsersIn(grant_types)) return "device";
  if (!grant_types.includes("authorization_code")) return grant_types.length > 0 ? "machine" : "introspection";
  if (token_endpoint_auth_method !== "none") return "web";
  return application_type === "native" ? "native" : "single_page";
}
