import { z } from "@hono/zod-openapi";
import { conditional, noContent, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import type { Roles } from "./roles.ts";
import { RoleParameter } from "./roles_route.ts";

const Parent = RoleParameter.openapi({ description: "The name of the role to inherit from", example: "user" });

const ofParent = {
  params: z.strictObject({ role: RoleParameter, parent: Parent }),
  ...requires("roles:write"),
  ...conditional,
} as const;

const addParent = operation("PUT /roles/{role}/parents/{parent}", {
  ...ofParent,
  tags: ["access"],
  operationId: "addRoleParent",
  summary: "Make a role inherit from another",
  description:
    "Cycles are refused, and no role inherits from `admin`. You must hold the parent, by grants that do not expire. You must " +
    "also hold the role or, if no user holds it, all of its permissions.",
  ...noContent("The role inherits from the parent"),
  ...problems("not_found", "role_built_in", "exclusion_violated", "unavailable"),
});

const removeParent = operation("DELETE /roles/{role}/parents/{parent}", {
  ...ofParent,
  tags: ["access"],
  operationId: "removeRoleParent",
  summary: "Stop a role from inheriting from another",
  ...noContent("The role no longer inherits directly from the parent"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

export const roleParentsRoute = resource(
  [addParent, removeParent],
  (app, { roles }: { roles: Roles }) => {
    app.add(
      addParent,
      ({ params: { role, parent }, expected, actor }) => roles.addParent(role, parent, expected(), actor()),
    );
    app.add(
      removeParent,
      ({ params: { role, parent }, expected, actor }) => roles.removeParent(role, parent, expected(), actor()),
    );
  },
);
