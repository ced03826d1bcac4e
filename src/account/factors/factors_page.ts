import type { HeldFactors } from "../../accounts/factors/own_factors.ts";
import { field, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { accountDesk } from "../frame/desk_page.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import type { Refusal } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { factorTexts } from "./factor_texts.ts";

/** What was just done, to be said on the page of factors. */
export type FactorsDone = "added" | "removed" | "passkey_added" | "passkey_renamed";

/** What the user signs in with beside the password. */
export interface WaysToSignIn {
  held: HeldFactors;
  /** The ids of the passkeys that are on several devices. */
  synced: ReadonlySet<string>;
  /** Whether passkeys can be added at this server's address. */
  hasPasskeys: boolean;
}

type Factor = HeldFactors["items"][number];

const path = "/account/factors";

/** As few unused recovery codes mean that new ones are due. */
const fewCodes = 3;

/** `GET /account/factors` */
export function factorsPage(visit: Visit, caller: BrowserCaller, ways: WaysToSignIn, done?: FactorsDone): Page {
  const t = factorTexts[visit.language];
  const title = accountTexts[visit.language].waysToSignIn;
  const main = html`<h1>${title}</h1>
${done ? doneNote(visit, done) : nothing}
<p>${ways.held.items.length > 0 ? t.isOn : t.isOff}</p>
${waysList(visit, ways)}`;
  return accountDesk(visit, caller, { section: "factors", title, main });
}

/** The part of `GET /account` with the ways to sign in. */
export function factorsSection(visit: Visit, ways: WaysToSignIn): Markup {
  return html`<section id="factors">
<h2>${accountTexts[visit.language].waysToSignIn}</h2>
${waysList(visit, ways)}
</section>`;
}

function waysList(visit: Visit, { held, synced, hasPasskeys }: WaysToSignIn): Markup {
  const t = factorTexts[visit.language];
  const texts = accountTexts[visit.language];
  const passkey = html`<a class="button" href="${path}/passkeys/add">${passkeyTexts[visit.language].add}…</a>`;
  return html`<ul class="list">
<li class="bar"><span><b>${texts.password}</b></span> <a class="button" href="/account/password">${texts.changePassword}</a></li>
${held.items.map((item) => factorRow(visit, item, synced.has(item.id)))}
${held.items.length > 0 ? codesRow(visit, held.recovery_codes_left) : nothing}
</ul>
<p class="actions">${hasPasskeys ? passkey : nothing} <a class="button" href="${path}/add">${t.addApp}…</a></p>
${held.items.length > 0 ? html`<p><a href="/signin/lost">${t.lost}</a></p>` : nothing}`;
}

function factorRow(visit: Visit, { id, kind, name, created_at, last_used_at, resting }: Factor, isSynced: boolean) {
  const t = factorTexts[visit.language];
  const texts = passkeyTexts[visit.language];
  const isPasskey = kind === "passkey";
  const used = last_used_at ? html`, ${t.lastUsed} ${timeText(last_used_at)}` : nothing;
  const rename = html`
    <a class="button" href="${path}/passkeys/rename?id=${id}" aria-label="${texts.renameNamed(name)}">${texts
      .rename}…</a>
  `;
  return html`
    <li
      class="bar"><span><b>${isPasskey ? texts.passkey : t.app}</b> ${name}${resting
        ? html`
          <span class="state bad">${t.resting}</span>
        `
        : nothing}<br><small>${t.addedAt} ${timeText(created_at)}${used} UTC.${isSynced
        ? html`
          ${texts.synced}
        `
        : nothing}</small></span>
    <span class="actions">${isPasskey
      ? rename
      : nothing}<a class="button" href="${path}/remove?id=${id}" aria-label="${t.removeNamed(name)}">${t
      .remove}…</a></span></li>
  `;
}

function codesRow(visit: Visit, left: number): Markup {
  const t = factorTexts[visit.language];
  const state = html`<span class="${left > fewCodes ? "state" : "state warn"}">${t.codesLeft(left)}</span>`;
  return html`
    <li class="bar"
      id="codes"><span><b>${t.recoveryCodes}</b> ${state}<br><small>${t
        .codesAbout}</small></span> <a class="button" href="${path}/codes">${t.newCodes}…</a></li>
  `;
}

function doneNote(visit: Visit, done: FactorsDone): Markup {
  const [t, texts] = [factorTexts[visit.language], passkeyTexts[visit.language]];
  const said = { added: t.added, removed: t.removed, passkey_added: texts.added, passkey_renamed: texts.renamed };
  return note("done", "", ...said[done]);
}

/** The name of a new app. */
export function nameField(visit: Visit, value: string, refused: Refusal | undefined): Markup {
  const t = factorTexts[visit.language];
  return field({
    id: "name",
    label: t.name,
    hint: t.nameHint,
    autocomplete: "off",
    value,
    error: refused?.errors.name,
  });
}
