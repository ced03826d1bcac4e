import { type Field, field, form } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import type { Refusal } from "../texts/refusal.ts";

/** A page with one form and one button. */
export interface MailForm {
  title: string;
  about: string;
  action: string;
  fields: Omit<Field, "error">[];
  button: string;
  refused?: Refusal | undefined;
  below?: Markup;
}

/** A page of a flow by mail. */
export function mailFormPage(
  visit: Visit,
  { title, about, action, fields, button, refused, below = html`` }: MailForm,
): Page {
  const rows = fields.map((each) => field({ ...each, error: refused?.errors[each.id] }));
  const main = html`<h1>${title}</h1>
<p>${about}</p>
${form(visit, action, html`${rows}<button class="primary">${button}</button>`)}
${below}`;
  const shownTitle = refused ? frameTexts[visit.language].errorTitle(title) : title;
  return {
    kind: "page",
    html: door(visit, { title: shownTitle, main }),
    ...(refused && { status: refused.status }),
  };
}

/** Says what happened, without a form. */
export function mailNote(
  visit: Visit,
  { title, about, link, status = 200 }: {
    title: string;
    about: string;
    link?: { href: string; text: string };
    status?: number;
  },
): Page {
  const more = link ? html`<p class="actions"><a class="button" href="${link.href}">${link.text}</a></p>` : html``;
  return { kind: "page", status, html: door(visit, { title, main: html`<h1>${title}</h1><p>${about}</p>${more}` }) };
}

/** The page of a link that no longer works; `again` is where another mail is asked for. */
export function stalePage(visit: Visit, again?: string): Page {
  const t = mailTexts[visit.language];
  const link = again === undefined ? {} : { link: { href: again, text: t.askAgain } };
  return mailNote(visit, { title: t.stale, about: t.staleAbout, status: 400, ...link });
}

/** The field for the code of a mail. */
export function codeField({ language }: Visit, isRequired: boolean): Field {
  const t = mailTexts[language];
  const more = { class: "otp", inputmode: "numeric", maxlength: "12", pattern: "[0-9 ]*" };
  return { id: "code", label: t.code, autocomplete: "one-time-code", hint: t.codeHint, isRequired, more };
}
