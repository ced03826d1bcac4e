import { field, form } from "../../http/pages/form.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { taskPage } from "../frame/desk_page.ts";
import type { Refusal } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";

/** `GET /account/username` */
export function usernamePage(
  visit: Visit,
  caller: BrowserCaller,
  { username, refused }: { username: string; refused?: Refusal },
): Page {
  const t = accountTexts[visit.language];
  const name = field({
    id: "username",
    label: t.username,
    autocomplete: "username",
    value: username,
    hint: t.usernameHint,
    isRequired: caller.user.email === null,
    error: refused?.errors.username,
  });
  const main = html`<h1>${t.changeUsername}</h1>
<p>${t.changeUsernameAbout}</p>
${
    form(
      visit,
      "/account/username",
      html`${name}
<p class="actions"><button class="primary">${t.changeUsername}</button> <a class="button" href="/account">${t.keepUsername}</a></p>`,
    )
  }`;
  return taskPage(visit, caller, { section: "profile", title: t.changeUsername, main, refused });
}
