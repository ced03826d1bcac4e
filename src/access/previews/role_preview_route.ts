import { z } from "@hono/zod-openapi";
import { Id, json, ok, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { roleContents, RoleParameter } from "../roles/roles_route.ts";
import type { RolePreviews } from "./role_previews.ts";

const namedUser = {
  id: Id,
  kind: z.enum(["person", "service"]),
  name: z.string().openapi({
    description: "Username, else e-mail address; the name of a service account",
    example: "grace",
  }),
};

const names = (description: string) => z.array(z.string()).openapi({ description, example: ["users:read"] });
const count = (description: string) => z.int().min(0).openapi({ description, example: 35 });

const Way = z.strictObject({
  permission: z.string().openapi({ example: "users:read" }),
  path: z.array(z.string()).openapi({
    description: "From the role that is granted to the role that holds the permission",
    example: ["manager", "support"],
  }),
  expires_at: z.iso.datetime().nullable().openapi({
    description: "When the grant expires; null if it does not",
    example: null,
  }),
});

const PreviewedUsers = z.strictObject({
  user_count: count("How many users"),
  users: z.array(z.strictObject({
    ...namedUser,
    disabled: z.boolean().openapi({
      description: "Whether it takes effect only when the account is enabled again",
      example: false,
    }),
    permission_count: count("How many permissions"),
    permissions: z.array(Way).openapi({ description: "The first 10 of them, by name" }),
  })).openapi({
    description: "The first 50 of them, by name. Naming people requires `users:read`, and naming service accounts " +
      "`service_accounts:read`",
  }),
  permissions: z.array(z.strictObject({
    permission: z.string().openapi({ example: "users:read" }),
    user_count: count("How many users gain it, or lose it"),
  })).openapi({ description: "The first 100 permissions, by name" }),
}).openapi("PreviewedUsers");

const Changes = z.strictObject({ added: names("What is added"), removed: names("What is removed") });

const RolePreviewResponse = z.strictObject({
  role: z.string().openapi({ example: "support" }),
  revision: z.string().openapi({
    description: "The state of the role that the preview is about: send it in quotes as `If-Match` with the change",
    example: "kK0Xn2o1tq5x1hJt0gqJ7w",
  }),
  permissions: Changes,
  parents: Changes,
  affected_role_count: count("How many roles give something else: this one and roles that inherit from it"),
  is_complete: z.boolean().openapi({
    description:
      "Whether all users were examined. It is false if there are more than 10,000 grants of affected roles; " +
      "counts are then lower bounds",
    example: true,
  }),
  examined_user_count: count("How many users with an affected role were examined"),
  gains: PreviewedUsers,
  losses: PreviewedUsers,
  keeping_user_count: count("Users who lose nothing because other grants give them the same"),
  shortened_user_count: count("Users who keep a permission, but until an earlier time, as another grant expires"),
  extended_user_count: count("Users who have a permission already, and keep it for longer than their grant lasts"),
  exceeded_exclusions: z.array(z.strictObject({
    id: Id,
    description: z.string().openapi({ example: "Administrators do not answer support requests" }),
    at_most: z.int().min(1).openapi({ description: "The most of its roles that one user may hold", example: 1 }),
    members: names("The roles of the exclusion"),
    roles: names("Up to 50 roles that would give more of them than the exclusion allows"),
    users: z.array(z.strictObject(namedUser)).openapi({ description: "Up to 50 users who would hold more of them" }),
  })).openapi({ description: "The exclusions that refuse the change. Without any, it is not refused for exclusions" }),
}).openapi("RolePreview");

const preview = operation("POST /roles/{role}/preview", {
  operationId: "previewRole",
  tags: ["access"],
  summary: "Who would gain and lose what by a change of a role",
  description:
    "Takes what `PATCH /roles/{role}` takes, and changes nothing. Grants that have expired do not count. Deleting a " +
    "role has the effect of removing all its permissions and parents.",
  params: z.strictObject({ role: RoleParameter }),
  ...requires("roles:read"),
  ...json(z.strictObject(roleContents).openapi("RoleContents")),
  ...ok(RolePreviewResponse, "What would change"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

/** `POST /roles/{role}/preview` */
export const rolePreviewRoute = resource(
  [preview],
  (app, { rolePreviews }: { rolePreviews: RolePreviews }) => {
    app.add(preview, ({ params: { role }, body, caller }) => rolePreviews.preview(role, body, caller));
  },
);
