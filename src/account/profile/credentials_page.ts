import { field, form } from "../../http/pages/form.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { taskPage } from "../frame/desk_page.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import type { Refusal } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";

/** `GET /account/password` */
export function passwordPage(
  visit: Visit,
  caller: BrowserCaller,
  { passwordLengthMin, refused }: { passwordLengthMin: number; refused?: Refusal },
): Page {
  const t = accountTexts[visit.language];
  const fields = html`${currentPassword(visit, refused)}
${
    field({
      id: "new_password",
      label: t.newPassword,
      type: "password",
      autocomplete: "new-password",
      hint: t.passwordHint(passwordLengthMin),
      error: refused?.errors.new_password,
    })
  }
<p class="actions"><button class="primary">${t.changePassword}</button> <a class="button" href="/account">${t.keepPassword}</a></p>
<input type="hidden" name="username" autocomplete="username" value="${shownName(caller.user)}">`;
  const main = html`<h1>${t.changePassword}</h1>
<p>${t.changePasswordAbout}</p>
${form(visit, "/account/password", fields)}`;
  return taskPage(visit, caller, { section: "factors", title: t.changePassword, main, refused });
}

/** `GET /account/email` */
export function emailPage(
  visit: Visit,
  caller: BrowserCaller,
  { email, refused }: { email?: string; refused?: Refusal } = {},
): Page {
  const t = mailTexts[visit.language];
  const fields = html`${
    field({
      id: "email",
      label: t.newEmail,
      type: "email",
      autocomplete: "email",
      value: email,
      error: refused?.errors.email,
    })
  }
${currentPassword(visit, refused)}
<p class="actions"><button class="primary">${t.confirm}</button> <a class="button" href="/account">${t.keepEmail}</a></p>`;
  const main = html`<h1>${t.changeEmail}</h1>
<p>${t.changeEmailAbout}</p>
${form(visit, "/account/email", fields)}`;
  return taskPage(visit, caller, { section: "profile", title: t.changeEmail, main, refused });
}

/** `GET /account/delete` */
export function deletionPage(visit: Visit, caller: BrowserCaller, { refused }: { refused?: Refusal } = {}): Page {
  const t = accountTexts[visit.language];
  const name = shownName(caller.user);
  const title = t.deleteTitle(name);
  const main = html`<h1>${title}</h1>
<ul class="list">${t.deleteFacts.map((fact) => html`<li>${fact}</li>`)}</ul>
${
    form(
      visit,
      "/account/delete",
      html`${currentPassword(visit, refused)}
<p class="actions"><button class="danger">${t.deleteButton(name)}</button> <a class="button" href="/account">${
        t.keepButton(name)
      }</a></p>`,
    )
  }`;
  return taskPage(visit, caller, { section: "data", title, main, refused });
}

function currentPassword({ language }: Visit, refused: Refusal | undefined) {
  return field({
    id: "current_password",
    label: accountTexts[language].currentPassword,
    type: "password",
    autocomplete: "current-password",
    error: refused?.errors.current_password,
  });
}
