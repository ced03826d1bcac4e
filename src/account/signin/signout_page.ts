import { form } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { accountPath } from "./next_path.ts";
import { accountTexts } from "../texts/texts.ts";

/** `GET /signout` for a user who is signed in. */
export function signOutPage(visit: Visit, caller: BrowserCaller): Page {
  const t = accountTexts[visit.language];
  const main = html`<h1>${t.signOut}</h1>
<p>${t.signOutAbout(nameOf(caller.user))}</p>
${
    form(
      visit,
      "/signout",
      html`<p class="actions"><button class="primary">${t.signOut}</button> <a class="button" href="${accountPath}">${t.staySignedIn}</a></p>`,
    )
  }`;
  return { kind: "page", html: door(visit, { title: t.signOut, main }) };
}

/** What a user is called on pages. */
export function nameOf({ username, email }: { username: string | null; email: string | null }): string {
  return username ?? email ?? "";
}
