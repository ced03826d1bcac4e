import { z } from "@hono/zod-openapi";
import type { App } from "../http/app.ts";
import { anyoneOrToken, created, json, operation, problems } from "../http/contract.ts";
import { PersonResponse } from "./me_route.ts";
import type { Users } from "./users.ts";

const RegisterRequest = z.strictObject({
  username: z.string().openapi({ description: "3 to 64 letters, digits, `.`, `_` or `-`", example: "ada" }),
  email: z.string().openapi({ description: "At most 254 characters", example: "ada@example.com" }),
  password: z.string().openapi({
    format: "password",
    description: "At least 8 characters (or what the server is set to), at most 1024 bytes; no rules of composition",
    example: "correct horse battery staple",
  }),
  role: z.string().default("user").openapi({ description: "Another than `user` takes a token that may grant it" }),
}).openapi("RegisterRequest");

const route = operation({
  method: "post",
  path: "/register",
  operationId: "register",
  tags: ["accounts"],
  summary: "Make an account",
  description:
    "Self-service gives the role `user`. Another role takes a token with `roles:grant` that holds all that the role gives.",
  ...anyoneOrToken,
  ...json(RegisterRequest),
  ...created(PersonResponse, "Registered", ({ id }) => `/users/${id}`),
  ...problems("forbidden", "username_taken", "email_taken", "rate_limited", "overloaded", "unavailable"),
});

/** `POST /register` */
export function registerRoute(app: App, { users }: { users: Users }) {
  app.add(route, ({ body, caller, client }) => users.register(body, caller?.user, client()));
}
