import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import {
  created,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  problems,
  requires,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { Db } from "../../platform/db/db.ts";
import { permissionName, type PermissionRegistry } from "./permission_registry.ts";
import { listPermissions } from "./permission_store.ts";

const members = {
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

const PermissionResponse = z.strictObject({
  ...members,
  built_in: z.boolean().openapi({
    description: "Whether it belongs to Sentinel itself and not to an application",
    example: false,
  }),
  created_at: Time,
}).openapi("Permission");

/** The body of a new permission. */
export const NewPermissionRequest = z.strictObject({ ...members, description: members.description.default("") })
  .openapi("NewPermission", { example: { name: "documents:read", description: "Read any document" } });

const list = operation({
  method: "get",
  path: "/permissions",
  operationId: "listPermissions",
  tags: ["access"],
  summary: "List permissions by name",
  query: PageQuery,
  ...requires("roles:read"),
  ...ok(pageOf(PermissionResponse).openapi("PermissionPage"), "A page of permissions"),
  ...problems("unavailable"),
});

const create = operation({
  method: "post",
  path: "/permissions",
  operationId: "createPermission",
  tags: ["access"],
  summary: "Register a permission of an application",
  description: "`admin` holds it at once. There are no wildcards.",
  ...requires("permissions:write"),
  ...json(NewPermissionRequest),
  ...leadsTo({
    to: ["getPermission", "deletePermission", "addRolePermission", "removeRolePermission"],
    parameters: { permission: "#/name" },
  }),
  ...created(PermissionResponse, "Registered", ({ name }) => `/permissions/${name}`),
  ...problems("permission_taken", "unavailable"),
});

/** The name of a permission in a path. */
export const PermissionParameter = z.string().openapi({
  description: "`resource:action`",
  example: "documents:read",
});

const params = z.strictObject({ permission: PermissionParameter });

const get = operation({
  method: "get",
  path: "/permissions/{permission}",
  operationId: "getPermission",
  tags: ["access"],
  summary: "A permission",
  params,
  ...requires("roles:read"),
  ...ok(PermissionResponse, "The permission"),
  ...problems("not_found", "unavailable"),
});

const remove = operation({
  method: "delete",
  path: "/permissions/{permission}",
  operationId: "deletePermission",
  tags: ["access"],
  summary: "Delete a permission that no role holds",
  params,
  ...requires("permissions:write"),
  ...noContent("Deleted"),
  ...problems("not_found", "permission_in_use", "unavailable"),
});

/** `GET|POST /permissions`, `GET|DELETE /permissions/{permission}` */
export const permissionsRoute = resource(
  [list, create, get, remove],
  (app, { permissionRegistry, pages, db }: { permissionRegistry: PermissionRegistry; pages: Pages; db: Db }) => {
    app.add(
      list,
      ({ query }) =>
        pages.read("permissions", query, (after, limit) => listPermissions(db, after, limit), ({ name }) => name),
    );
    app.add(create, ({ body, actor }) => permissionRegistry.register(body.name, body.description, actor()));
    app.add(get, ({ params: { permission } }) => permissionRegistry.find(permission));
    app.add(remove, ({ params: { permission }, actor }) => permissionRegistry.remove(permission, actor()));
  },
);
