import { field, form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";

/** A form about service accounts: its fields, its button, and what is wrong with what was sent. */
export interface AccountForm {
  title: string;
  about?: string;
  action: string;
  fields: Markup[];
  hidden?: Record<string, string>;
  button: string;
  keep: { href: string; text: string };
  crumbs: readonly { href: string; text: string }[];
  refusal?: FormRefusal | undefined;
}

/** What is wrong with the fields, by their ids, and with the whole. */
export type FormRefusal = { fields?: Record<string, string>; whole?: readonly string[]; status: number };

/** A page with one form. */
export function accountFormPage(at: ConsoleVisit, given: AccountForm): Page {
  const { title, about, action, fields, hidden = {}, button, keep, crumbs, refusal } = given;
  const { whole, status = 200 } = refusal ?? {};
  const content = html`
    ${fields}
    <p
      class="actions"><button class="primary">${button}</button> <a class="button" href="${keep.href}">${keep
        .text}</a></p>
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
  `;
  const main = html`
    <h1>${title}</h1>
    ${about === undefined ? nothing : html`<p>${about}</p>`}
    ${whole ? note("refusal", "bad", whole[0]!, whole[1]) : nothing}
    ${form(at.visit, action, content)}
  `;
  return consoleDesk(at, { section: "service_accounts", title, main, crumbs, isTask: true, status });
}

/** A field of names or other plain text. */
export function plainField(
  { id, label, value, hint, isRequired = false, error, more = {} }: {
    id: string;
    label: string;
    value: string;
    hint?: string;
    isRequired?: boolean;
    error?: string | undefined;
    more?: Record<string, string>;
  },
): Markup {
  const given = { spellcheck: "false", autocapitalize: "none", ...more };
  return field({ id, label, value, hint, isRequired, error, autocomplete: "off", more: given });
}
