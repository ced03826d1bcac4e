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
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { resource } from "../../http/contract/resource.ts";
import { type ApiResources, shownApiResource } from "./api_resources.ts";

/** The most scopes of one API, or of one client. */
export const scopesMax = 100;

/** A scope in a request (RFC 6749 §3.3). */
export const Scope = z.string().max(127).regex(
  /^[A-Za-z0-9][\x21\x23-\x5b\x5d-\x7e]*$/,
  'A scope: a letter or digit, then printable ASCII without spaces, " and \\ (RFC 6749 section 3.3).',
).openapi({ example: "documents:read" });

const Name = z.string().min(1).max(100).openapi({ example: "Documents" });
const Scopes = z.array(Scope).max(scopesMax).openapi({
  description:
    "What a token for it may carry. A scope that is also a permission counts only while the subject holds it",
  example: ["documents:read", "documents:write"],
});
const Algorithm = z.enum(["ES256", "EdDSA"]).openapi({
  description: "What its tokens are signed with. Every JWT library verifies ES256; EdDSA is signed 20 times as fast",
  example: "ES256",
});
const Ttl = z.int().min(60).max(86_400).openapi({ description: "Lifetime of its tokens", example: 600 });
const OpenToDynamic = z.boolean().openapi({
  description:
    "Whether clients that registered themselves, or describe themselves in a document, may get tokens for it",
  example: false,
});
const Uri = z.string().openapi({ description: "What its tokens have as `aud`", example: "https://api.example.com" });

const ApiResourceResponse = z.strictObject({
  id: Id,
  uri: Uri,
  name: z.string().openapi({ example: "Documents" }),
  scopes: z.array(z.string()).openapi({ example: ["documents:read", "documents:write"] }),
  alg: Algorithm,
  ttl_seconds: z.int().openapi({ example: 600 }),
  open_to_dynamic: OpenToDynamic,
  created_at: Time,
}).openapi("ApiResource");

const list = operation("GET /resources", {
  operationId: "listApiResources",
  tags: ["clients"],
  summary: "List the APIs that tokens are issued for, by URI",
  query: PageQuery,
  ...requires("api_resources:read"),
  ...ok(pageOf(ApiResourceResponse).openapi("ApiResourcePage"), "A page of APIs"),
  ...problems("unavailable"),
});

/** The body of a new API. */
export const NewApiResourceRequest = z.strictObject({
  uri: z.string().max(255).regex(
    /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/,
    "An absolute URI in ASCII, such as https://api.example.com.",
  ).openapi({ description: "What its tokens have as `aud`", example: "https://api.example.com" }),
  name: Name,
  scopes: Scopes,
  alg: Algorithm.default("ES256"),
  ttl_seconds: Ttl.default(600),
  open_to_dynamic: OpenToDynamic.default(false),
}).openapi("NewApiResource", {
  example: {
    uri: "https://api.example.com",
    name: "Documents",
    scopes: ["documents:read", "documents:write"],
    alg: "ES256",
    ttl_seconds: 600,
    open_to_dynamic: false,
  },
});

const create = operation("POST /resources", {
  operationId: "createApiResource",
  tags: ["clients"],
  summary: "Register an API that tokens are issued for (RFC 8707)",
  description: "Clients name it as `resource` when they ask for a token. It verifies the token by the keys of " +
    "`/.well-known/jwks.json`, or introspects it as a client of its own.",
  ...requires("api_resources:write"),
  ...json(NewApiResourceRequest),
  ...created(ApiResourceResponse, "Registered", ({ id }) => `/resources/${id}`),
  ...leadsTo({ to: ["getApiResource", "changeApiResource", "deleteApiResource"], parameters: { id: "#/id" } }),
  ...problems("api_resource_taken", "unavailable"),
});

const params = z.strictObject({ id: Id });
const path = "/resources/{id}";

const get = operation(`GET ${path}`, {
  operationId: "getApiResource",
  tags: ["clients"],
  summary: "An API that tokens are issued for",
  params,
  ...requires("api_resources:read"),
  ...revised(ApiResourceResponse, "The API"),
  ...problems("not_found", "unavailable"),
});

/** The body of a change. */
export const ApiResourceChangeRequest = z.strictObject({
  name: Name.optional(),
  scopes: Scopes.optional(),
  alg: Algorithm.optional(),
  ttl_seconds: Ttl.optional(),
  open_to_dynamic: OpenToDynamic.optional(),
}).openapi("ApiResourceChange", { example: { name: "Documents and pictures" } });

const change = operation(`PATCH ${path}`, {
  operationId: "changeApiResource",
  tags: ["clients"],
  summary: "Change an API that tokens are issued for",
  description:
    "Absent members stay unchanged. Its URI cannot be changed. Tokens that were issued keep what they carry.",
  params,
  ...requires("api_resources:write"),
  ...conditional,
  ...json(ApiResourceChangeRequest),
  ...revised(ApiResourceResponse, "The API after the change"),
  ...problems("not_found", "unavailable"),
});

const remove = operation(`DELETE ${path}`, {
  operationId: "deleteApiResource",
  tags: ["clients"],
  summary: "Delete an API that no client may get tokens for",
  params,
  ...requires("api_resources:write"),
  ...conditional,
  ...noContent("Deleted"),
  ...problems("not_found", "api_resource_in_use", "unavailable"),
});

/** `GET|POST /resources`, `GET|PATCH|DELETE /resources/{id}` */
export const resourcesRoute = resource(
  [list, create, get, change, remove],
  (app, { apiResources, pages }: { apiResources: ApiResources; pages: Pages }) => {
    app.add(list, async ({ query }) => {
      const page = await pages.read("api resources", query, apiResources.page, ({ uri }) => uri);
      return { ...page, items: page.items.map(shownApiResource) };
    });
    app.add(create, ({ body, actor }) => apiResources.create(body, actor()));
    app.add(get, ({ params: { id } }) => apiResources.find(id));
    app.add(change, ({ params: { id }, body, expected, actor }) => apiResources.change(id, body, expected(), actor()));
    app.add(remove, ({ params: { id }, expected, actor }) => apiResources.remove(id, expected(), actor()));
  },
);
