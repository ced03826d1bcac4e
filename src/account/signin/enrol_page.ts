import type { NewTotp } from "../../credentials/totp/totp.ts";
import { field, form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { Enrolment } from "../../sessions/enrolment/enrolments.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { codeList, secretOf } from "../factors/setup_page.ts";
import { passkeyForm } from "../passkeys/passkey_form_page.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { enrolTexts } from "./enrol_texts.ts";

/** Where an enrolment leads once it is done. */
type Leading = { enrolment: Enrolment; next: string };

/** Why a form was refused, and the status of the answer. */
type Refused = { status: number; text: readonly string[] };

const errorId = "enrol-error";

/** The path of the set-up, which leads where the sign-in does. */
export function enrolPath(
  { id }: Enrolment,
  next: string,
  path: `/signin/enrol${"" | "/confirm" | "/passkey" | "/passkey/options"}` = "/signin/enrol",
): string {
  return `${path}?${new URLSearchParams({ step: id, next })}`;
}

/**
 * `GET /signin/enrol`: says what is needed. The secret comes with the form, as this page may be opened again. Where the
 * browser has passkeys, the script shows the button for one.
 */
export function enrolPage(
  visit: Visit,
  { enrolment, next, hasPasskeys, refused }: Leading & { hasPasskeys: boolean; refused?: Refused },
): Page {
  const t = enrolTexts[visit.language];
  const newPasskey = passkeyForm(visit, {
    action: enrolPath(enrolment, next, "/signin/enrol/passkey"),
    does: "create",
    options: { path: enrolPath(enrolment, next, "/signin/enrol/passkey/options") },
    button: passkeyTexts[visit.language].create,
    above: html`
      <hr>
      <p>${t.orPasskey}</p>
    `,
  });
  return enrolDoor(
    visit,
    { title: t.title, next, refused, hasScript: hasPasskeys },
    html`
      <p>${t.about}</p>
      <p>${t.how}</p>
      ${form(visit, enrolPath(enrolment, next), html`<button class="primary">${t.show}</button>`)}
      ${hasPasskeys ? newPasskey : nothing}
    `,
  );
}

/**
 * The secret of the new app, which this page shows once, and the form for its first code; only the form after a wrong
 * one.
 */
export function enrolSecretPage(
  visit: Visit,
  { enrolment, next, created, refused }: Leading & { created?: NewTotp; refused?: Refused },
): Page {
  const t = enrolTexts[visit.language];
  const texts = factorTexts[visit.language];
  const code = field({
    id: "code",
    label: texts.code,
    hint: texts.codeHint,
    autocomplete: "one-time-code",
    more: { class: "otp", inputmode: "numeric" },
    ...(refused && { errorId }),
  });
  return enrolDoor(
    visit,
    { title: texts.setUpApp, next, refused, again: enrolPath(enrolment, next) },
    html`
      ${created ? secretOf(created, texts.scan, texts.qr, texts.byHand) : nothing}
      ${form(
        visit,
        enrolPath(enrolment, next, "/signin/enrol/confirm"),
        html`${code}
<button class="primary">${t.finish}</button>`,
      )}
    `,
  );
}

/** The recovery codes, which this page shows once to the user who is signed in from now on. */
export function enrolledPage(visit: Visit, codes: string[], next: string): Page {
  const texts = factorTexts[visit.language];
  const main = html`<h1>${texts.recoveryCodes}</h1>
<p>${texts.keepCodes}</p>
${codeList(visit, codes, next)}`;
  return { kind: "page", html: door(visit, { title: texts.recoveryCodes, main, hasScript: true }) };
}

function enrolDoor(
  visit: Visit,
  { title, next, refused, again, hasScript = false }: {
    title: string;
    next: string;
    refused?: Refused | undefined;
    again?: string;
    hasScript?: boolean;
  },
  content: Markup,
): Page {
  const t = enrolTexts[visit.language];
  const main = html`<h1>${title}</h1>
${refused ? note(errorId, "bad", refused.text[0]!, refused.text[1]) : nothing}
${content}
<hr>
<ul>
${again === undefined ? nothing : html`<li><a href="${again}">${t.showAgain}</a></li>`}
<li><a href="/signin?next=${encodeURIComponent(next)}">${factorTexts[visit.language].otherUser}</a></li>
</ul>`;
  const shown = refused ? frameTexts[visit.language].errorTitle(title) : title;
  return {
    kind: "page",
    html: door(visit, { title: shown, main, hasScript }),
    ...(refused && { status: refused.status }),
  };
}
