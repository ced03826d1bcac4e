import { z } from "@hono/zod-openapi";
import type { KeyOwner } from "../../credentials/api_keys/api_keys.ts";
import {
  ApiKeyPage,
  ApiKeyResponse,
  IssuedKeyResponse,
  type KeyListDeps,
  keyPage,
  NewApiKeyRequest,
  shownIssued,
} from "../../credentials/api_keys/my_api_keys_route.ts";
import { RotationRequest } from "../../credentials/api_keys/my_api_key_secrets_route.ts";
import {
  created,
  freshSignIn,
  Id,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  problems,
  requires,
  resource,
} from "../../http/contract/contract.ts";
import { PageQuery } from "../../http/contract/list_page.ts";

const params = z.strictObject({ id: Id });
const keyParams = z.strictObject({ id: Id, key_id: Id });

const IssuedServiceKey = z.strictObject({ ...IssuedKeyResponse.shape, service_account_id: Id })
  .openapi("IssuedServiceAccountApiKey");
const locationOf = ({ service_account_id, id }: z.infer<typeof IssuedServiceKey>) =>
  `/service-accounts/${service_account_id}/api-keys/${id}`;

const list = operation("GET /service-accounts/{id}/api-keys", {
  operationId: "listServiceAccountApiKeys",
  tags: ["api_keys"],
  summary: "The API keys of a service account, newest first",
  params,
  query: PageQuery,
  ...requires("service_accounts:read"),
  ...ok(ApiKeyPage, "The keys, without their secrets"),
  ...problems("not_found", "unavailable"),
});

const create = operation("POST /service-accounts/{id}/api-keys", {
  operationId: "createServiceAccountApiKey",
  tags: ["api_keys"],
  summary: "Create an API key of a service account",
  description: "You must hold all that the service account holds, and each scope until the key expires. A credential " +
    "with scopes creates no keys.",
  params,
  ...requires("service_accounts:write"),
  ...freshSignIn,
  ...json(NewApiKeyRequest),
  ...created(IssuedServiceKey, "The key; `key` is shown once", locationOf),
  ...leadsTo(
    {
      to: ["getServiceAccountApiKey", "createServiceAccountApiKeySecret", "deleteServiceAccountApiKey"],
      parameters: { id: "#/service_account_id", key_id: "#/id" },
    },
    {
      to: ["deleteServiceAccountApiKeySecret"],
      parameters: { id: "#/service_account_id", key_id: "#/id", secret_id: "#/secrets/0/id" },
    },
  ),
  ...problems("not_found", "too_many_api_keys", "unavailable"),
});

const get = operation("GET /service-accounts/{id}/api-keys/{key_id}", {
  operationId: "getServiceAccountApiKey",
  tags: ["api_keys"],
  summary: "One API key of a service account",
  params: keyParams,
  ...requires("service_accounts:read"),
  ...ok(ApiKeyResponse, "The key, without its secrets"),
  ...problems("not_found", "unavailable"),
});

const rotate = operation("POST /service-accounts/{id}/api-keys/{key_id}/secrets", {
  operationId: "createServiceAccountApiKeySecret",
  tags: ["api_keys"],
  summary: "Rotate an API key of a service account",
  description: "By the rules for creating one.",
  params: keyParams,
  ...requires("service_accounts:write"),
  ...freshSignIn,
  ...json(RotationRequest),
  ...created(IssuedServiceKey, "The key with its new secret, shown once", locationOf),
  ...problems("not_found", "too_many_secrets", "unavailable"),
});

const removeSecret = operation("DELETE /service-accounts/{id}/api-keys/{key_id}/secrets/{secret_id}", {
  operationId: "deleteServiceAccountApiKeySecret",
  tags: ["api_keys"],
  summary: "Delete one secret of an API key of a service account",
  params: z.strictObject({ id: Id, key_id: Id, secret_id: Id }),
  ...requires("service_accounts:write"),
  ...noContent("Deleted"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("DELETE /service-accounts/{id}/api-keys/{key_id}", {
  operationId: "deleteServiceAccountApiKey",
  tags: ["api_keys"],
  summary: "Revoke an API key of a service account",
  params: keyParams,
  ...requires("service_accounts:write"),
  ...noContent("Revoked"),
  ...problems("not_found", "unavailable"),
});

const service = (id: string): KeyOwner => ({ id, kind: "service" });

/**
 * `GET|POST /service-accounts/{id}/api-keys`, `DELETE …/{key_id}`, `POST …/{key_id}/secrets`, `DELETE
 * …/secrets/{secret_id}`
 */
export const serviceAccountKeysRoute = resource(
  [list, create, get, revoke, rotate, removeSecret],
  (app, deps: KeyListDeps) => {
    const { apiKeys } = deps;
    app.add(list, ({ params: { id }, query }) => keyPage(deps, service(id), query));
    app.add(create, async ({ params: { id }, body, actor }) => ({
      ...shownIssued(await apiKeys.create(service(id), body, actor())),
      service_account_id: id,
    }));
    app.add(get, ({ params: { id, key_id } }) => apiKeys.find(service(id), key_id));
    app.add(revoke, ({ params: { id, key_id }, actor }) => apiKeys.revoke(service(id), key_id, actor()));
    app.add(rotate, async ({ params: { id, key_id }, body, actor }) => ({
      ...shownIssued(await apiKeys.rotate(service(id), key_id, body.overlap_seconds, actor())),
      service_account_id: id,
    }));
    app.add(
      removeSecret,
      ({ params: { id, key_id, secret_id }, actor }) => apiKeys.removeSecret(service(id), key_id, secret_id, actor()),
    );
  },
);
