import { z } from "@hono/zod-openapi";
import { conditional, noContent, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { PermissionParameter } from "../permissions/permission_route.ts";
import type { Roles } from "./roles.ts";
import { RoleParameter } from "./roles_route.ts";

const ofPermission = {
  params: z.strictObject({ role: RoleParameter, permission: PermissionParameter }),
  ...requires("roles:write"),
  ...conditional,
} as const;

const addPermission = operation("PUT /roles/{role}/permissions/{permission}", {
  ...ofPermission,
  tags: ["access"],
  operationId: "addRolePermission",
  summary: "Add a permission to a role",
  description:
    "You must hold the permission yourself, by a grant that does not expire. You must also hold the role or, if no user " +
    "holds it, all of its permissions.",
  ...noContent("The role has the permission"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

const removePermission = operation("DELETE /roles/{role}/permissions/{permission}", {
  ...ofPermission,
  tags: ["access"],
  operationId: "removeRolePermission",
  summary: "Remove a permission from a role",
  ...noContent("The role no longer has the permission, unless it inherits it"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

export const rolePermissionsRoute = resource(
  [addPermission, removePermission],
  (app, { roles }: { roles: Roles }) => {
    app.add(
      addPermission,
      ({ params: { role, permission }, expected, actor }) => roles.addPermission(role, permission, expected(), actor()),
    );
    app.add(
      removePermission,
      ({ params: { role, permission }, expected, actor }) =>
        roles.removePermission(role, permission, expected(), actor()),
    );
  },
);
