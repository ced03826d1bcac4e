import { z } from "@hono/zod-openapi";
import { created, json, leadsTo, ok, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { PermissionRegistry } from "./permission_registry.ts";
import { members, PermissionResponse } from "./permission_route.ts";

export const NewPermissionRequest = z.strictObject({ ...members, description: members.description.default("") })
  .openapi("NewPermission", { example: { name: "documents:read", description: "Read any document" } });

const PermissionQuery = PageQuery.extend({
  name: z.string().max(127).optional().openapi({ description: "Permissions whose name begins with this text" }),
});

const list = operation("GET /permissions", {
  operationId: "listPermissions",
  tags: ["access"],
  summary: "List permissions by name",
  query: PermissionQuery,
  ...requires("roles:read"),
  ...ok(pageOf(PermissionResponse).openapi("PermissionPage"), "A page of permissions"),
  ...problems("unavailable"),
});

const create = operation("POST /permissions", {
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

export const permissionsRoute = resource(
  [list, create],
  (app, { permissionRegistry, pages }: { permissionRegistry: PermissionRegistry; pages: Pages }) => {
    app.add(list, ({ query: { name = "", ...query } }) => {
      const fetch = (after: string | null, limit: number) => permissionRegistry.page(name, after, limit);
      return pages.read(`permissions ${name}`, query, fetch, (permission) => permission.name);
    });
    app.add(create, ({ body, actor }) => permissionRegistry.register(body.name, body.description, actor()));
  },
);
