import { z } from "@hono/zod-openapi";
import {
  created,
  freshSignIn,
  Id,
  json,
  leadsTo,
  noContent,
  operation,
  ownAccount,
  problems,
  resource,
} from "../../http/contract/contract.ts";
import type { ApiKeys } from "./api_keys.ts";
import { IssuedKeyResponse, shownIssued } from "./my_api_keys_route.ts";

const hourSeconds = 3_600;
const overlapSecondsMax = 30 * 24 * hourSeconds;

/** How long the secret before lives beside the new one, unless it is said otherwise. */
export const overlapSecondsDefault = 24 * hourSeconds;

export const RotationRequest = z.strictObject({
  overlap_seconds: z.int().min(0).max(overlapSecondsMax).default(overlapSecondsDefault).openapi({
    description: "How long the secret before still works",
    example: overlapSecondsDefault,
  }),
}).openapi("ApiKeyRotation");

const create = operation("POST /users/me/api-keys/{id}/secrets", {
  operationId: "createMyApiKeySecret",
  tags: ["api_keys"],
  summary: "Rotate an API key: issue a second secret",
  description:
    "Both secrets work until the first one expires. A key has at most two: delete one to rotate again sooner.",
  params: z.strictObject({ id: Id }),
  ...ownAccount,
  ...freshSignIn,
  ...json(RotationRequest),
  ...created(IssuedKeyResponse, "The key with its new secret, shown once", ({ id }) => `/users/me/api-keys/${id}`),
  ...leadsTo({ to: ["deleteMyApiKeySecret"] }),
  ...problems("not_found", "too_many_secrets", "unavailable"),
});

const remove = operation("DELETE /users/me/api-keys/{id}/secrets/{secret_id}", {
  operationId: "deleteMyApiKeySecret",
  tags: ["api_keys"],
  summary: "Delete one secret of an API key at once",
  params: z.strictObject({ id: Id, secret_id: Id }),
  ...ownAccount,
  ...noContent("Deleted"),
  ...problems("not_found", "unavailable"),
});

export const myApiKeySecretsRoute = resource([create, remove], (app, { apiKeys }: { apiKeys: ApiKeys }) => {
  app.add(create, async ({ caller, params: { id }, body, actor }) => {
    return shownIssued(await apiKeys.rotate(caller.user, id, body.overlap_seconds, actor()));
  });
  app.add(
    remove,
    ({ caller, params: { id, secret_id }, actor }) => apiKeys.removeSecret(caller.user, id, secret_id, actor()),
  );
});
