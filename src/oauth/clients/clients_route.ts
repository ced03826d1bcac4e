import { z } from "@hono/zod-openapi";
import {
  conditional,
  created,
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
import { Scope, scopesMax } from "../resources/resources_route.ts";
import { type Clients, type OAuthClient, shownClient } from "./clients.ts";

const resourcesMax = 50;

const name = z.string().min(1).max(100).openapi({ example: "nightly backup" });
const grant_types = z.array(z.enum(["client_credentials"])).openapi({
  description: "`client_credentials`: the client gets tokens for itself. None: it only introspects tokens",
  example: ["client_credentials"],
});
const scopes = z.array(Scope).max(scopesMax).openapi({
  description: "What its tokens may carry: permissions that you hold, and scopes of its APIs",
  example: ["users:read"],
});
const resources = z.array(z.string().max(255)).max(resourcesMax).openapi({
  description: "URIs of the APIs that it may get tokens for, and whose tokens it may introspect",
  example: [],
});
const own_api = z.boolean().openapi({ description: "Whether it may get tokens for Sentinel's own API", example: true });

const members = {
  id: Id.openapi({ description: "The `client_id` of OAuth requests" }),
  name: z.string().openapi({ example: "nightly backup" }),
  grant_types: z.array(z.string()).openapi({ example: ["client_credentials"] }),
  scopes: z.array(z.string()).openapi({ example: ["users:read"] }),
  own_api: z.boolean().openapi({ example: true }),
  resources: z.array(z.string()).openapi({ example: [] }),
  service_account_id: Id.nullable().openapi({
    description: "The service account that it acts as; grant it roles at `/service-accounts/{id}/roles/{role}`",
  }),
  created_by: Id.nullable().openapi({ description: "Null: a command of the binary" }),
  created_at: Time,
  disabled_at: Time.nullable().openapi({ example: null }),
  tokens_not_before: Time.nullable().openapi({ description: "Tokens issued earlier are refused", example: null }),
};

const ClientResponse = z.strictObject(members).openapi("Client");

const IssuedClientResponse = z.strictObject({
  ...members,
  client_secret: z.string().openapi({ description: "Shown once: store it now", example: "snt_cs_0CJ3zGhq…" }),
}).openapi("IssuedClient");

const list = operation({
  method: "get",
  path: "/clients",
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
  grant_types: grant_types.default(["client_credentials"]),
  scopes: scopes.default([]),
  resources: resources.default([]),
  own_api: own_api.optional().openapi({ description: "Absent: true for a client without resources" }),
  roles: z.array(RoleReference).max(50).default([]).openapi({
    description: "Roles of its service account; each requires `roles:grant` and every permission of the role",
    example: [],
  }),
}).openapi("NewClient", { example: { name: "nightly backup", scopes: ["users:read"] } });

const create = operation({
  method: "post",
  path: "/clients",
  operationId: "createClient",
  tags: ["clients"],
  summary: "Create an OAuth client",
  description: "The answer has its secret. A client with the grant type `client_credentials` gets a service account.",
  ...requires("clients:write"),
  ...json(NewClientRequest),
  ...created(IssuedClientResponse, "The client with its secret, shown once", ({ id }) => `/clients/${id}`),
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

const get = operation({
  method: "get",
  path,
  operationId: "getClient",
  tags: ["clients"],
  summary: "An OAuth client",
  params,
  ...requires("clients:read"),
  ...revised(ClientResponse, "The client, without its secrets"),
  ...problems("not_found", "unavailable"),
});

const ClientChangeRequest = z.strictObject({
  name: name.optional(),
  grant_types: grant_types.optional(),
  scopes: scopes.optional(),
  resources: resources.optional(),
  own_api: own_api.optional(),
  disabled: z.boolean().optional().openapi({
    description: "`true` refuses the client, its tokens and its service account",
    example: true,
  }),
}).openapi("ClientChange", { example: { name: "backup of the night", disabled: false } });

const change = operation({
  method: "patch",
  path,
  operationId: "changeClient",
  tags: ["clients"],
  summary: "Change, disable or enable an OAuth client",
  description: "Absent members stay unchanged. You can change only clients that hold no more than you do, and give " +
    "them only permissions that you hold.",
  params,
  ...requires("clients:write"),
  ...conditional,
  ...json(ClientChangeRequest),
  ...revised(ClientResponse, "The client after the change"),
  ...problems("not_found", "unavailable"),
});

const remove = operation({
  method: "delete",
  path,
  operationId: "deleteClient",
  tags: ["clients"],
  summary: "Delete an OAuth client",
  description: "Its secrets, its tokens and its service account end with it.",
  params,
  ...requires("clients:write"),
  ...conditional,
  ...noContent("Deleted"),
  ...problems("not_found", "unavailable"),
});

const endTokens = operation({
  method: "delete",
  path: "/clients/{id}/tokens",
  operationId: "revokeClientTokens",
  tags: ["clients"],
  summary: "Revoke all tokens that a client got until now",
  description: "Its secrets stay: it can get new tokens at once.",
  params,
  ...requires("clients:write"),
  ...noContent("Revoked"),
  ...problems("not_found", "unavailable"),
});

/** The client with its new secret on the wire. */
export function shownIssuedClient(
  { client, secret }: { client: OAuthClient; secret: string },
): z.infer<typeof IssuedClientResponse> {
  return { ...client, client_secret: secret };
}

/** What a new client is by its request: where nothing else is said, it uses Sentinel's own API. */
export function wantedClient({ own_api, ...rest }: z.output<typeof NewClientRequest>) {
  return { ...rest, own_api: own_api ?? rest.resources.length === 0, roles: [...new Set(rest.roles)] };
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
      async ({ body, actor }) => shownIssuedClient(await oauthClients.create(wantedClient(body), actor())),
    );
    app.add(get, ({ params: { id } }) => oauthClients.find(id));
    app.add(change, ({ params: { id }, body, expected, actor }) => oauthClients.change(id, body, expected(), actor()));
    app.add(remove, ({ params: { id }, expected, actor }) => oauthClients.remove(id, expected(), actor()));
    app.add(endTokens, ({ params: { id }, actor }) => oauthClients.endTokens(id, actor()));
  },
);
