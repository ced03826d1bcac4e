import type { ClientChange, OAuthClient } from "../../oauth/clients/clients.ts";
import { Problem } from "../../vocabulary/problems.ts";

/**
 * What a form says of a client. Lists of addresses are fields of their own; scopes and APIs are separated by spaces.
 */
export type ClientDraft = {
  name: string;
  redirect_uris: string[];
  post_logout_redirect_uris: string[];
  /** Empty without one. */
  backchannel_logout_uri: string;
  backchannel_logout_session_required: boolean;
  scopes: string;
  resources: string;
  grant_types: string[];
  first_party: boolean;
  require_pkce: boolean;
  require_pushed_authorization_requests: boolean;
  dpop_bound_access_tokens: boolean;
  /** A JWK Set, or one key, as JSON. */
  jwks: string;
  jwks_uri: string;
};

/** What the address of the form adds to the client: what a refusal shows to be missing. */
export type Addition = {
  [Member in "redirect_uris" | "post_logout_redirect_uris" | "scopes" | "resources" | "grant_types"]?:
    | string
    | undefined;
};

/** The form of a client as it is, with what is to be added. */
export function draftOf(client: OAuthClient, added: Addition = {}): ClientDraft {
  const withAdded = (list: readonly string[], value: string | undefined) =>
    value === undefined || list.includes(value) ? [...list] : [...list, value];
  return {
    name: client.name,
    redirect_uris: withAdded(client.redirect_uris, added.redirect_uris),
    post_logout_redirect_uris: withAdded(client.post_logout_redirect_uris, added.post_logout_redirect_uris),
    backchannel_logout_uri: client.backchannel_logout_uri ?? "",
    backchannel_logout_session_required: client.backchannel_logout_session_required,
    scopes: withAdded(client.scopes, added.scopes).join(" "),
    resources: withAdded(client.resources, added.resources).join(" "),
    grant_types: withAdded(client.grant_types, added.grant_types),
    first_party: client.first_party,
    require_pkce: client.require_pkce,
    require_pushed_authorization_requests: client.require_pushed_authorization_requests,
    dpop_bound_access_tokens: client.dpop_bound_access_tokens,
    jwks: client.jwks === null ? "" : JSON.stringify(client.jwks, null, 2),
    jwks_uri: client.jwks_uri ?? "",
  };
}

/** The change that the form of a client asks for. @throws {Problem} as {@link keysBy} */
export function changeBy(
  { token_endpoint_auth_method: method }: OAuthClient,
  { scopes, resources, backchannel_logout_uri, jwks, jwks_uri, ...draft }: ClientDraft,
): { [Member in keyof ClientChange]?: unknown } {
  const keys = method === "none" ? {} : keysBy({ jwks, jwks_uri }, method === "private_key_jwt");
  return {
    ...{ ...draft, scopes: wordsOf(scopes), resources: wordsOf(resources), ...keys },
    backchannel_logout_uri: backchannel_logout_uri === "" ? null : backchannel_logout_uri,
  };
}

/**
 * What the form says of the keys of a client, one of which suffices as a JWK. Empty fields say nothing, unless the
 * client has keys: it cannot go without.
 *
 * @throws {Problem} `invalid_request` for keys that are no JSON
 */
export function keysBy({ jwks, jwks_uri }: Pick<ClientDraft, "jwks" | "jwks_uri">, hasKeys: boolean) {
  if (!hasKeys && jwks.trim() === "" && jwks_uri === "") return {};
  return {
    token_endpoint_auth_method: "private_key_jwt",
    jwks: jwks.trim() === "" ? null : keySetOf(jwks),
    jwks_uri: jwks_uri === "" ? null : jwks_uri,
  };
}

function keySetOf(text: string): unknown {
  try {
    const given = JSON.parse(text);
    return given?.kty === undefined ? given : { keys: [given] };
  } catch (cause) {
    const detail = 'This is no JSON. A JWK Set begins with {"keys": and one key with {"kty":';
    throw new Problem("invalid_request", { errors: [{ pointer: "#/jwks", code: "invalid_value", detail }], cause });
  }
}

/** The words of a text. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
