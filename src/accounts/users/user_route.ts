import { z } from "@hono/zod-openapi";
import {
  conditional,
  fresh,
  freshSignIn,
  Id,
  json,
  noContent,
  operation,
  problems,
  requires,
  resource,
  revised,
  Time,
} from "../../http/contract/contract.ts";
import { accountMembers, EmailVerified, nameChanges } from "./me_route.ts";
import type { Users } from "./users.ts";

/** Every grant of a user or a service account. */
export const GrantsOfUser = z.array(z.strictObject({
  role: z.string().openapi({ example: "user" }),
  granted_at: Time,
  expires_at: Time.nullable().openapi({ description: "When the grant expires; null means never", example: null }),
})).openapi({ description: "Every grant, including expired ones" });

/** A user as administrators see it; never contains a hash, a secret or a token. */
export const UserResponse = z.strictObject({
  id: Id,
  username: z.string().nullable().openapi({ description: "Null for a user without one", example: "ada" }),
  email: z.string().nullable().openapi({ description: "Null for a user without one", example: "ada@example.com" }),
  email_verified: EmailVerified,
  external_id: z.string().nullable().openapi({
    description: "The id in the system that the account was imported from; null for others",
    example: "5b0a1c3e-4d1f-4c8e-8f7e-0c6f7b1d2a3b",
  }),
  roles: z.array(z.string()).openapi({ description: "Active roles, sorted", example: ["user"] }),
  grants: GrantsOfUser,
  disabled_at: Time.nullable().openapi({ example: null }),
  created_at: Time,
}).openapi("User");

const params = z.strictObject({ id: Id });

const get = operation("GET /users/{id}", {
  operationId: "getUser",
  tags: ["accounts"],
  summary: "A user",
  params,
  ...requires("users:read"),
  ...revised(UserResponse, "The user"),
  ...problems("not_found", "unavailable"),
});

const UserChangeRequest = z.strictObject({
  ...nameChanges,
  password: accountMembers.password.optional().openapi({ description: "A new password ends all sessions of the user" }),
  disabled: z.boolean().optional().openapi({
    description: "`true` ends all sessions of the user and blocks logins",
    example: true,
  }),
  email_verified: z.literal(true).optional().openapi({
    description: "Vouches that the address is the user's, which applications rely on",
    example: true,
  }),
}).openapi("UserChange", { example: { email: "grace.hopper@example.com", disabled: false } });

const change = operation("PATCH /users/{id}", {
  operationId: "changeUser",
  tags: ["accounts"],
  summary: "Change, disable or enable a user",
  description:
    "Absent members stay as they are; null removes a name, and one must remain. You can change only users who hold no more than you do. Your own " +
    "password is changed with `PUT /users/me/password`.",
  params,
  ...requires("users:write"),
  ...fresh({ ...freshSignIn.fresh, when: "to change your own e-mail address" }),
  ...conditional,
  ...json(UserChangeRequest),
  ...revised(UserResponse, "The user after the change"),
  ...problems("not_found", "username_taken", "email_taken", "last_admin", "overloaded", "unavailable"),
});

const remove = operation("DELETE /users/{id}", {
  operationId: "deleteUser",
  tags: ["accounts"],
  summary: "Delete a user and erase their personal data",
  description:
    "Sessions and grants are deleted with the account. The audit log keeps the user's actions by id, but no names, " +
    "addresses or devices. You can delete only users who hold no more than you do.",
  params,
  ...requires("users:delete"),
  ...conditional,
  ...noContent("Deleted"),
  ...problems("not_found", "last_admin", "unavailable"),
});

export const userRoute = resource([get, change, remove], (app, { users }: { users: Users }) => {
  app.add(get, ({ params: { id } }) => users.find(id));
  app.add(change, ({ params: { id }, body, expected, actor }) => users.change(id, body, expected(), actor()));
  app.add(remove, ({ params: { id }, expected, actor }) => users.remove(id, expected(), actor()));
});
