import { form } from "../../http/pages/form.ts";
import { desk } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import type { Refusal } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";

/** The parts of the account, which are sections of `/account`. */
export type AccountSection = "profile" | "factors" | "sessions" | "applications" | "keys" | "data";

/** A page of the account's area. */
export function accountDesk(
  visit: Visit,
  caller: BrowserCaller,
  { section, title, main, isTask = false }: {
    /** The part that the page belongs to. */
    section: AccountSection;
    title: string;
    main: Markup;
    isTask?: boolean;
  },
): Page {
  const t = accountTexts[visit.language];
  const texts = {
    profile: t.profile,
    factors: t.waysToSignIn,
    sessions: t.sessions,
    applications: t.applications,
    keys: t.keys,
    data: t.yourData,
  };
  const links = (Object.keys(texts) as AccountSection[]).map((each) => ({
    href: each === "profile" ? "/account" : `/account#${each}`,
    text: texts[each],
    isCurrent: each === section,
  }));
  const me = html`<p>${t.signedInAs(shownName(caller.user))}</p>
${caller.entersConsole ? html`<a href="/console">${t.console}</a>` : nothing}
${form(visit, "/signout", html`<button>${t.signOut}</button>`)}`;
  return { kind: "page", html: desk(visit, { title, main, area: t.area, links, me, isTask }) };
}

/** A page with one task; its status and title say that its form was refused. */
export function taskPage(
  visit: Visit,
  caller: BrowserCaller,
  { section, title, main, refused }: {
    section: AccountSection;
    title: string;
    main: Markup;
    refused?: Refusal | undefined;
  },
): Page {
  const shown = refused ? frameTexts[visit.language].errorTitle(title) : title;
  const page = accountDesk(visit, caller, { section, title: shown, main, isTask: true });
  return refused ? { ...page, status: refused.status } : page;
}
