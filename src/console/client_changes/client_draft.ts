import type { ClientChange, OAuthClient } from "../../oauth/clients/clients.ts";

/** What a form says of a client. Lists of addresses are fields of their own; scopes and APIs are separated by spaces. */
export type ClientDraft = {
  name: string;
  redirect_uris: string[];
  post_logout_redirect_uris: string[];
  scopes: string;
  resources: string;
  grant_types: string[];
  first_party: boolean;
  require_pkce: boolean;
  require_pushed_authorization_requests: boolean;
  dpop_bound_access_tokens: boolean;
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
    scopes: withAdded(client.scopes, added.scopes).join(" "),
    resources: withAdded(client.resources, added.resources).join(" "),
    grant_types: withAdded(client.grant_types, added.grant_types),
    first_party: client.first_party,
    require_pkce: client.require_pkce,
    require_pushed_authorization_requests: client.require_pushed_authorization_requests,
    dpop_bound_access_tokens: client.dpop_bound_access_tokens,
  };
}

/** The change that the form asks for. */
export function changeBy({ scopes, resources, grant_types, ...draft }: ClientDraft): ClientChange {
  return { ...draft, scopes: wordsOf(scopes), resources: wordsOf(resources), grant_types };
}

/** The words of a text. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
