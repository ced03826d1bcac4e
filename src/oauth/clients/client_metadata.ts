import { Problem } from "../../vocabulary/problems.ts";
import { sortedOnce } from "../resources/api_resources.ts";
import { signsUsersIn } from "../grant_types.ts";
import { identityScopesDefault } from "../scopes.ts";
import { algorithmsOf } from "../client_keys/client_jwks.ts";
import type { ClientRow } from "./client_store.ts";
import { requireRedirectUris, requireWebUri } from "./redirect_uri.ts";

const members = [
  "grant_types",
  "scopes",
  "resources",
  "own_api",
  "application_type",
  "token_endpoint_auth_method",
  "jwks",
  "jwks_uri",
  "token_endpoint_auth_signing_alg",
  "token_endpoint_audience",
  "redirect_uris",
  "post_logout_redirect_uris",
  "id_token_signed_response_alg",
  "first_party",
  "require_pkce",
  "require_pushed_authorization_requests",
  "native_localhost",
  "refresh_id_token",
  "dpop_bound_access_tokens",
  "backchannel_logout_uri",
  "backchannel_logout_session_required",
] as const;

/**
 * What a client may do and how it signs users in, named as in RFC 7591 §2 and OpenID Connect Dynamic Client
 * Registration 1.0 §2, and RFC 9449 §5.2. `own_api`: get tokens for Sentinel's own API.
 */
export type ClientMetadata = Pick<ClientRow, (typeof members)[number]>;

/** What is asked for; the rest stays, or follows from it for a new client. */
export type WantedMetadata = { [Member in keyof ClientMetadata]?: ClientMetadata[Member] | undefined };

/**
 * The metadata of a new client. One that is public or has redirection URIs signs users in, unless its grant types say
 * otherwise.
 *
 * @throws {Problem} `invalid_request` if they contradict themselves.
 */
export function newMetadata(wanted: WantedMetadata): ClientMetadata {
  const { redirect_uris = [], resources = [], token_endpoint_auth_method = "client_secret_basic" } = wanted;
  const signsIn = redirect_uris.length > 0 || token_endpoint_auth_method === "none";
  const { grant_types = signsIn ? ["authorization_code", "refresh_token"] : ["client_credentials"] } = wanted;
  const isForUsers = signsUsersIn(grant_types);
  return sound(withWanted({
    grant_types,
    scopes: isForUsers ? [...identityScopesDefault] : [],
    resources,
    own_api: resources.length === 0 && !isForUsers,
    application_type: "web",
    token_endpoint_auth_method,
    ...noKeys,
    redirect_uris,
    post_logout_redirect_uris: [],
    id_token_signed_response_alg: "RS256",
    first_party: false,
    require_pkce: true,
    require_pushed_authorization_requests: false,
    native_localhost: false,
    refresh_id_token: true,
    dpop_bound_access_tokens: false,
    backchannel_logout_uri: null,
    backchannel_logout_session_required: false,
  }, wanted));
}

/**
 * The metadata with what is asked for. What stays as it was is not judged anew.
 *
 * @throws {Problem} `invalid_request` if they contradict themselves.
 */
export function changedMetadata(before: ClientMetadata, wanted: WantedMetadata): ClientMetadata {
  const after = withWanted(before, wanted);
  return changedMembers(before, after).length === 0 ? after : sound(after);
}

/** A client that authenticates in another way keeps no keys, and its keys are in one place. */
function withWanted(before: ClientMetadata, wanted: WantedMetadata): ClientMetadata {
  const usesKeys = (wanted.token_endpoint_auth_method ?? before.token_endpoint_auth_method) === "private_key_jwt";
  const moved = wanted.jwks ? { jwks_uri: null } : wanted.jwks_uri ? { jwks: null } : {};
  const kept = { ...before, ...(usesKeys ? moved : noKeys) };
  const all = Object.fromEntries(
    members.map((member) => [member, wanted[member] === undefined ? kept[member] : wanted[member]]),
  );
  return canonical(all as ClientMetadata); // safe: each member is of its own type in both
}

const noKeys = {
  jwks: null,
  jwks_uri: null,
  token_endpoint_auth_signing_alg: null,
  token_endpoint_audience: false,
} as const;

