import { z } from "@hono/zod-openapi";
import type { EmailVerifications } from "../../accounts/addresses/email_verification.ts";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { type PageAnswer, seeOther } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { codeField, mailFormPage, stalePage } from "./mail_page.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import { forgetMail, hasFlow, keepFlow, keepTicket, mailProofOf, nextQuery, ticketOf } from "./mail_visit.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { AddressForm, TicketQuery } from "./reset_route.ts";
import { accountTexts } from "../texts/texts.ts";

/** The form of a mail's page: the code, if the link was not opened. */
export const CodeForm = z.strictObject({ code: z.string().max(20).optional() });

const show = operation("GET /verify", {
  operationId: "showVerification",
  tags: ["pages"],
  summary: "Confirm your e-mail address; the link of a mail",
  query: TicketQuery,
  ...visitor,
  ...page("The form"),
  ...problems(),
});

const complete = operation("POST /verify", {
  operationId: "verifyAddress",
  tags: ["pages"],
  summary: "Confirm the address by the link or the code of the mail",
  ...visitor,
  ...form(CodeForm),
  ...formPage("Confirmed"),
  ...problems("invalid_ticket", "rate_limited", "unavailable"),
});

const request = operation("POST /verify/mail", {
  operationId: "askForVerification",
  tags: ["pages"],
  summary: "Send the mail, if an account has the address and has not confirmed it",
  ...visitor,
  ...form(AddressForm),
  ...formPage("The form for the code, alike for every address"),
  ...problems("rate_limited", "unavailable"),
});

/** `GET|POST /verify`, `POST /verify/mail` */
export const verifyRoute = resource(
  [show, complete, request],
  (app, { emailVerifications }: { emailVerifications: EmailVerifications }) => {
    app.addPage(show, ({ visit, query: { ticket } }): PageAnswer => {
      if (ticket !== undefined) {
        keepTicket(visit, ticket);
        return seeOther("/verify");
      }
      return ticketOf(visit) === undefined && !hasFlow(visit) ? askPage(visit) : confirmPage(visit);
    });
    app.addPage(complete, async ({ visit, body: { code }, client }) => {
      const t = mailTexts[visit.language];
      try {
        const { reset_ticket } = await emailVerifications.complete(mailProofOf(visit, code), client());
        forgetMail(visit);
        if (reset_ticket === null) {
          return onward(visit, { title: t.verified[0]!, next: `/signin?done=verified${nextQuery(visit)}` });
        }
        keepTicket(visit, reset_ticket);
        return onward(visit, { title: t.verified[0]!, next: "/reset/new" });
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid_ticket") throw error;
        return code ? confirmPage(visit, { status: error.status, errors: { code: t.wrongCode } }) : stale(visit);
      }
    });
    app.addPage(request, async ({ visit, body: { email }, client }) => {
      try {
        keepFlow(visit, await emailVerifications.request(email, visit.browser(), client()));
      } catch (error) {
        const refused = refusalOf(error, accountTexts[visit.language], {});
        if (!refused) throw error;
        return askPage(visit, refused);
      }
      return onward(visit, { title: mailTexts[visit.language].sent, next: "/verify" });
    });
  },
);

function stale(visit: Visit) {
  forgetMail(visit);
  return stalePage(visit, "/verify");
}

function askPage(visit: Visit, refused?: Refusal) {
  const t = mailTexts[visit.language];
  return mailFormPage(visit, {
    title: t.verify,
    about: t.verifyRequest,
    action: "/verify/mail",
    fields: [{ id: "email", label: t.email, type: "email", autocomplete: "email" }],
    button: t.sendMail,
    refused,
  });
}

/** After a sign-up with this address, whether or not another account has it. */
export function sentPage(visit: Visit, email: string) {
  const t = mailTexts[visit.language];
  return mailFormPage(visit, {
    title: t.verify,
    about: t.confirmSignUp(email),
    action: "/verify",
    fields: [codeField(visit, true)],
    button: t.confirm,
  });
}

function confirmPage(visit: Visit, refused?: Refusal) {
  const t = mailTexts[visit.language];
  const isLinked = ticketOf(visit) !== undefined;
  return mailFormPage(visit, {
    title: t.verify,
    about: t.verifyAbout,
    action: "/verify",
    fields: hasFlow(visit) ? [codeField(visit, !isLinked)] : [],
    button: t.confirm,
    refused,
  });
}
