import { z } from "@hono/zod-openapi";
import {
  conditional,
  created,
  fresh,
  freshSignIn,
  Id,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  problems,
  requires,
  revised,
  RoleReference,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { resource } from "../../http/contract/resource.ts";
import { clientGrantTypes } from "../grant_types.ts";
import { Scope, scopesMax } from "../resources/resources_route.ts";
import { redirectUriLengthMax, redirectUrisMax } from "./redirect_uri.ts";
import { keyMetadata, KeySetResponse } from "../client_keys/key_metadata_route.ts";
import { type Clients, type OAuthClient, shownClient } from "./clients.ts";

const resourcesMax = 50;

const name = z.string().min(1).max(100).openapi({ example: "nightly backup" });
const redirectUris = z.array(z.string().max(redirectUriLengthMax).openapi({ format: "uri" })).max(redirectUrisMax);

/** What a request says about a client, with the names of RFC 7591 where it has one. */
const metadata = {
  grant_types: z.array(z.enum(clientGrantTypes)).openapi({
    description: "`authorization_code`: users sign in to it. `refresh_token`: it stays signed in. " +
      "`urn:ietf:params:oauth:grant-type:device_code`: it has no browser, and users sign in on another device. " +
      "`client_credentials`: it gets tokens for itself. None: it only introspects tokens",
    example: ["client_credentials"],
  }),
  scopes: z.array(Scope).max(scopesMax).openapi({
    description:
      "What its tokens may carry: permissions that you hold, scopes of its APIs, and, for applications that " +
      "users sign in to, `openid`, `profile`, `email`, `roles` and `offline_access`",
    example: ["users:read"],
  }),
  resources: z.array(z.string().max(255)).max(resourcesMax).openapi({
    description: "URIs of the APIs that it may get tokens for, and whose tokens it may introspect",
    example: [],
  }),
  own_api: z.boolean().openapi({
    description: "Whether it may get tokens for Sentinel's own API",
    example: true,
  }),
  application_type: z.enum(["web", "native"]).openapi({
    description: "`native`: an application on the user's device, whose redirection URIs may have a scheme of its own",
    example: "web",
  }),
  token_endpoint_auth_method: z.enum(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"])
    .transform((method) => method === "client_secret_post" ? "client_secret_basic" : method)
    .openapi({
      description: "`none`: a public client, such as a single-page or native application, which has no secret. " +
        "`private_key_jwt`: it signs assertions with a key of its own (RFC 7523 §2.2). Every other client may send its " +
        "secret by Basic or in the form; `client_secret_post` is stored as `client_secret_basic`",
      example: "client_secret_basic",
    }),
  ...keyMetadata,
  redirect_uris: redirectUris.openapi({
    description: "Where users return to, compared character by character: https, http on localhost, 127.0.0.1 or " +
      "[::1], and for native applications a scheme such as `com.example.app:/callback`",
    example: [],
  }),
  post_logout_redirect_uris: redirectUris.openapi({
    description: "Where users may return to after they signed out; the same rules",
    example: [],
  }),
  id_token_signed_response_alg: z.enum(["RS256", "ES256"]).openapi({
    description: "What its id_tokens are signed with. Every library verifies RS256; ES256 is signed ten times as fast",
    example: "RS256",
  }),
  first_party: z.boolean().openapi({
    description: "Whether it is yours: users are not asked for consent",
    example: false,
  }),
  require_pkce: z.boolean().openapi({
    description: "`false` lets a client with a secret sign users in without PKCE (RFC 7636)",
    example: true,
  }),
  require_pushed_authorization_requests: z.boolean().openapi({
    description: "Whether it must push its authorization requests to `/oauth/par` (RFC 9126 §6)",
    example: false,
  }),
  native_localhost: z.boolean().openapi({
    description: "Whether a native public client may use any port of `http://localhost`, as it may of `127.0.0.1`",
    example: false,
  }),
  refresh_id_token: z.boolean().openapi({
    description: "Whether a refresh answers an id_token too",
    example: true,
  }),
  dpop_bound_access_tokens: z.boolean().openapi({
    description: "Whether it must prove a key to get tokens (RFC 9449 §5.2); others may",
    example: false,
  }),
  backchannel_logout_uri: z.string().max(redirectUriLengthMax).nullable().openapi({
    format: "uri",
    description:
      "Where it is told that a user's session has ended (OpenID Connect Back-Channel Logout 1.0): https, or " +
      "http on localhost, 127.0.0.1 or [::1]; null: nowhere",
    example: null,
  }),
  backchannel_logout_session_required: z.boolean().openapi({
    description: "Whether it needs `sid` in logout tokens, which is always there",
    example: false,
  }),
};

const ClientResponse = z.strictObject({
  id: Id.openapi({ description: "The `client_id` of OAuth requests, unless it has a `url`" }),
  source: z.enum(["admin", "dynamic", "document"]).openapi({
    description: "`dynamic`: it registered itself (RFC 7591). `document`: it describes itself at its `url`",
    example: "admin",
  }),
  url: z.string().nullable().openapi({ description: "Its `client_id`, where its metadata are", example: null }),
  client_uri: z.string().nullable().openapi({ description: "Its home page, as it says itself", example: null }),
  name: z.string().openapi({ example: "nightly backup" }),
  ...metadata,
  grant_types: z.array(z.string()).openapi({ example: ["client_credentials"] }),
  scopes: z.array(z.string()).openapi({ example: ["users:read"] }),
  resources: z.array(z.string()).openapi({ example: [] }),
  token_endpoint_auth_method: z.enum(["client_secret_basic", "private_key_jwt", "none"])
    .openapi({ example: "client_secret_basic" }),
  jwks: KeySetResponse.nullable().openapi({ example: null }),
  service_account_id: Id.nullable().openapi({
    description: "The service account that it acts as; grant it roles at `/service-accounts/{id}/roles/{role}`",
  }),
  created_by: Id.nullable().openapi({ description: "Null: a command of the binary" }),
  created_at: Time,
  last_used_at: Time.nullable().openapi({
    description:
      "When a user's session of it was last used, to the hour; only of clients that no administrator created",
    example: null,
  }),
  disabled_at: Time.nullable().openapi({ example: null }),
  tokens_not_before: Time.nullable().openapi({ description: "Tokens issued earlier are refused", example: null }),
}).openapi("Client");

const IssuedClientResponse = z.strictObject({
  ...ClientResponse.shape,
  client_secret: z.string().optional().openapi({
    description: "Shown once: store it now. A public client has none",
    example: "snt_cs_0CJ3zGhq…",
  }),
}).openapi("IssuedClient");

const list = operation("GET /clients", {
  operationId: "listClients",
  tags: ["clients"],
  summary: "List OAuth clients, newest first",
  query: PageQuery,
  ...requires("clients:read"),
  ...ok(pageOf(ClientResponse).openapi("ClientPage"), "A page of clients, without their secrets"),
  ...problems("unavailable"),
});

/** The body of a new client. */
export const NewClientRequest = z.strictObject({
  name,
  ...z.strictObject(metadata).partial().shape,
  grant_types: metadata.grant_types.optional().openapi({
    description:
      "Absent: `authorization_code` and `refresh_token` for a public client or one with `redirect_uris`, otherwise " +
      "`client_credentials`",
  }),
  scopes: metadata.scopes.optional().openapi({
    description: "Absent: `openid`, `profile` and `email` for a client that users sign in to, otherwise none",
  }),
  own_api: metadata.own_api.optional().openapi({
    description: "Absent: true for a client without `resources` that no user signs in to",
  }),
  roles: z.array(RoleReference).max(50).default([]).openapi({
    description: "Roles of its service account; each requires `roles:grant` and every permission of the role",
    example: [],
  }),
}).openapi("NewClient", { example: { name: "nightly backup", scopes: ["users:read"] } });

const create = operation("POST /clients", {
  operationId: "createClient",
  tags: ["clients"],
  summary: "Create an OAuth client",
  description:
    "The answer has its secret, unless it is public. A client with the grant type `client_credentials` gets " +
    "a service account.",
  ...requires("clients:write"),
  ...fresh({ ...freshSignIn.fresh, when: "to get a secret" }),
  ...json(NewClientRequest),
  ...created(IssuedClientResponse, "The client, with its secret shown once", ({ id }) => `/clients/${id}`),
  ...leadsTo({
    to: [
      ...["getClient", "changeClient", "deleteClient", "listClientSecrets", "createClientSecret"],
      ...["listClientRefusals", "revokeClientTokens", "deleteClientSecret"],
    ],
    parameters: { id: "#/id" },
  }),
  ...problems("exclusion_violated", "unavailable"),
});

const params = z.strictObject({ id: Id });
const path = "/clients/{id}";

const get = operation(`GET ${path}`, {
  operationId: "getClient",
  tags: ["clients"],
  summary: "An OAuth client",
  params,
  ...requires("clients:read"),
  ...revised(ClientResponse, "The client, without its secrets"),
  ...problems("not_found", "unavailable"),
});

/** The body of a change. */
export const ClientChangeRequest = z.strictObject({
  name: name.optional(),
  ...z.strictObject(metadata).partial().shape,
  disabled: z.boolean().optional().openapi({
    description: "`true` refuses the client, its tokens, its sessions of users and its service account",
    example: true,
  }),
}).openapi("ClientChange", { example: { name: "backup of the night", disabled: false } });

const change = operation(`PATCH ${path}`, {
  operationId: "changeClient",
  tags: ["clients"],
  summary: "Change, disable or enable an OAuth client",
  description: "Absent members stay unchanged. You can change only clients that hold no more than you do, and give " +
    "them only permissions that you hold. A client loses its secrets when it becomes public or takes keys.",
  params,
  ...requires("clients:write"),
  ...fresh({ ...freshSignIn.fresh, when: "to change its keys" }),
  ...conditional,
  ...json(ClientChangeRequest),
  ...revised(ClientResponse, "The client after the change"),
  ...problems("not_found", "unavailable"),
});

const remove = operation(`DELETE ${path}`, {
  operationId: "deleteClient",
  tags: ["clients"],
  summary: "Delete an OAuth client",
  description: "Its secrets, its tokens, its sessions of users and its service account end with it.",
  params,
  ...requires("clients:write"),
  ...conditional,
  ...noContent("Deleted"),
  ...problems("not_found", "unavailable"),
});

const endTokens = operation("DELETE /clients/{id}/tokens", {
  operationId: "revokeClientTokens",
  tags: ["clients"],
  summary: "Revoke all tokens that a client got until now",
  description: "Its secrets stay: it can get new tokens at once.",
  params,
  ...requires("clients:write"),
  ...noContent("Revoked"),
  ...problems("not_found", "unavailable"),
});

/** The client on the wire, with its new secret if it has one. */
export function shownIssuedClient(
  { client, secret }: { client: OAuthClient; secret: string | undefined },
): z.output<typeof IssuedClientResponse> {
  return { ...client, ...(secret !== undefined && { client_secret: secret }) };
}

/** `GET|POST /clients`, `GET|PATCH|DELETE /clients/{id}`, `DELETE /clients/{id}/tokens` */
export const clientsRoute = resource(
  [list, create, get, change, remove, endTokens],
  (app, { oauthClients, pages }: { oauthClients: Clients; pages: Pages }) => {
    app.add(list, async ({ query }) => {
      const page = await pages.read("clients", query, oauthClients.page, ({ id }) => id);
      return { ...page, items: page.items.map(shownClient) };
    });
    app.add(
      create,
      async ({ body, actor }) => shownIssuedClient(await oauthClients.create(body, actor())),
    );
    app.add(get, ({ params: { id } }) => oauthClients.find(id));
    app.add(change, ({ params: { id }, body, expected, actor }) => oauthClients.change(id, body, expected(), actor()));
    app.add(remove, ({ params: { id }, expected, actor }) => oauthClients.remove(id, expected(), actor()));
    app.add(endTokens, ({ params: { id }, actor }) => oauthClients.endTokens(id, actor()));
  },
);
