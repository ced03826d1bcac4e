import { attributes, html, type Markup, nothing } from "./markup.ts";
import type { Page } from "./page_answer.ts";
import { scriptPath } from "../assets/script.ts";
import { stylePath } from "../assets/style.ts";
import { frameTexts } from "./texts.ts";
import type { Look } from "./visit.ts";

const mark = html`
  <svg width="24" height="24" viewBox="0 0 24 24" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
    <rect width="24" height="24" rx="6" stroke="none"></rect>
    <circle cx="8" cy="8" r="2.75"></circle>
    <path d="m10 10 6 6"></path>
    <circle cx="16" cy="16" r="2" fill="currentColor"></circle>
  </svg>
`;

/** A page with one panel. */
export interface Door {
  title: string;
  main: Markup;
  /** Whether the panel is wide, for pages with more than a form. */
  isWide?: boolean;
  /** Leads from the path of the page to `/`; `/` for pages whose cookies belong to the host. */
  root?: string;
  /** Where the browser goes by itself. */
  next?: string;
  /** Whether the page runs the script, as every desk does. */
  hasScript?: boolean;
}

/** A page with a panel: sign-in, and what needs no navigation. */
export function door(look: Look, { title, main, isWide = false, root = "/", next, hasScript = false }: Door): string {
  const texts = frameTexts[look.language];
  return shell(look, {
    title,
    root,
    next,
    hasScript,
    body: html`
      <body class="door${isWide ? " wide" : ""}">
        <header><a class="brand" href="${root || "./"}">${mark}${look.brand}</a></header>
        <main>
      ${main}
        </main>
        <footer><a href="${root || "./"}">${texts.aboutThisServer}</a></footer>
      </body>
    `,
  });
}

/** A link of a page's navigation. */
export type DeskLink = { href: string; text: string; isCurrent?: boolean };

/** A page with navigation. */
export interface Desk {
  title: string;
  main: Markup;
  /** What the navigation is for, such as “Account”. */
  area: string;
  links: readonly DeskLink[];
  /** Further links below the first ones, each group with its title. */
  groups?: readonly { title: string; links: readonly DeskLink[] }[];
  /** Where the brand leads. */
  home?: string;
  /** Below the links, such as who is signed in. */
  me: Markup;
  /** Whether the page is for one decision, and narrower. */
  isTask?: boolean;
}

/** A page with navigation at its side. */
export function desk(
  look: Look,
  { title, main, area, links, groups = [], home = "/", me, isTask = false }: Desk,
): string {
  const texts = frameTexts[look.language];
  const titled = groups.map((group, index) =>
    html`
      <p id="nav-${index}">${group.title}</p>
      <ul aria-labelledby="nav-${index}">${items(group.links)}</ul>
    `
  );
  return shell(look, {
    title,
    root: "/",
    hasScript: true,
    body: html`
      <body class="desk">
        <a class="skip" href="#main">${texts.skipToContent}</a>
        <header>
          <a class="brand" href="${home}">${mark}${look.brand}</a>
          <button popovertarget="menu">${texts.menu}</button>
          <nav id="menu" popover aria-label="${area}">
            <ul>${items(links)}</ul>
            ${titled}
            <div class="me">${me}</div>
          </nav>
        </header>
        <main${attributes({ id: "main", class: isTask && "task" })}>
      ${main}
        </main>
      </body>
    `,
  });
}

function items(links: readonly DeskLink[]): Markup[] {
  return links.map(({ href, text, isCurrent = false }) =>
    html`
      <li>
        <a${attributes({ href, "aria-current": isCurrent && "page" })}>${text}</a></li>
    `
  );
}

/** The page after a form: it goes on by itself, or by its link. */
export function onward(look: Look, { title, next }: { title: string; next: string }): Page {
  const { goOn } = frameTexts[look.language];
  const main = html`<h1>${title}</h1>
<p class="actions"><a class="button primary" href="${next}">${goOn}</a></p>`;
  return { kind: "page", html: door(look, { title, main, next }) };
}

function shell(
  { brand, language }: Look,
  { title, root, next, hasScript, body }: {
    title: string;
    root: string;
    next?: string | undefined;
    hasScript: boolean;
    body: Markup;
  },
): string {
  const script = hasScript ? html`<script type="module" src="${root}${scriptPath}"></script>` : nothing;
  const refresh = next === undefined ? nothing : html`<meta http-equiv="refresh" content="0; url=${next}">`;
  const page = html`
    <!doctype html>
    <html lang="${language}">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${title === brand ? brand : `${title} · ${brand}`}</title>
    ${refresh}<link rel="icon" href="${root}favicon.ico">
    <link rel="stylesheet" href="${root}${stylePath}">
    ${script}
    </head>
    ${body}
    </html>
  `;
  return String(page).trimStart();
}
