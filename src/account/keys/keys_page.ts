import type { ApiKeyRow, IssuedKey } from "../../credentials/api_keys/api_keys.ts";
import { field, form } from "../../http/pages/form.ts";
import { attributes, html, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { taskPage } from "../frame/desk_page.ts";
import type { Refusal } from "../texts/refusal.ts";
import { type KeyTexts, keyTexts } from "./key_texts.ts";

/** The most keys that the page lists. */
export const keysShownMax = 50;

const path = "/account/keys";

/** The part of `GET /account` with the keys that work. */
export function keysSection({ language }: Visit, keys: ApiKeyRow[]): Markup {
  const t = keyTexts[language];
  const shown = keys.slice(0, keysShownMax);
  const caption = shown.length === keys.length ? t.keysAre(shown.length) : t.newestOnly(shown.length);
  return html`<section id="keys">
<div class="bar"><h2 id="keys-h">${t.keys}</h2> <a class="button" href="${path}/add">${t.add}…</a></div>
<p class="dim">${shown.length > 0 ? t.keysAbout : t.none}</p>
${shown.length > 0 ? keyTable(shown, caption, t) : nothing}
</section>`;
}

function keyTable(keys: ApiKeyRow[], caption: string, t: KeyTexts): Markup {
  const heads = [t.name, t.permissions, t.lastUsed, t.ends].map((head) => html`<th scope="col">${head}</th>`);
  return html`
    <div class="table prose" role="group" aria-labelledby="keys-h" tabindex="0">
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>${heads}<th scope="col"><span class="hide">${t.action}</span></th></tr>
        </thead>
        <tbody>${keys.map((key) => keyRow(key, t))}</tbody>
      </table>
    </div>
  `;
}

function keyRow({ id, name, scopes, last_used_at, expires_at }: ApiKeyRow, t: KeyTexts): Markup {
  const carried = scopes.join(", ");
  const revoke = html`<a href="${path}/revoke?id=${id}" aria-label="${t.revokeNamed(name)}">${t.revoke}…</a>`;
  return html`
    <tr>
      <th scope="row" class="cut" title="${name}">${name}</th>
      <td class="cut" data-label="${t.permissions}" title="${carried}">${carried ||
        html`
          <span class="dim">${t.noPermissions}</span>
        `}</td>
      <td data-label="${t.lastUsed}">${timeOr(last_used_at, t)}</td>
      <td data-label="${t.ends}">${timeOr(expires_at, t)}</td>
      <td class="n">${revoke}</td>
    </tr>
  `;
}

function timeOr(time: Date | null, t: KeyTexts): Markup {
  return time ? timeText(time) : html`
    <span class="dim">${t.never}</span>
  `;
}

/** What is asked of a new key, and what was filled in before it was refused. */
export interface NewKeyForm {
  /** The permissions that the user holds. */
  held: string[];
  /** After how many days a key may end; null is never. */
  lifetimes: (number | null)[];
  chosen: { name?: string; scopes: string[]; days: string };
  refused?: Refusal;
}

/** `GET /account/keys/add` */
export function newKeyPage(
  visit: Visit,
  caller: BrowserCaller,
  { held, lifetimes, chosen, refused }: NewKeyForm,
): Page {
  const t = keyTexts[visit.language];
  const name = { id: "name", label: t.name, hint: t.nameHint, autocomplete: "off", value: chosen.name };
  const options = lifetimes.map((days) => {
    const value = days === null ? "never" : String(days);
    return html`<option${attributes({ value, selected: value === chosen.days })}>${
      days === null ? t.neverEnds : t.days(days)
    }</option>`;
  });
  const fields = html`
    ${field({ ...name, error: refused?.errors.name })}
    <p class="field"><label for="days">${t.endsAfter}</label><select id="days" name="days">${options}</select></p>
    ${held.length > 0 ? scopeFields(held, chosen.scopes, t) : html`<p>${t.noneHeld}</p>`}
    <p
      class="actions"><button class="primary">${t.create}</button> <a class="button" href="/account#keys">${t
        .notNow}</a></p>
  `;
  const main = html`<h1>${t.add}</h1>
<p>${t.keysAbout}</p>
${form(visit, `${path}/add`, fields)}`;
  return taskPage(visit, caller, { section: "keys", title: t.add, main, refused });
}

function scopeFields(held: string[], chosen: string[], t: KeyTexts): Markup {
  const boxes = held.map((permission, n) => {
    const given = { type: "checkbox", id: `scope-${n}`, name: "scopes", value: permission };
    const box = html`<input${attributes({ ...given, checked: chosen.includes(permission) })}>`;
    return html`<li class="check">${box}<label for="scope-${n}"><code>${permission}</code></label></li>`;
  });
  return html`
    <div role="group" aria-labelledby="scopes-h" aria-describedby="scopes-hint">
      <p><b id="scopes-h">${t.permissions}</b><br><small id="scopes-hint">${t.permissionsHint}</small></p>
      <ul class="facts">${boxes}</ul>
    </div>
  `;
}

/** The key, which this page shows once. */
export function issuedKeyPage(visit: Visit, caller: BrowserCaller, { row, secret }: IssuedKey): Page {
  const t = keyTexts[visit.language];
  const main = html`
    <h1>${t.created}</h1>
    <p>${t.createdAbout(row.name)}</p>
    <p class="note"><code id="key">${secret}</code></p>
    <p>${t.sendIt} <code>Authorization: Bearer …</code></p>
    <p class="actions"><a class="button primary" href="/account#keys">${t.stored}</a>
    <button type="button" data-copy="#key" data-done="${t.copied}" hidden>${t.copy}</button></p>
  `;
  return taskPage(visit, caller, { section: "keys", title: t.created, main });
}

/** `GET /account/keys/revoke`: asks before the key is revoked. */
export function keyRevocationPage(visit: Visit, caller: BrowserCaller, { id, name, last_used_at }: ApiKeyRow): Page {
  const t = keyTexts[visit.language];
  const title = t.revokeTitle(name);
  const used = last_used_at ? html`${t.usedAt} ${timeText(last_used_at)} UTC.` : html`${t.neverUsed}`;
  const buttons = html`
    <p
      class="actions"><button class="danger">${t
        .revokeNamed(name)}</button> <a class="button" href="/account#keys">${t.keepNamed(name)}</a></p>
    <input type="hidden" name="id" value="${id}">
  `;
  const main = html`
    <h1>${title}</h1>
    <ul class="list">
      <li>${t.revokeAbout}</li>
      <li>${used}</li>
      <li>${t.cannotBeUndone}</li>
    </ul>
    ${form(visit, `${path}/revoke`, buttons)}
  `;
  return taskPage(visit, caller, { section: "keys", title, main });
}
