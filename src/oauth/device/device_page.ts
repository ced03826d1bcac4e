import { field, form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { deviceOf } from "../../vocabulary/user_agent.ts";
import { scopeRow } from "../authorize/consent_page.ts";
import type { DeviceRequest } from "./device_grants.ts";
import { deviceTexts } from "./device_texts.ts";
import { shownUserCode } from "./user_code.ts";

/** `GET /device`: asks for the code. `typed` comes from the address or the form; it is looked up when it is sent. */
export function codePage(
  visit: Visit,
  caller: BrowserCaller,
  { typed, wrongStatus }: { typed: string | undefined; wrongStatus?: number },
): Page {
  const t = deviceTexts[visit.language];
  const isWrong = wrongStatus !== undefined;
  const content = html`${
    field({
      ...{ id: "user_code", label: t.code, value: typed, hint: t.codeHint, autocomplete: "off" },
      error: isWrong ? t.wrongCode : undefined,
      more: { class: "otp", maxlength: "64", autocapitalize: "characters", spellcheck: "false" },
    })
  }<p class="actions"><button class="primary">${t.goOn}</button></p>`;
  const main = html`<h1>${t.title}</h1>
${signedInAs(visit, caller, "/device")}
${form(visit, "/device", content)}
${note("careful", "warn", t.careful, t.carefulWhy)}`;
  const title = isWrong ? frameTexts[visit.language].errorTitle(t.title) : t.title;
  return { kind: "page", ...(isWrong && { status: wrongStatus }), html: door(visit, { title, main }) };
}

/** The question: who asks for what, from where and since when (RFC 8628 §5.4). */
export function confirmPage(visit: Visit, caller: BrowserCaller, request: DeviceRequest): Page {
  const t = deviceTexts[visit.language];
  const { id, userCode, client, origin } = request;
  const title = t.confirmTitle(client.name);
  const shown = shownUserCode(userCode);
  const at = origin.at.toISOString();
  const main = html`
    <h1>${title}</h1>
    ${signedInAs(visit, caller, `/device?user_code=${shown}`)}
    <dl class="facts">
      <div>
        <dt>${t.codeOfDevice}</dt>
        <dd><code>${shown}</code></dd>
      </div>
      <div>
        <dt>${t.from}</dt>
        <dd>${origin.ip ?? t.noAddress}</dd>
      </div>
      <div>
        <dt>${t.by}</dt>
        <dd>${programOf(origin.userAgent) ?? t.noProgram}</dd>
      </div>
      <div>
        <dt>${t.since}</dt>
        <dd><time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)} UTC</time></dd>
      </div>
    </dl>
    ${scopesSection(visit, request)}
    ${note("careful", "warn", t.isItYours, t.isItYoursWhy(client.name))}
    ${form(
      visit,
      "/device/decision",
      html`<p class="actions"><button class="primary" name="decision" value="allow">${t.allow}</button>
<button name="decision" value="deny">${t.deny}</button></p>
<input type="hidden" name="id" value="${id}"><input type="hidden" name="user_code" value="${shown}">`,
    )}
  `;
  return { kind: "page", html: door(visit, { title, main }) };
}

/** What the user decided. The device learns of it by itself. */
export function decidedPage(visit: Visit, { client }: DeviceRequest, isAllowed: boolean): Page {
  const t = deviceTexts[visit.language];
  const title = isAllowed ? t.connected(client.name) : t.denied(client.name);
  const main = html`<h1>${title}</h1>
<p>${isAllowed ? t.connectedAbout : t.deniedAbout}</p>
<p class="actions"><a class="button" href="/account">${t.account}</a></p>`;
  return { kind: "page", html: door(visit, { title, main }) };
}

function signedInAs({ language }: Visit, { user }: BrowserCaller, path: string): Markup {
  const t = deviceTexts[language];
  const notYou = `/signin?next=${encodeURIComponent(path)}&again=1&other=1`;
  return html`<p class="dim">${t.signedInAs} <b>${shownName(user)}</b>. <a href="${notYou}">${t.notYou}</a></p>`;
}

function scopesSection(visit: Visit, { client, scopes, resources }: DeviceRequest): Markup {
  if (scopes.length === 0) return nothing;
  const t = deviceTexts[visit.language];
  return html`
    <section>
      <h2 id="may">${t.willBeAble(client.name)}</h2>
      <ul class="list">${scopes.map((scope) => scopeRow(visit, scope, { client, resources }))}</ul>
    </section>
  `;
}

/** The program that asked: a browser and its system, or how it calls itself. */
function programOf(userAgent: string | null): string | undefined {
  const { browser, system } = deviceOf(userAgent);
  return [browser, system].filter(Boolean).join(", ") || userAgent?.split(" ")[0]?.slice(0, 60) || undefined;
}
