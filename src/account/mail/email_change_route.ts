import { z } from "@hono/zod-openapi";
import type { EmailChanges } from "../../accounts/addresses/email_change.ts";
import { form, formPage, freshlySignedIn, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { type PageAnswer, seeOther } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { emailPage } from "../profile/credentials_page.ts";
import { codeField, mailFormPage, mailNote, stalePage } from "./mail_page.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import { forgetMail, hasFlow, keepFlow, keepTicket, mailProofOf, ticketOf } from "./mail_visit.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { TicketQuery } from "./reset_route.ts";
import { accountTexts } from "../texts/texts.ts";
import { CodeForm } from "./verify_route.ts";

const ask = operation("GET /account/email", {
  operationId: "showEmailChange",
  tags: ["pages"],
  summary: "Change your e-mail address",
  ...freshlySignedIn,
  ...page("The form"),
  ...problems(),
});

const request = operation("POST /account/email", {
  operationId: "askForEmailChange",
  tags: ["pages"],
  summary: "Ask both mailboxes to confirm",
  ...freshlySignedIn,
  ...form(z.strictObject({ email: z.string().max(identifierLengthMax), current_password: z.string() })),
  ...formPage("The form for the codes"),
  ...problems("wrong_password", "rate_limited", "overloaded", "invalid_token", "unavailable"),
});

const show = operation("GET /email-change", {
  operationId: "showEmailConfirmation",
  tags: ["pages"],
  summary: "Confirm a change of the address; the link of a mail",
  query: TicketQuery,
  ...visitor,
  ...page("The form"),
  ...problems("invalid_ticket"),
});

const complete = operation("POST /email-change", {
  operationId: "confirmEmailChange",
  tags: ["pages"],
  summary: "Confirm the change by the link or the code of a mail",
  ...visitor,
  ...form(CodeForm),
  ...formPage("Confirmed"),
  ...problems("invalid_ticket", "email_taken", "rate_limited", "unavailable"),
});

/** `GET|POST /account/email`, `GET|POST /email-change` */
export const emailChangePagesRoute = resource(
  [ask, request, show, complete],
  (app, { emailChanges }: { emailChanges: EmailChanges }) => {
    app.addPage(ask, ({ visit, caller }) => emailPage(visit, caller));
    app.addPage(request, async ({ visit, caller, body, actor }) => {
      const t = mailTexts[visit.language];
      try {
        keepFlow(visit, await emailChanges.request(caller, body, visit.browser(), actor()));
      } catch (error) {
        const wrong = { wrong_password: { field: "current_password", text: t.wrongPassword } };
        const refused = refusalOf(error, accountTexts[visit.language], wrong);
        if (!refused) throw error;
        return emailPage(visit, caller, { email: body.email, refused });
      }
      return onward(visit, { title: t.sent, next: "/email-change" });
    });

    app.addPage(show, ({ visit, query: { ticket } }): PageAnswer => {
      if (ticket !== undefined) {
        keepTicket(visit, ticket);
        return seeOther("/email-change");
      }
      return ticketOf(visit) === undefined && !hasFlow(visit) ? stalePage(visit, "/account/email") : confirmPage(visit);
    });
    app.addPage(complete, async ({ visit, body: { code }, client }) => {
      const t = mailTexts[visit.language];
      try {
        const { changed } = await emailChanges.complete(mailProofOf(visit, code), client());
        visit.expireCookie("ticket");
        if (!changed) return pending(visit);
        forgetMail(visit);
        return mailNote(visit, { title: t.changed[0]!, about: t.changed[1]!, link: toAccount(visit) });
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid_ticket") throw error;
        if (code) return confirmPage(visit, { status: error.status, errors: { code: t.wrongCode } });
        forgetMail(visit);
        return stalePage(visit, "/account/email");
      }
    });
  },
);

function toAccount({ language }: Visit) {
  return { href: "/account", text: accountTexts[language].account };
}

function pending(visit: Visit) {
  const t = mailTexts[visit.language];
  if (!hasFlow(visit)) return mailNote(visit, { title: t.changePending, about: t.changePendingAbout });
  return mailFormPage(visit, {
    title: t.changePending,
    about: t.changePendingAbout,
    action: "/email-change",
    fields: [codeField(visit, true)],
    button: t.confirm,
  });
}

function confirmPage(visit: Visit, refused?: Refusal) {
  const t = mailTexts[visit.language];
  const isLinked = ticketOf(visit) !== undefined;
  return mailFormPage(visit, {
    title: t.changeConfirm,
    about: t.changeConfirmAbout,
    action: "/email-change",
    fields: hasFlow(visit) ? [codeField(visit, !isLinked)] : [],
    button: t.confirm,
    refused,
  });
}
