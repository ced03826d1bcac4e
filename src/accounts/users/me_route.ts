import { z } from "@hono/zod-openapi";
import type { Roles } from "../../access/roles/permission_evaluator.ts";
import { resource } from "../../http/contract/resource.ts";
import {
  conditional,
  fromMemory,
  Id,
  json,
  ok,
  operation,
  problems,
  revised,
  signedIn,
  Time,
} from "../../http/contract/contract.ts";
import { identifierLengthMax, usernameRule } from "../../vocabulary/identifiers.ts";
import { passwordSizeBytesMax } from "../../credentials/passwords/passwords.ts";
import { personOf } from "./user_revision.ts";
import type { Users } from "./users.ts";

/** A person on the wire; never a hash, a secret or a token (T151). */
export const PersonResponse = z.strictObject({
  id: Id,
  username: z.string().openapi({ example: "ada" }),
  email: z.string().openapi({ example: "ada@example.com" }),
  roles: z.array(z.string()).openapi({ description: "Active roles, sorted", example: ["user"] }),
  created_at: Time,
}).openapi("Person");

/** What a new account is called and opened with. */
export const accountMembers = {
  username: z.string().max(identifierLengthMax).openapi({ description: usernameRule, example: "ada" }),
  email: z.string().max(identifierLengthMax).openapi({
    description: "At most 254 characters",
    example: "ada@example.com",
  }),
  password: z.string().openapi({
    format: "password",
    maxLength: passwordSizeBytesMax,
    description:
      "At least 8 characters, unless the server is set otherwise, and at most 1024 bytes; any characters will do",
    example: "correct horse battery staple",
  }),
};

const MeChange = z.strictObject({
  username: accountMembers.username.optional(),
  email: accountMembers.email.optional(),
}).openapi("MeChange");

const change = operation({
  method: "patch",
  path: "/users/me",
  operationId: "changeMe",
  tags: ["accounts"],
  summary: "Change your username or e-mail address",
  description:
    "Absent members stay as they are. `If-Match` takes the `ETag` of this operation's last answer. The password is " +
    "changed with `PUT /users/me/password`.",
  ...signedIn,
  ...conditional,
  ...json(MeChange),
  ...revised(PersonResponse, "You, as you are now"),
  ...problems("username_taken", "email_taken", "unavailable"),
});

const route = operation({
  method: "get",
  path: "/users/me",
  operationId: "getMe",
  tags: ["accounts"],
  summary: "Who you are",
  description: "Your account and roles as they are now, not as they were when the token was issued.",
  ...signedIn,
  ...fromMemory,
  ...ok(PersonResponse, "You"),
  ...problems("unavailable"),
});

/** `GET|PATCH /users/me` */
export const meRoute = resource([route, change], (app, { roles, users }: { roles: Roles; users: Users }) => {
  app.add(route, ({ caller: { user } }) => personOf(user, roles.activeRoles(user)));
  app.add(change, ({ caller, body, expected, by }) => users.changeOwn(caller.user.id, body, expected(), by()));
});