function sound(metadata: ClientMetadata): ClientMetadata {
  for (const { member, isBroken, detail } of rules) {
    if (isBroken(metadata)) {
      throw new Problem("invalid_request", { errors: [{ pointer: `#/${member}`, code: "invalid_value", detail }] });
    }
  }
  for (const member of ["redirect_uris", "post_logout_redirect_uris"] as const) {
    requireRedirectUris(metadata[member], metadata.application_type, `#/${member}`);
  }
  if (metadata.backchannel_logout_uri !== null) {
    requireWebUri(metadata.backchannel_logout_uri, "#/backchannel_logout_uri");
  }
  return metadata;
}

/** The members whose values differ. */
export function changedMembers(before: ClientMetadata, after: ClientMetadata): (keyof ClientMetadata)[] {
  return members.filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]));
}

/** Sets are sorted, so that equal ones look equal. Redirection URIs stay in the order in which they were given. */
function canonical({ grant_types, scopes, resources, redirect_uris, ...rest }: ClientMetadata): ClientMetadata {
  return {
    ...rest,
    grant_types: sortedOnce(grant_types),
    scopes: sortedOnce(scopes),
    resources: sortedOnce(resources),
    redirect_uris: [...new Set(redirect_uris)],
    post_logout_redirect_uris: [...new Set(rest.post_logout_redirect_uris)],
  };
}

const isPublic = ({ token_endpoint_auth_method }: ClientMetadata) => token_endpoint_auth_method === "none";
const usesKeys = ({ token_endpoint_auth_method }: ClientMetadata) => token_endpoint_auth_method === "private_key_jwt";
const has = (grantType: string) => ({ grant_types }: ClientMetadata) => grant_types.includes(grantType);

/** What contradicts itself. */
const rules: { member: keyof ClientMetadata; isBroken: (client: ClientMetadata) => boolean; detail: string }[] = [
  {
    member: "jwks",
    isBroken: (client) => usesKeys(client) && (client.jwks === null) === (client.jwks_uri === null),
    detail: "private_key_jwt needs jwks or jwks_uri, and not both.",
  },
  {
    member: "token_endpoint_auth_method",
    isBroken: (client) =>
      !usesKeys(client) &&
        (client.jwks ?? client.jwks_uri ?? client.token_endpoint_auth_signing_alg) !== null ||
      !usesKeys(client) && client.token_endpoint_audience,
    detail: "jwks, jwks_uri, token_endpoint_auth_signing_alg and token_endpoint_audience are for private_key_jwt.",
  },
  {
    member: "token_endpoint_auth_signing_alg",
    isBroken: ({ jwks, token_endpoint_auth_signing_alg: alg }) =>
      jwks !== null && alg !== null && !jwks.keys.some((key) => algorithmsOf(key).includes(alg)),
    detail: "None of the keys in jwks is for this algorithm.",
  },
  {
    member: "redirect_uris",
    isBroken: (client) => has("authorization_code")(client) && client.redirect_uris.length === 0,
    detail: "The grant type authorization_code needs a redirect URI.",
  },
  {
    member: "grant_types",
    isBroken: (client) => has("refresh_token")(client) && !signsUsersIn(client.grant_types),
    detail: "refresh_token needs authorization_code or a device: only a user who signs in gives a refresh token.",
  },
  {
    member: "grant_types",
    isBroken: (client) => isPublic(client) && has("client_credentials")(client),
    detail: "A public client has no secret, so it cannot use client_credentials.",
  },
  {
    member: "grant_types",
    isBroken: (client) => isPublic(client) && !signsUsersIn(client.grant_types),
    detail: "A public client can only sign users in: it needs authorization_code or the grant type of devices.",
  },
  {
    member: "require_pkce",
    isBroken: (client) => isPublic(client) && !client.require_pkce,
    detail: "Only a client with a secret may go without PKCE.",
  },
  {
    member: "grant_types",
    isBroken: (client) => client.backchannel_logout_uri !== null && !has("authorization_code")(client),
    detail:
      "backchannel_logout_uri needs authorization_code: only an application that users sign in to has sessions that end.",
  },
  {
    member: "native_localhost",
    isBroken: (client) => client.native_localhost && (client.application_type !== "native" || !isPublic(client)),
    detail: "Only for an application_type native with the token_endpoint_auth_method none.",
  },
];
