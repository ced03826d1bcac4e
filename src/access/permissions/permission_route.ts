import { z } from "@hono/zod-openapi";
import { noContent, ok, operation, problems, requires, resource, Time } from "../../http/contract/contract.ts";
import { permissionName } from "./permission_name.ts";
import type { PermissionRegistry } from "./permission_registry.ts";

export const members = {
  name: z.string().regex(
    permissionName,
    "A permission's name: resource:action, the resource of lower-case letters, digits, _ and -, beginning with a " +
      "letter, the action of letters, digits, ., _, ~, / and -, each at most 63 characters.",
  ).openapi({
    description: "`resource:action`; actions may have capitals, such as `GET`",
    example: "documents:read",
  }),
  description: z.string().max(1_000).openapi({ example: "Read any document" }),
};

export const PermissionResponse = z.strictObject({
  ...members,
  built_in: z.boolean().openapi({
    description: "Whether it belongs to Sentinel itself and not to an application",
    example: false,
  }),
  created_at: Time,
}).openapi("Permission");

export const PermissionParameter = z.string().openapi({
  description: "`resource:action`",
  example: "documents:read",
});

const params = z.strictObject({ permission: PermissionParameter });

const get = operation("GET /permissions/{permission}", {
  operationId: "getPermission",
  tags: ["access"],
  summary: "A permission",
  params,
  ...requires("roles:read"),
  ...ok(PermissionResponse, "The permission"),
  ...problems("not_found", "unavailable"),
});

const remove = operation("DELETE /permissions/{permission}", {
  operationId: "deletePermission",
  tags: ["access"],
  summary: "Delete a permission that no role holds",
  params,
  ...requires("permissions:write"),
  ...noContent("Deleted"),
  ...problems("not_found", "permission_in_use", "unavailable"),
});

export const permissionRoute = resource(
  [get, remove],
  (app, { permissionRegistry }: { permissionRegistry: PermissionRegistry }) => {
    app.add(get, ({ params: { permission } }) => permissionRegistry.find(permission));
    app.add(remove, ({ params: { permission }, actor }) => permissionRegistry.remove(permission, actor()));
  },
);
