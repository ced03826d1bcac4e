import { z } from "@hono/zod-openapi";
import type { Roles } from "../access/roles.ts";
import type { App } from "../http/app.ts";
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
} from "../http/contract.ts";
import { usernameRule } from "./identifiers.ts";
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
  username: z.string().openapi({ description: usernameRule, example: "ada" }),
  email: z.string().openapi({ description: "At most 254 characters", example: "ada@example.com" }),
  password: z.string().openapi({
    format: "password",
    description: "At least 8 characters (or what the server is set to), at most 1024 bytes; no rules of composition",
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
  summary: "Change how you are called",
  description:
    "What is absent stays. The password has its own operation. `If-Match` takes the ETag that this operation " +
    "answered last.",
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
  summary: "Who you are, as of now",
  description: "Roles and account are read as they are, not as the token remembers them.",
  ...signedIn,
  ...fromMemory,
  ...ok(PersonResponse, "You"),
  ...problems("unavailable"),
});

/** `GET|PATCH /users/me` */
export function meRoute(app: App, { roles, users }: { roles: Roles; users: Users }) {
  app.add(route, ({ caller: { user } }) => personOf(user, roles.activeRoles(user)));
  app.add(change, ({ caller, body, expected, by }) => users.changeOwn(caller.user.id, body, expected(), by()));
}
