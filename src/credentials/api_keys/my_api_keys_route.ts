import { z } from "@hono/zod-openapi";
import {
  created,
  freshSignIn,
  Id,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  ownAccount,
  PermissionReference,
  problems,
  resource,
  signedIn,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { ApiKeys, IssuedKey, KeyOwner } from "./api_keys.ts";

const SecretResponse = z.strictObject({
  id: Id,
  hint: z.string().openapi({ description: "The last four characters", example: "3kQz" }),
  created_at: Time,
  expires_at: Time.nullable().openapi({ description: "Null: with the key" }),
  last_used_at: Time.nullable().openapi({ description: "Up to a minute late" }),
}).openapi("ApiKeySecret");

const members = {
  id: Id,
  name: z.string().openapi({ example: "prometheus" }),
  scopes: z.array(z.string()).openapi({
    description: "The key does what its user may, and of that no more than these permissions",
    example: ["users:read"],
  }),
  created_by: Id.nullable().openapi({ description: "Null: a command of the binary" }),
  created_at: Time,
  expires_at: Time.nullable().openapi({ description: "Null: never" }),
  revoked_at: Time.nullable(),
  last_used_at: Time.nullable().openapi({ description: "Up to a minute late" }),
  secrets: z.array(SecretResponse).openapi({
    description: "Those that live, newest first; two while one replaces the other",
  }),
};

export const ApiKeyResponse = z.strictObject(members).openapi("ApiKey");
export const ApiKeyPage = pageOf(ApiKeyResponse).openapi("ApiKeyPage");

/** A key with the secret that was just issued. */
export const IssuedKeyResponse = z.strictObject({
  ...members,
  key: z.string().openapi({ description: "Shown once: store it now", example: "snt_pat_0CJ3zGhq…" }),
}).openapi("IssuedApiKey");

const nameMember = z.string().min(1).max(100).openapi({ description: "What it is for", example: "prometheus" });

const scopesMax = 100;

export const NewApiKeyRequest = z.strictObject({
  name: nameMember,
  scopes: z.array(PermissionReference).max(scopesMax).openapi({
    description: "Permissions that you hold",
    example: [],
  }),
  expires_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)).nullable().optional().openapi({
    type: ["string", "null"],
    format: "date-time",
    description: "Absent: in 90 days. Null, never, is allowed where SENTINEL_API_KEY_TTL_MAX_DAYS is 0",
  }),
}).openapi("NewApiKeyRequest", { example: { name: "prometheus", scopes: [] } });

const ApiKeyChange = z.strictObject({ name: nameMember }).openapi("ApiKeyChange");

const params = z.strictObject({ id: Id });

const list = operation("GET /users/me/api-keys", {
  operationId: "listMyApiKeys",
  tags: ["api_keys"],
  summary: "Your API keys, newest first",
  description: "Keys that were revoked or have expired are listed for 30 days.",
  query: PageQuery,
  ...signedIn,
  ...ok(ApiKeyPage, "Your keys, without their secrets"),
  ...problems("unavailable"),
});

const create = operation("POST /users/me/api-keys", {
  operationId: "createMyApiKey",
  tags: ["api_keys"],
  summary: "Create an API key",
  description:
    "Send it as `Authorization: Bearer`, as `x-api-key`, or as the password of HTTP Basic with any username. " +
    "It is never a key to your account: it creates no keys and changes neither your password nor your sessions.",
  ...ownAccount,
  ...freshSignIn,
  ...json(NewApiKeyRequest),
  ...created(IssuedKeyResponse, "The key; `key` is shown once", ({ id }) => `/users/me/api-keys/${id}`),
  ...leadsTo(
    {
      to: ["getMyApiKey", "changeMyApiKey", "createMyApiKeySecret", "deleteMyApiKey"],
      parameters: { id: "#/id" },
    },
    { to: ["deleteMyApiKeySecret"], parameters: { id: "#/id", secret_id: "#/secrets/0/id" } },
    { to: ["listUserApiKeys", "revokeUserApiKeys", "revokeUserApiKey"], parameters: { id: "#/created_by" } },
  ),
  ...problems("too_many_api_keys", "unavailable"),
});

const get = operation("GET /users/me/api-keys/{id}", {
  tags: ["api_keys"],
  params,
  operationId: "getMyApiKey",
  summary: "One of your API keys",
  ...signedIn,
  ...ok(ApiKeyResponse, "The key, without its secrets"),
  ...problems("not_found", "unavailable"),
});

const change = operation("PATCH /users/me/api-keys/{id}", {
  tags: ["api_keys"],
  params,
  operationId: "changeMyApiKey",
  summary: "Rename one of your API keys",
  description: "Nothing else of a key can be changed: create another one.",
  ...ownAccount,
  ...json(ApiKeyChange),
  ...ok(ApiKeyResponse, "The key as it is now"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("DELETE /users/me/api-keys/{id}", {
  tags: ["api_keys"],
  params,
  operationId: "deleteMyApiKey",
  summary: "Revoke one of your API keys",
  ...ownAccount,
  ...noContent("Revoked"),
  ...problems("not_found", "unavailable"),
});

export function shownIssued({ row, secret }: IssuedKey): z.infer<typeof IssuedKeyResponse> {
  return { ...row, key: secret };
}

export type KeyListDeps = { apiKeys: ApiKeys; pages: Pages };

/** A page of the user's keys, newest first. */
export function keyPage({ apiKeys, pages }: KeyListDeps, owner: KeyOwner, query: z.output<typeof PageQuery>) {
  const fetch = (before: string | null, limit: number) => apiKeys.page(owner, before, limit);
  return pages.read(`api keys ${owner.id}`, query, fetch, ({ id }) => id);
}

export const myApiKeysRoute = resource([list, create, get, change, revoke], (app, deps: KeyListDeps) => {
  const { apiKeys } = deps;
  app.add(list, ({ caller, query }) => keyPage(deps, caller.user, query));
  app.add(create, async ({ caller, body, actor }) => shownIssued(await apiKeys.create(caller.user, body, actor())));
  app.add(get, ({ caller, params: { id } }) => apiKeys.find(caller.user, id));
  app.add(change, ({ caller, params: { id }, body, actor }) => apiKeys.rename(caller.user, id, body.name, actor()));
  app.add(revoke, ({ caller, params: { id }, actor }) => apiKeys.revoke(caller.user, id, actor()));
});
