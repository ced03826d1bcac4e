import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { conditional, noContent, operation, problems, requires } from "../../http/contract/contract.ts";
import { PermissionParameter } from "../permissions/permissions_route.ts";
import type { RoleAdministration } from "./role_administration.ts";
import { RoleParameter } from "./roles_route.ts";

const ofPermission = {
  path: "/roles/{role}/permissions/{permission}",
  params: z.strictObject({ role: RoleParameter, permission: PermissionParameter }),
  ...requires("roles:write"),
  ...conditional,
} as const;

const addPermission = operation({
  ...ofPermission,
  tags: ["access"],
  method: "put",
  operationId: "addRolePermission",
  summary: "Add a permission to a role",
  description: "You must hold the permission yourself, by a grant that does not expire, and the role, or all that it " +
    "gives while no user holds it.",
  ...noContent("The role has the permission"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

const removePermission = operation({
  ...ofPermission,
  tags: ["access"],
  method: "delete",
  operationId: "removeRolePermission",
  summary: "Take a permission from a role",
  ...noContent("The role no longer has the permission, unless it inherits it"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

const Parent = RoleParameter.openapi({ description: "The name of the role to inherit from", example: "user" });

const ofParent = {
  path: "/roles/{role}/parents/{parent}",
  params: z.strictObject({ role: RoleParameter, parent: Parent }),
  ...requires("roles:write"),
  ...conditional,
} as const;

const addParent = operation({
  ...ofParent,
  tags: ["access"],
  method: "put",
  operationId: "addRoleParent",
  summary: "Make a role inherit from another",
  description:
    "Cycles are refused, and nothing inherits from `admin`. You must hold the parent, by grants that do not expire, " +
    "and the role, or all that it gives while no user holds it.",
  ...noContent("The role inherits from it"),
  ...problems("not_found", "role_built_in", "exclusion_violated", "unavailable"),
});

const removeParent = operation({
  ...ofParent,
  tags: ["access"],
  method: "delete",
  operationId: "removeRoleParent",
  summary: "Stop a role inheriting from another",
  ...noContent("The role no longer inherits from it directly"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

/** `PUT|DELETE /roles/{role}/permissions/{permission}`, `PUT|DELETE /roles/{role}/parents/{parent}` */
export const rolePartsRoute = resource(
  [addPermission, removePermission, addParent, removeParent],
  (app, { roleAdministration }: { roleAdministration: RoleAdministration }) => {
    app.add(
      addPermission,
      ({ params: { role, permission }, expected, actor }) =>
        roleAdministration.addPermission(role, permission, expected(), actor()),
    );
    app.add(
      removePermission,
      ({ params: { role, permission }, expected, actor }) =>
        roleAdministration.removePermission(role, permission, expected(), actor()),
    );
    app.add(
      addParent,
      ({ params: { role, parent }, expected, actor }) =>
        roleAdministration.addParent(role, parent, expected(), actor()),
    );
    app.add(
      removeParent,
      ({ params: { role, parent }, expected, actor }) =>
        roleAdministration.removeParent(role, parent, expected(), actor()),
    );
  },
);
