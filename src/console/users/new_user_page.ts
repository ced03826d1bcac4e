import { field, form } from "../../http/pages/form.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { usersTexts } from "./users_texts.ts";

/** `GET /console/users/new`, and the page of a form that was refused: it keeps the names. */
export function newUserPage(
  at: ConsoleVisit,
  { values = { username: "", email: "" }, errors = {} }: {
    values?: { username: string; email: string };
    errors?: Readonly<Record<string, string>>;
  } = {},
): Page {
  const t = usersTexts[at.visit.language];
  const username = field({
    id: "username",
    label: t.username,
    value: values.username,
    autocomplete: "off",
    isRequired: false,
    hint: t.usernameHint,
    error: errors.username,
    more: { spellcheck: "false", autocapitalize: "none" },
  });
  const email = field({
    id: "email",
    label: t.email,
    type: "email",
    value: values.email,
    autocomplete: "off",
    isRequired: false,
    error: errors.email,
  });
  const password = field({
    id: "password",
    label: t.password,
    type: "password",
    autocomplete: "new-password",
    hint: t.passwordHint,
    error: errors.password,
  });
  const content = html`
    ${username}${email}${password}
    <p
      class="actions"><button class="primary">${t.createButton}</button> <a class="button" href="/console/users">${t
        .backToUsers}</a></p>
  `;
  const main = html`<h1>${t.newTitle}</h1>
<p>${t.newAbout} <a href="/console/invitations#invite">${t.inviteInstead}</a></p>
${form(at.visit, "/console/users/new", content)}`;
  const isWrong = Object.keys(errors).length > 0;
  return consoleDesk(at, {
    section: "users",
    title: t.newTitle,
    crumbs: [],
    main,
    isTask: true,
    ...(isWrong && { status: 422 }),
  });
}
