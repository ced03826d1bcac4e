import { z } from "@hono/zod-openapi";
import {
  conditional,
  created,
  fresh,
  freshSeconds,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  PermissionReference,
  problems,
  requires,
  resource,
  revised,
  RoleReference,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { Roles } from "./roles.ts";

/** A role name has 2 to 64 lower-case letters, digits, `_` and `-`, and never changes. */
const RoleName = z.string().regex(
  /^[a-z][a-z0-9_-]{1,63}$/,
  "A role's name: 2 to 64 lower-case letters, digits, _ and -, beginning with a letter.",
).openapi({ example: "support" });

/** Of operations that can grant roles: giving somebody everything takes a fresh sign-in. */
export const freshToGrantAdmin = fresh({ aal: 2, maxAgeSeconds: freshSeconds, when: "to grant the role `admin`" });

export const RoleParameter = z.string().openapi({ description: "A role's name", example: "support" });

const description = z.string().max(1_000).openapi({ example: "Looks users and their sessions up" });

const mfaRequired = z.boolean().openapi({
  description:
    "Whether its holders, and those of roles that inherit from it, must have a second factor. Who has none " +
    "sets one up at the next login.",
  example: false,
});

const RoleResponse = z.strictObject({
  name: z.string().openapi({ example: "support" }),
  description,
  built_in: z.boolean().openapi({
    description: "Whether it is `admin` or `user`, which cannot be edited",
    example: false,
  }),
  mfa_required: mfaRequired,
  permissions: z.array(z.string()).openapi({
    description: "Permissions that the role holds itself, sorted",
    example: ["users:read"],
  }),
  parents: z.array(z.string()).openapi({ description: "Roles that it inherits from, sorted", example: ["user"] }),
  created_at: Time,
}).openapi("Role");

export const NewRoleRequest = z.strictObject({
  name: RoleName,
  description: description.default(""),
  mfa_required: mfaRequired.default(false),
  permissions: z.array(PermissionReference).max(1_000).default([]),
  parents: z.array(RoleReference).max(100).default([]),
}).openapi("NewRole", {
  example: {
    name: "support",
    description: "Looks users and their sessions up",
    permissions: ["users:read", "sessions:read"],
    parents: ["user"],
  },
});

const RoleQuery = PageQuery.extend({
  name: z.string().max(64).optional().openapi({ description: "Roles whose name begins with this text" }),
});

const list = operation("GET /roles", {
  operationId: "listRoles",
  tags: ["access"],
  summary: "List roles by name",
  query: RoleQuery,
  ...requires("roles:read"),
  ...ok(pageOf(RoleResponse).openapi("RolePage"), "A page of roles"),
  ...problems("unavailable"),
});

const create = operation("POST /roles", {
  operationId: "createRole",
  tags: ["access"],
  summary: "Create a role",
  description:
    "You must hold its parents and all of its permissions, by grants that do not expire. You do not get the role: an " +
    "administrator must grant it first. Until then you may edit and delete it.",
  ...requires("roles:write"),
  ...json(NewRoleRequest),
  ...leadsTo(
    {
      to: [
        ...["getRole", "changeRole", "deleteRole"],
        ...["addRolePermission", "removeRolePermission", "addRoleParent", "removeRoleParent", "previewRole"],
      ],
      parameters: { role: "#/name" },
    },
    { to: ["createRoleExclusion"] },
  ),
  ...created(RoleResponse, "Made", ({ name }) => `/roles/${name}`),
  ...problems("role_taken", "role_built_in", "exclusion_violated", "unavailable"),
});

const params = z.strictObject({ role: RoleParameter });

/** What a role gives, in a request that changes or previews it. */
export const roleContents = {
  permissions: z.array(PermissionReference).max(1_000).optional().openapi({
    description: "All permissions that the role is to hold itself",
    example: ["users:read"],
  }),
  parents: z.array(RoleReference).max(100).optional().openapi({
    description: "All roles that it is to inherit from",
    example: ["user"],
  }),
};

const get = operation("GET /roles/{role}", {
  operationId: "getRole",
  tags: ["access"],
  summary: "A role",
  params,
  ...requires("roles:read"),
  ...revised(RoleResponse, "The role"),
  ...problems("not_found", "unavailable"),
});

const change = operation("PATCH /roles/{role}", {
  operationId: "changeRole",
  tags: ["access"],
  summary: "Change what a role gives, its description, and whether its holders must have a second factor",
  description:
    "Members that are absent stay unchanged. You must hold the role or, if no user holds it, all of its permissions; and " +
    "what is added, by grants that do not expire. `POST /roles/{role}/preview` answers who would gain and lose what.",
  params,
  ...requires("roles:write"),
  ...conditional,
  ...json(
    z.strictObject({ description: description.optional(), mfa_required: mfaRequired.optional(), ...roleContents })
      .openapi("RoleChange", { example: { description: "Looks users and their sessions up", mfa_required: true } }),
  ),
  ...revised(RoleResponse, "The role after the change"),
  ...problems("not_found", "role_built_in", "exclusion_violated", "unavailable"),
});

const remove = operation("DELETE /roles/{role}", {
  operationId: "deleteRole",
  tags: ["access"],
  summary: "Delete a role and revoke it from everybody who has it",
  description: "You must hold the role or, if no user holds it, all of its permissions.",
  params,
  ...requires("roles:write"),
  ...conditional,
  ...noContent("Deleted"),
  ...problems("not_found", "role_built_in", "role_excluded", "unavailable"),
});

export const rolesRoute = resource(
  [list, create, get, change, remove],
  (app, { roles, pages }: { roles: Roles; pages: Pages }) => {
    app.add(list, ({ query: { name = "", ...query } }) => {
      const fetch = (after: string | null, limit: number) => roles.page(name, after, limit);
      return pages.read(`roles ${name}`, query, fetch, (role) => role.name);
    });
    app.add(create, ({ body, actor }) => roles.create(body, actor()));
    app.add(get, ({ params: { role } }) => roles.find(role));
    app.add(
      change,
      ({ params: { role }, body, expected, actor }) => roles.change(role, body, expected(), actor()),
    );
    app.add(remove, ({ params: { role }, expected, actor }) => roles.remove(role, expected(), actor()));
  },
);
