import { z } from "@hono/zod-openapi";
import type { PasswordResets } from "../../accounts/recovery/password_reset.ts";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { type PageAnswer, seeOther } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { mailFormPage, mailNote, stalePage } from "./mail_page.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import { forgetMail, keepTicket, ticketOf } from "./mail_visit.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";

/** The query of a page that a mail links to. */
export const TicketQuery = z.object({ ticket: z.string().max(200).optional() });

export const AddressForm = z.strictObject({ email: z.string().max(identifierLengthMax) });

const ask = operation("GET /reset", {
  operationId: "showPasswordReset",
  tags: ["pages"],
  summary: "Ask for a mail to set a new password; the link of that mail",
  query: TicketQuery,
  ...visitor,
  ...page("The form"),
  ...problems(),
});

const request = operation("POST /reset", {
  operationId: "askForPasswordReset",
  tags: ["pages"],
  summary: "Send the mail, if an account has the address",
  ...visitor,
  ...form(AddressForm),
  ...formPage("What to do next, alike for every address"),
  ...problems("rate_limited", "unavailable"),
});

const show = operation("GET /reset/new", {
  operationId: "showNewPassword",
  tags: ["pages"],
  summary: "Enter the new password",
  ...visitor,
  ...page("The form, if the link still works"),
  ...problems("invalid_ticket", "unavailable"),
});

const complete = operation("POST /reset/new", {
  operationId: "setNewPassword",
  tags: ["pages"],
  summary: "Set the new password and end every session",
  ...visitor,
  ...form(z.strictObject({ new_password: z.string() })),
  ...formPage("Set"),
  ...problems("invalid_ticket", "overloaded", "unavailable"),
});

type ResetDeps = { settings: Settings; passwordResets: PasswordResets };

/** `GET|POST /reset`, `GET|POST /reset/new` */
export const resetRoute = resource([ask, request, show, complete], (app, { settings, passwordResets }: ResetDeps) => {
  const lengthMin = settings.SENTINEL_PASSWORD_MIN_LENGTH;

  app.addPage(ask, ({ visit, query: { ticket } }): PageAnswer => {
    if (ticket === undefined) return askPage(visit);
    keepTicket(visit, ticket);
    return seeOther("/reset/new");
  });
  app.addPage(request, async ({ visit, body: { email }, client }) => {
    const t = mailTexts[visit.language];
    try {
      await passwordResets.request(email, visit.browser(), client());
    } catch (error) {
      const refused = refusalOf(error, accountTexts[visit.language], {});
      if (!refused) throw error;
      return askPage(visit, refused);
    }
    return mailNote(visit, { title: t.sent, about: t.sentAbout(email) });
  });

  app.addPage(show, async ({ visit }) => {
    const ticket = ticketOf(visit);
    const isLive = ticket !== undefined && await passwordResets.isLive(ticket);
    return isLive ? newPasswordPage(visit, lengthMin) : stalePage(visit, "/reset");
  });
  app.addPage(complete, async ({ visit, body: { new_password }, client }) => {
    const t = mailTexts[visit.language];
    const ticket = ticketOf(visit) ?? "";
    try {
      await passwordResets.complete({ ticket, new_password, browser: visit.browser() }, client());
    } catch (error) {
      const refused = refusalOf(error, accountTexts[visit.language], {});
      if (refused) return newPasswordPage(visit, lengthMin, refused);
      throw error;
    }
    forgetMail(visit);
    visit.endSession(); // it has ended with all others
    return onward(visit, { title: t.passwordSet[0]!, next: "/signin?done=password_set" });
  });
});

function askPage(visit: Visit, refused?: Refusal) {
  const t = mailTexts[visit.language];
  const fields = [{ id: "email", label: t.email, type: "email" as const, autocomplete: "email" }];
  return mailFormPage(visit, {
    title: t.reset,
    about: t.resetAbout,
    action: "/reset",
    fields,
    button: t.sendMail,
    refused,
  });
}

function newPasswordPage(visit: Visit, lengthMin: number, refused?: Refusal) {
  const t = mailTexts[visit.language];
  const hint = accountTexts[visit.language].passwordHint(lengthMin);
  const fields = [
    { id: "new_password", label: t.newPassword, type: "password" as const, autocomplete: "new-password", hint },
  ];
  return mailFormPage(visit, {
    title: t.reset,
    about: t.setPasswordAbout,
    action: "/reset/new",
    fields,
    button: t.setPassword,
    refused,
  });
}
