import { z } from "@hono/zod-openapi";
import { freshToGrantAdmin } from "../../access/roles/roles_route.ts";
import {
  created,
  json,
  leadsTo,
  ok,
  operation,
  problems,
  requires,
  resource,
  RoleReference,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { accountMembers, hasName } from "./me_route.ts";
import type { Registrations } from "../registration/registrations.ts";
import { shownUser } from "./user_revision.ts";
import { UserResponse } from "./user_route.ts";
import type { Users } from "./users.ts";

const prefix = z.string().min(1).max(254).optional();

const UserQuery = PageQuery.extend({
  username: prefix.openapi({ description: "Users whose username begins with this text, in any spelling" }),
  email: prefix.openapi({ description: "Users whose e-mail address begins with this text, in any spelling" }),
  role: RoleReference.optional().openapi({ description: "Users with an active grant of this role" }),
  disabled: z.enum(["true", "false"]).transform((text) => text === "true").optional()
    .openapi({ type: "boolean", description: "`true`: only disabled users; `false`: only active users" }),
  external_id: z.string().min(1).max(255).optional().openapi({
    description: "The user with exactly this id in the system that the account was imported from",
  }),
});

const list = operation("GET /users", {
  operationId: "listUsers",
  tags: ["accounts"],
  summary: "Users, by username, or by e-mail address if they have no username",
  query: UserQuery,
  ...requires("users:read"),
  ...ok(pageOf(UserResponse).openapi("UserPage"), "A page of users"),
  ...problems("unavailable"),
});

const NewUserRequest = z.strictObject({
  ...accountMembers,
  roles: z.array(RoleReference).max(50).default(["user"]).openapi({
    description: "Any role other than `user` requires `roles:grant` and every permission of the role",
    example: ["user"],
  }),
}).openapi("NewUser", {
  ...hasName,
  example: { username: "grace", email: "grace@example.com", password: "nanoseconds of wire", roles: ["user"] },
});

const create = operation("POST /users", {
  operationId: "createUser",
  tags: ["accounts"],
  summary: "Create an account for another user",
  ...requires("users:write"),
  ...freshToGrantAdmin,
  ...json(NewUserRequest),
  ...created(UserResponse, "Made", ({ id }) => `/users/${id}`),
  ...leadsTo({
    to: [
      ...["getUser", "changeUser", "deleteUser", "grantRole", "revokeRole", "listUserPermissions"],
      ...["listUserFactors", "resetUserFactors"],
    ],
    parameters: { id: "#/id" },
  }),
  ...problems("username_taken", "email_taken", "exclusion_violated", "overloaded", "unavailable"),
});

export const usersRoute = resource(
  [list, create],
  (app, { users, registrations, pages }: { users: Users; registrations: Registrations; pages: Pages }) => {
    app.add(list, async ({ query: { page_size, page_token, ...filter } }) => {
      const fetch = (after: string | null, limit: number) => users.page(filter, after, limit);
      const list = `users ${JSON.stringify(filter)}`;
      const page = await pages.read(list, { page_size, page_token }, fetch, ({ list_name }) => list_name);
      return { ...page, items: page.items.map(shownUser) };
    });
    app.add(create, async ({ body: { roles, ...registration }, actor }) => {
      const { id } = await registrations.createAsAdministrator(registration, [...new Set(roles)], actor());
      return await users.find(id);
    });
  },
);
