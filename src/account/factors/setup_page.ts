import type { NewTotp } from "../../credentials/totp/totp.ts";
import { field, form } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import { qrCode } from "../../http/pages/qr_code.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { taskPage } from "../frame/desk_page.ts";
import type { Refusal } from "../texts/refusal.ts";
import { factorTexts } from "./factor_texts.ts";
import { hiddenId } from "./proof_page.ts";

/**
 * The secret of a new app, which this page shows once, and the form for its first code; only the form after a wrong
 * one.
 */
export function setupPage(
  visit: Visit,
  caller: BrowserCaller,
  { id, created, refused }: { id: string; created?: NewTotp; refused?: Refusal },
): Page {
  const t = factorTexts[visit.language];
  const code = field({
    id: "code",
    label: t.code,
    hint: t.codeHint,
    autocomplete: "one-time-code",
    error: refused?.errors.code,
    more: { class: "otp", inputmode: "numeric" },
  });
  const main = html`<h1>${t.setUpApp}</h1>
${created ? secretOf(created, t.scan, t.qr, t.byHand) : nothing}
${
    form(
      visit,
      "/account/factors/confirm",
      html`
        ${code}
        <p
          class="actions"><button class="primary">${t.turnOn}</button> <a class="button" href="/account/factors">${t
            .later}</a></p>
        ${hiddenId(id)}
      `,
    )
  }`;
  return taskPage(visit, caller, { section: "factors", title: t.setUpApp, main, refused });
}

/** The secret as a QR code and as text. */
export function secretOf({ secret, uri }: NewTotp, scan: string, label: string, byHand: string): Markup {
  return html`<p>${scan}</p>
<p>${qrCode(uri, label)}</p>
<p>${byHand}<br><code>${secret.match(/.{4}/g)!.join(" ")}</code></p>`;
}

/** The recovery codes, which this page shows once. */
export function recoveryCodesPage(
  visit: Visit,
  caller: BrowserCaller,
  { codes, about, next }: { codes: string[]; about: string; next: string },
): Page {
  const t = factorTexts[visit.language];
  const main = html`<h1>${t.recoveryCodes}</h1>
<p>${about}</p>
<p class="dim">${t.codesOf(shownName(caller.user), visit.brand)}</p>
${codeList(visit, codes, next)}`;
  return taskPage(visit, caller, { section: "factors", title: t.recoveryCodes, main });
}

/** The codes, and what to do with them. */
export function codeList(visit: Visit, codes: string[], next: string): Markup {
  const t = factorTexts[visit.language];
  return html`<ol class="list" id="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
<p class="actions"><a class="button primary" href="${next}">${t.haveKept}</a>
<button type="button" data-print hidden>${t.print}</button>
<button type="button" data-copy="#codes" data-done="${t.copied}" hidden>${t.copy}</button></p>`;
}
