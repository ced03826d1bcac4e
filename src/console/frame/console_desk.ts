import { form } from "../../http/pages/form.ts";
import { desk } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { consoleTexts } from "./frame_texts.ts";
import { type GroupName, groups, type Section, type SectionName, sections } from "./sections.ts";

/** The request of a page of the console: what its handler is given, and each page passes on. */
export type ConsoleVisit = { visit: Visit; caller: BrowserCaller; may: (permission: Permission) => boolean };

/** A page of the console. */
export interface ConsolePage {
  section: SectionName;
  /** The thing or the deed; the name of the section for its list. */
  title: string;
  main: Markup;
  /** The pages above this one, after the section, which is added to them. */
  crumbs?: readonly { href: string; text: string }[];
  /** Whether the page is for one decision, and narrower. */
  isTask?: boolean;
  /** 200 unless a form was refused. */
  status?: number;
}

/** A page in the console, with the links that its reader may open. `main` begins with the heading. */
export function consoleDesk({ visit, caller, may }: ConsoleVisit, page: ConsolePage): Page {
  const t = consoleTexts[visit.language];
  const { section, title, isTask = false, status = 200 } = page;
  const named = title === t.sections[section] ? title : `${title} · ${t.sections[section]}`;
  const link = (name: SectionName) => {
    const isCurrent = name === section;
    return { href: sections[name].path, text: t.sections[name], isCurrent };
  };
  const isShown = (name: SectionName) => {
    const { permission }: Section = sections[name];
    return permission === undefined || may(permission);
  };
  const shown = (Object.keys(groups) as GroupName[])
    .map((name) => ({ title: t.groups[name], links: groups[name].filter(isShown).map(link) }))
    .filter(({ links }) => links.length > 0);
  const me = html`<p>${t.signedInAs(shownName(caller.user))}</p>
<a href="/account">${t.account}</a>
${form(visit, "/signout", html`<button>${t.signOut}</button>`)}`;
  return {
    kind: "page",
    status,
    html: desk(visit, {
      title: `${status < 400 ? named : t.error(named)} · ${t.console}`,
      area: t.console,
      home: "/console",
      links: [link("home")],
      groups: shown,
      me,
      isTask,
      main: html`${crumbsOf(page, t.breadcrumb, t.sections[section])}${page.main}${shortcuts(visit)}`,
    }),
  };
}

function crumbsOf({ section, crumbs }: ConsolePage, label: string, name: string): Markup {
  if (!crumbs) return nothing;
  const links = [{ href: sections[section].path, text: name }, ...crumbs];
  return html`
    <nav class="crumbs dim" aria-label="${label}">${links.map(({ href, text }, place) =>
      html`${place > 0 ? " / " : ""}<a href="${href}">${text}</a>`
    )}</nav>
  `;
}

/** The list of keys, which the key ? shows with JavaScript. */
function shortcuts({ language }: Visit): Markup {
  const t = consoleTexts[language];
  const rows = Object.entries(t.shortcuts).map(([key, text]) =>
    html`
      <div>
        <dt><kbd>${key}</kbd></dt>
        <dd>${text}</dd>
      </div>
    `
  );
  return html`
    <div class="note" id="keys" popover data-key="?" role="dialog" aria-label="${t.keys}">
      <dl class="facts">${rows}</dl>
    </div>
  `;
}
