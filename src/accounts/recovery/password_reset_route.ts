import { z } from "@hono/zod-openapi";
import { accepted, anyone, json, noContent, operation, problems, resource } from "../../http/contract/contract.ts";
import { MailTicket } from "../addresses/email_verification_route.ts";
import { accountMembers } from "../users/me_route.ts";
import type { PasswordResets } from "./password_reset.ts";

const request = operation("POST /password-reset", {
  operationId: "requestPasswordReset",
  tags: ["accounts"],
  summary: "Mail a link to set a new password",
  description:
    "The answer is the same whether or not anyone has the address. The link leads to `/reset?ticket=…`, works " +
    "once, for 30 minutes, and not after another one was requested.",
  ...anyone,
  ...json(z.strictObject({ email: accountMembers.email.unwrap() }).openapi("PasswordResetRequest")),
  ...accepted(z.strictObject({}).openapi("Requested"), "If an account has the address, a mail follows"),
  ...problems("rate_limited", "unavailable"),
});

const complete = operation("POST /password-reset/complete", {
  operationId: "completePasswordReset",
  tags: ["accounts"],
  summary: "Set a new password with the link of a mail",
  description:
    "Ends every session of the account, and logs nobody in. A password that the policy refuses leaves the link " +
    "as it was.",
  ...anyone,
  ...json(
    z.strictObject({
      ticket: MailTicket,
      new_password: accountMembers.password.openapi({ example: "seven seas and one harbour" }),
    }).openapi("PasswordResetCompletion"),
  ),
  ...noContent("The password is set"),
  ...problems("invalid_ticket", "overloaded", "unavailable"),
});

/** `POST /password-reset`, `POST /password-reset/complete`. Links lead to a form, as mail checkers open every link. */
export const passwordResetRoute = resource([request, complete], (app, { passwordResets }: {
  passwordResets: PasswordResets;
}) => {
  app.add(request, async ({ body, actor }) => {
    await passwordResets.request(body.email, undefined, actor().client);
    return {};
  });
  app.add(complete, ({ body, actor }) => passwordResets.complete(body, actor().client));
});
