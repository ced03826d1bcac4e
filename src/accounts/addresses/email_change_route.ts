import { z } from "@hono/zod-openapi";
import { createFlowBrowser, formatFlow } from "../../credentials/tickets/flow_token.ts";
import {
  accepted,
  anyone,
  freshSignIn,
  json,
  ok,
  operation,
  ownAccount,
  problems,
  resource,
} from "../../http/contract/contract.ts";
import { accountMembers } from "../users/me_route.ts";
import type { EmailChanges } from "./email_change.ts";
import { FlowAnswer, ProofBody, proofOf } from "./email_verification_route.ts";

const request = operation("PUT /users/me/email", {
  operationId: "changeMyEmail",
  tags: ["accounts"],
  summary: "Change your e-mail address, after both addresses have confirmed",
  description:
    "Mails a link and a code to the new address, and to the one of now if you have confirmed that. The address " +
    "changes when both have agreed. The answer does not say whether another account has the address.",
  ...ownAccount,
  ...freshSignIn,
  ...json(
    z.strictObject({
      email: accountMembers.email.unwrap(),
      current_password: z.string().min(1).openapi({ format: "password", example: "correct horse battery staple" }),
    }).openapi("EmailChange", {
      example: { email: "ada@example.org", current_password: "correct horse battery staple" },
    }),
  ),
  ...accepted(FlowAnswer, "The mails follow"),
  ...problems("wrong_password", "rate_limited", "overloaded", "unavailable"),
});

const complete = operation("POST /email-change/complete", {
  operationId: "completeEmailChange",
  tags: ["accounts"],
  summary: "Confirm the change of an e-mail address with the link or the code of a mail",
  ...anyone,
  ...json(ProofBody),
  ...ok(
    z.strictObject({
      changed: z.boolean().openapi({ description: "False while the other address has not confirmed", example: true }),
    }).openapi("EmailChanged"),
    "Confirmed",
  ),
  ...problems("invalid_ticket", "email_taken", "unavailable"),
});

/** `PUT /users/me/email`, `POST /email-change/complete`. The mails' links are the page `/email-change?ticket=…`. */
export const emailChangeRoute = resource([request, complete], (app, { emailChanges }: {
  emailChanges: EmailChanges;
}) => {
  app.add(request, async ({ body, caller, actor }) => {
    const browser = createFlowBrowser();
    const id = await emailChanges.request(caller, body, browser, actor());
    return { flow: formatFlow({ id, browser }) };
  });
  app.add(complete, ({ body, actor }) => emailChanges.complete(proofOf(body), actor().client));
});
