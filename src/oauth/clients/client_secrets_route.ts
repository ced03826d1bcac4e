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
  problems,
  requires,
  Time,
} from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { overlapSecondsDefault } from "../../credentials/api_keys/my_api_key_secrets_route.ts";
import type { ClientSecrets } from "./client_secrets.ts";

const overlapSecondsMax = 30 * 24 * 3_600;

const members = {
  id: Id,
  hint: z.string().openapi({ description: "The last four characters", example: "3kQz" }),
  created_at: Time,
  expires_at: Time.nullable().openapi({ description: "Null: never" }),
  last_used_at: Time.nullable().openapi({ description: "Up to a minute late" }),
};

const SecretsResponse = z.strictObject({
  items: z.array(z.strictObject(members).openapi("ClientSecret")),
}).openapi("ClientSecrets");

const IssuedSecretResponse = z.strictObject({
  client_id: Id,
  ...members,
  client_secret: z.string().openapi({ description: "Shown once: store it now", example: "snt_cs_0CJ3zGhq…" }),
}).openapi("IssuedClientSecret");

const params = z.strictObject({ id: Id });

const list = operation("GET /clients/{id}/secrets", {
  operationId: "listClientSecrets",
  tags: ["clients"],
  summary: "The secrets of an OAuth client that are valid, newest first",
  params,
  ...requires("clients:read"),
  ...ok(SecretsResponse, "At most two, without their texts"),
  ...leadsTo({ to: ["deleteClientSecret"], parameters: { secret_id: "#/items/0/id" } }),
  ...problems("not_found", "unavailable"),
});

const create = operation("POST /clients/{id}/secrets", {
  operationId: "createClientSecret",
  tags: ["clients"],
  summary: "Rotate the secret of an OAuth client: issue a second one",
  description: "Both work until the first one expires. A client has at most two: delete one to rotate again sooner.",
  params,
  ...requires("clients:write"),
  ...freshSignIn,
  ...json(
    z.strictObject({
      overlap_seconds: z.int().min(0).max(overlapSecondsMax).default(overlapSecondsDefault).openapi({
        description: "How long the secret before still works",
        example: overlapSecondsDefault,
      }),
    }).openapi("ClientSecretRotation"),
  ),
  ...created(IssuedSecretResponse, "The new secret, shown once", ({ client_id }) => `/clients/${client_id}/secrets`),
  ...problems("not_found", "too_many_secrets", "client_without_secret", "unavailable"),
});

const remove = operation("DELETE /clients/{id}/secrets/{secret_id}", {
  operationId: "deleteClientSecret",
  tags: ["clients"],
  summary: "Delete one secret of an OAuth client at once",
  params: z.strictObject({ id: Id, secret_id: Id }),
  ...requires("clients:write"),
  ...noContent("Deleted"),
  ...problems("not_found", "unavailable"),
});

/** `GET|POST /clients/{id}/secrets`, `DELETE /clients/{id}/secrets/{secret_id}` */
export const clientSecretsRoute = resource(
  [list, create, remove],
  (app, { clientSecrets }: { clientSecrets: ClientSecrets }) => {
    app.add(list, async ({ params: { id } }) => ({ items: await clientSecrets.list(id) }));
    app.add(create, async ({ params: { id }, body, actor }) => {
      const { issued, secret } = await clientSecrets.rotate(id, body.overlap_seconds, actor());
      return { client_id: id, ...issued, client_secret: secret };
    });
    app.add(remove, ({ params: { id, secret_id }, actor }) => clientSecrets.remove(id, secret_id, actor()));
  },
);
