import type { User } from "../../accounts/users/user_revision.ts";
import { field, form } from "../../http/pages/form.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { deedTexts } from "./deed_texts.ts";

/** The form for the names of a user; after a refusal with what was typed, and what is wrong with it. */
export function editPage(
  at: ConsoleVisit,
  { user, revision, values, errors = {} }: {
    user: User;
    revision: string;
    values: { username: string; email: string };
    errors?: Readonly<Record<string, string>>;
  },
): Page {
  const t = deedTexts[at.visit.language];
  const name = shownName(user);
  const path = `/console/users/${user.id}`;
  const fields = html`${
    field({
      id: "username",
      label: t.username,
      value: values.username,
      autocomplete: "off",
      isRequired: false,
      error: errors.username,
      more: { spellcheck: "false", autocapitalize: "none" },
    })
  }${
    field({
      id: "email",
      label: t.email,
      type: "email",
      value: values.email,
      autocomplete: "off",
      isRequired: false,
      hint: t.emailHint,
      error: errors.email,
    })
  }
<p class="actions"><button class="primary">${t.save}</button> <a class="button" href="${path}">${t.back(name)}</a></p>
<input type="hidden" name="revision" value="${revision}">`;
  return consoleDesk(at, {
    section: "users",
    title: t.editTitle(name),
    crumbs: [{ href: path, text: name }],
    main: html`<h1>${t.editTitle(name)}</h1>
${form(at.visit, `${path}/edit`, fields)}`,
    isTask: true,
    ...(Object.keys(errors).length > 0 && { status: 422 }),
  });
}
