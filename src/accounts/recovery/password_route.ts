import { z } from "@hono/zod-openapi";
import {
  freshSignIn,
  json,
  noContent,
  operation,
  ownAccount,
  problems,
  resource,
} from "../../http/contract/contract.ts";
import { accountMembers } from "../users/me_route.ts";
import type { PasswordChanges } from "./password_change.ts";

const PasswordChange = z.strictObject({
  current_password: z.string().min(1).openapi({ format: "password", example: "correct horse battery staple" }),
  new_password: accountMembers.password.openapi({ example: "seven seas and one harbour" }),
}).openapi("PasswordChange");

const route = operation("PUT /users/me/password", {
  operationId: "changePassword",
  tags: ["sessions"],
  summary: "Change your password and end your other sessions",
  ...ownAccount,
  ...freshSignIn,
  ...json(PasswordChange),
  ...noContent("Changed"),
  ...problems("wrong_password", "rate_limited", "overloaded", "unavailable"),
});

export const passwordRoute = resource([route], (app, { passwordChanges }: { passwordChanges: PasswordChanges }) => {
  app.add(
    route,
    ({ body, caller: { user, session }, actor }) => passwordChanges.change(user, session.id, body, actor()),
  );
});
