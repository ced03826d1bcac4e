import { form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Look, Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { accountPath } from "../signin/next_path.ts";
import { accountTexts } from "../texts/texts.ts";

/** What an application that asks for the sign-out adds to the question. */
export interface AskedSignOut {
  /** The query of the page, which names the application. */
  search: string;
  application: string | undefined;
  /** Whether the application wants the user to go where it may not send them. */
  staysHere: boolean;
}

/** `GET /signout` for a user who is signed in. */
export function signOutPage(
  visit: Visit,
  caller: BrowserCaller,
  { search, application, staysHere }: AskedSignOut,
): Page {
  const t = accountTexts[visit.language];
  const main = html`<h1>${t.signOut}</h1>
${staysHere ? note("stays-here", "warn", t.staysHere[0]!, t.staysHere[1]) : nothing}
${application === undefined ? nothing : html`<p>${t.signOutAsked(application)}</p>`}
<p>${t.signOutAbout(shownName(caller.user))}</p>
${
    form(
      visit,
      search === "" ? "/signout" : `/signout?${search}`,
      html`<p class="actions"><button class="primary">${t.signOut}</button> <a class="button" href="${accountPath}">${t.staySignedIn}</a></p>`,
    )
  }`;
  return { kind: "page", html: door(visit, { title: t.signOut, main }) };
}

/**
 * The way back to the application after a sign-out. `isOnWay`: the browser goes by itself, unless the address opens a
 * program.
 */
export function signedOutPage(
  look: Look,
  { application, uri, isOnWay = false }: { application: string; uri: string; isOnWay?: boolean },
): Page {
  const t = accountTexts[look.language];
  const main = html`<h1>${t.signedOut}</h1>
<p>${t.mayReturn(application)}</p>
<p class="actions"><a class="button primary" href="${uri}">${frameTexts[look.language].goOn}</a></p>`;
  const next = isOnWay && /^https?:/.test(uri) ? { next: uri } : {};
  return { kind: "page", html: door(look, { title: t.signedOut, main, ...next }) };
}
