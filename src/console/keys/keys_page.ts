import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { KeyListing } from "../../tokens/keys/keys.ts";
import { confirmPage } from "../frame/confirm.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { state, table, timeOr } from "../frame/table.ts";
import { type KeysTexts, keysTexts } from "./keys_texts.ts";

/** What was just done. */
export type KeysDone = keyof KeysTexts["done"];

const path = "/console/keys";

/** The most retired keys that the page lists. */
const retiredMax = 20;

/** `GET /console/keys` */
export function keysPage(at: ConsoleVisit, keys: readonly KeyListing[], done: KeysDone | undefined): Page {
  const t = keysTexts[at.visit.language];
  const usable = keys.filter((key) => key.state !== "retired");
  const retired = keys.filter((key) => key.state === "retired").slice(-retiredMax).reverse();
  const algs = [...new Set(usable.map(({ alg }) => alg))];
  const main = html`<h1>${t.title}</h1>
<p>${t.about} ${t.published} <a href="/.well-known/jwks.json"><code>/.well-known/jwks.json</code></a>.</p>
${done ? note("done", "", t.done[done]) : nothing}
${algs.map((alg) => algorithmSection(at, alg, usable.filter((key) => key.alg === alg), t))}
${retired.length === 0 ? nothing : retiredSection(at, retired, t)}`;
  return consoleDesk(at, { section: "keys", title: t.title, main });
}

function algorithmSection(at: ConsoleVisit, alg: KeyListing["alg"], keys: readonly KeyListing[], t: KeysTexts): Markup {
  const mayChange = at.may("system:write");
  const rotate = mayChange
    ? html`<a class="button" href="${path}/rotate?alg=${alg}" aria-label="${t.rotateAlg(alg)}">${t.rotate}</a>`
    : nothing;
  return html`<section id="${alg}">
<div class="bar"><h2 id="${alg}-h">${alg}</h2> ${rotate}</div>
<p class="dim">${t.uses[alg]}</p>
${keysTable(at, `${alg}-h`, t.caption(keys.length), keys, t)}
</section>`;
}

function retiredSection(at: ConsoleVisit, keys: readonly KeyListing[], t: KeysTexts): Markup {
  return html`<section id="retired"><h2 id="retired-h">${t.retired}</h2>
${keysTable(at, "retired-h", t.retiredCaption(keys.length), keys, t)}</section>`;
}

function keysTable(at: ConsoleVisit, labelledBy: string, caption: string, keys: readonly KeyListing[], t: KeysTexts) {
  const { action, never } = consoleTexts[at.visit.language];
  const mayChange = at.may("system:write");
  const rows = keys.map((key) => {
    const isGone = key.state === "retired";
    const retire = mayChange && !isGone
      ? html`<a href="${path}/retire?kid=${key.kid}" aria-label="${t.retireKey(shortKid(key.kid))}">${t.retire}</a>`
      : nothing;
    return html`
      <tr>
        <th scope="row"><code title="${key.kid}">${shortKid(key.kid)}</code></th>
        <td>${state(t.states[key.state])}</td>
        <td>${timeOr(key.created_at, never)}</td>
        <td>${timeOr(sinceOf(key), never)}</td>
        <td class="n">${retire}</td>
      </tr>
    `;
  });
  return table({
    labelledBy,
    caption,
    columns: [t.key, t.state, t.created, t.since, { text: action, isHidden: true }],
    rows,
  });
}

function sinceOf({ state, created_at, activated_at, retiring_at, retired_at }: KeyListing): Date | null {
  return { next: created_at, active: activated_at, retiring: retiring_at, retired: retired_at }[state];
}

/** The beginning of a key's id, which tells the keys of an installation apart. */
export function shortKid(kid: string): string {
  return kid.slice(0, 8);
}

/** `GET|POST /console/keys/rotate` */
export function rotatePage(
  at: ConsoleVisit,
  { alg, active, next, isYoung }: { alg: string; active: string; next: string; isYoung: boolean },
  status?: number,
): Page {
  const t = keysTexts[at.visit.language];
  const force = html`<p class="check"><input type="checkbox" id="force" name="force" value="on" required>
<span><label for="force">${t.force}</label></span></p>`;
  return confirmPage(at, {
    ...{ section: "keys", crumbs: [], title: t.rotateTitle(alg) },
    ...(status !== undefined && { status }),
    about: isYoung ? html`<strong class="warn sign">${t.tooYoung}</strong> ${t.tooYoungAbout}` : t.rotateAbout,
    consequences: [
      { text: t.nextSigns(shortKid(next)) },
      { text: t.activeVerifies(shortKid(active)) },
      { text: t.newNext },
    ],
    action: `${path}/rotate`,
    hidden: { alg },
    ...(isYoung && { fields: force }),
    button: t.rotateNow,
    isDanger: isYoung,
    keep: { href: path, text: t.keepKeys },
  });
}

/** `GET|POST /console/keys/retire` */
export function retirePage(
  at: ConsoleVisit,
  { key, next, typed }: { key: KeyListing; next: string | undefined; typed?: string },
): Page {
  const t = keysTexts[at.visit.language];
  const { kid, state } = key;
  const replacement = state === "active" && next !== undefined
    ? [{ text: t.nextReplaces(shortKid(next)) }]
    : state === "next"
    ? [{ text: t.nextIsNew }]
    : [];
  return confirmPage(at, {
    ...{ section: "keys", crumbs: [], title: t.retireTitle(shortKid(kid)), about: t.retireAbout },
    ...(typed !== undefined && { status: 422 }),
    consequences: [
      ...state === "next" ? [] : [{ text: t.tokensRefused }, { text: t.refreshStays }],
      ...replacement,
    ],
    action: `${path}/retire`,
    hidden: { kid },
    typed: { word: shortKid(kid), wrong: typed },
    button: t.retireNow,
    keep: { href: path, text: t.keepKey },
  });
}
