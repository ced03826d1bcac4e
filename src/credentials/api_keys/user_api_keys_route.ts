import { z } from "@hono/zod-openapi";
import { Id, leadsTo, noContent, ok, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { PageQuery } from "../../http/contract/list_page.ts";
import type { KeyOwner } from "./api_keys.ts";
import { ApiKeyPage, type KeyListDeps, keyPage } from "./my_api_keys_route.ts";

const params = z.strictObject({ id: Id });

const list = operation("GET /users/{id}/api-keys", {
  operationId: "listUserApiKeys",
  tags: ["api_keys"],
  summary: "The API keys of a user, newest first",
  params,
  query: PageQuery,
  ...requires("api_keys:read"),
  ...ok(ApiKeyPage, "The user's keys, without their secrets"),
  ...leadsTo({ to: ["revokeUserApiKey"], parameters: { key_id: "#/items/0/id" } }),
  ...problems("not_found", "unavailable"),
});

const revokeAll = operation("DELETE /users/{id}/api-keys", {
  operationId: "revokeUserApiKeys",
  tags: ["api_keys"],
  summary: "Revoke all API keys of a user",
  description: "You must hold all that the user holds.",
  params,
  ...requires("api_keys:revoke"),
  ...noContent("Revoked"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("DELETE /users/{id}/api-keys/{key_id}", {
  operationId: "revokeUserApiKey",
  tags: ["api_keys"],
  summary: "Revoke one API key of a user",
  description: "You must hold all that the user holds.",
  params: z.strictObject({ id: Id, key_id: Id }),
  ...requires("api_keys:revoke"),
  ...noContent("Revoked"),
  ...problems("not_found", "unavailable"),
});

const person = (id: string): KeyOwner => ({ id, kind: "person" });

export const userApiKeysRoute = resource([revoke, list, revokeAll], (app, deps: KeyListDeps) => {
  const { apiKeys } = deps;
  app.add(revoke, ({ params: { id, key_id }, actor }) => apiKeys.revokeOf(person(id), key_id, actor()));
  app.add(list, ({ params: { id }, query }) => keyPage(deps, person(id), query));
  app.add(revokeAll, ({ params: { id }, actor }) => apiKeys.revokeAllOf(person(id), actor()));
});
