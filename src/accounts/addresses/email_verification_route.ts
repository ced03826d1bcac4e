import { z } from "@hono/zod-openapi";
import { createFlowBrowser, formatFlow, parseFlow } from "../../credentials/tickets/flow_token.ts";
import type { MailProof } from "../../credentials/tickets/mailed_tickets.ts";
import { accepted, anyone, json, ok, operation, problems, resource } from "../../http/contract/contract.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { accountMembers } from "../users/me_route.ts";
import type { EmailVerifications } from "./email_verification.ts";

/** The text after `ticket=` in the link of a mail. */
export const MailTicket = z.string().max(200).openapi({
  description: "What follows `ticket=` in the link of the mail",
  example: "snt_mt_AZMsXnsafD-dLk9aa3yNngVQb1x0m4rF0o5o7c2l2b0XvY8o2n1k3m5q7s9u1w3y5",
});

/** What a client keeps until the user types the code of the mail. */
export const FlowText = z.string().max(200).openapi({
  description: "Keep it where only this user sees it: the code of the mail counts only together with it",
  example: "snt_mf_01932c5e7b1a7c3f9d2e4f5a6b7c8d9e3k9Xq2v8Lm4Np6Rt0Wy1Za5Bc7De9Fg2Hi4Jk6Lm8No",
});

export const FlowAnswer = z.strictObject({ flow: FlowText }).openapi("MailFlow");

/** The link's ticket, from any browser, or the code, with the flow that it was asked for in. */
export const ProofBody = z.strictObject({
  ticket: MailTicket.optional(),
  flow: FlowText.optional(),
  code: z.string().max(20).optional().openapi({ description: "Six digits", example: "481207" }),
}).openapi("MailProof", {
  description: "Either `ticket`, or `flow` and `code`. A `flow` beside a `ticket` shows that it is the same client.",
  example: { flow: "snt_mf_…", code: "481207" },
});

/** @throws {Problem} `invalid_ticket` for a body with neither proof. */
export function proofOf({ ticket, flow, code }: z.infer<typeof ProofBody>): MailProof {
  const parsed = flow === undefined ? undefined : parseFlow(flow);
  if (ticket !== undefined && code === undefined) return { kind: "link", ticket, browser: parsed?.browser };
  if (ticket === undefined && code !== undefined && parsed) {
    return { kind: "code", id: parsed.id, code: code.replaceAll(/\s/g, ""), browser: parsed.browser };
  }
  throw new Problem("invalid_ticket");
}

const request = operation("POST /email-verification", {
  operationId: "requestEmailVerification",
  tags: ["accounts"],
  summary: "Mail a link and a code to confirm an e-mail address",
  description:
    "The answer is the same whether or not an account has the address, or has confirmed it. The link leads to " +
    "`/verify?ticket=…` and works once, for 24 hours; the code counts only with the `flow` of this answer.",
  ...anyone,
  ...json(z.strictObject({ email: accountMembers.email.unwrap() }).openapi("EmailVerificationRequest")),
  ...accepted(FlowAnswer, "If an account has the address and has not confirmed it, a mail follows"),
  ...problems("rate_limited", "unavailable"),
});

const complete = operation("POST /email-verification/complete", {
  operationId: "completeEmailVerification",
  tags: ["accounts"],
  summary: "Confirm an e-mail address with the link or the code of a mail",
  description:
    "The first confirmation that comes from another client than its request ends the password, second factors, " +
    "sessions and API keys of the account, as somebody else may have created it. Then `reset_ticket` sets a new password.",
  ...anyone,
  ...json(ProofBody),
  ...ok(
    z.strictObject({
      reset_ticket: z.string().nullable().openapi({
        description: "A ticket for `POST /password-reset/complete`, if the account has no password any more",
        example: null,
      }),
    }).openapi("EmailVerified"),
    "Confirmed",
  ),
  ...problems("invalid_ticket", "unavailable"),
});

/** `POST /email-verification`, `POST /email-verification/complete`. The mail's link is the page `/verify?ticket=…`. */
export const emailVerificationRoute = resource([request, complete], (app, { emailVerifications }: {
  emailVerifications: EmailVerifications;
}) => {
  app.add(request, async ({ body, actor }) => {
    const browser = createFlowBrowser();
    const id = await emailVerifications.request(body.email, browser, actor().client);
    return { flow: formatFlow({ id, browser }) };
  });
  app.add(complete, ({ body, actor }) => emailVerifications.complete(proofOf(body), actor().client));
});
