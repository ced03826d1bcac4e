import type { PasskeySetup } from "../../accounts/factors/own_passkeys.ts";
import { field, form, note } from "../../http/pages/form.ts";
import { html, type Markup } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { taskPage } from "../frame/desk_page.ts";
import { passkeyForm, withoutPasskeys } from "../passkeys/passkey_form_page.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import type { Refusal } from "../texts/refusal.ts";

const path = "/account/factors/passkeys";

/** The name of a new passkey, which may be left out. */
export function passkeyNameField(visit: Visit, value: string | undefined, refused: Refusal | undefined): Markup {
  const t = passkeyTexts[visit.language];
  const error = refused?.errors.name;
  return field({ id: "name", label: t.name, hint: t.nameHint, autocomplete: "off", value, isRequired: false, error });
}

/** The page on which the browser creates the passkey. */
export function createPasskeyPage(visit: Visit, caller: BrowserCaller, setup: PasskeySetup): Page {
  const t = passkeyTexts[visit.language];
  const main = html`<h1>${t.createTitle}</h1>
<p>${t.createAbout}</p>
${withoutPasskeys(visit)}
${
    passkeyForm(visit, {
      action: `${path}/create`,
      does: "create",
      options: setup,
      button: t.create,
      tone: "primary",
      beside: html`<a class="button" href="/account/factors">${t.later}</a>`,
    })
  }`;
  return taskPage(visit, caller, { section: "factors", title: t.createTitle, main });
}

/** Says why the passkey was not added, and leads to another try. */
export function passkeyRefusedPage(visit: Visit, caller: BrowserCaller, refused: Refusal): Page {
  const t = passkeyTexts[visit.language];
  const main = html`
    <h1>${t.add}</h1>
    ${note("passkey-error", "bad", refused.errors.passkey!)}
    <p
      class="actions"><a class="button primary" href="${path}/add">${t
        .again}</a> <a class="button" href="/account/factors">${t.later}</a></p>
  `;
  return taskPage(visit, caller, { section: "factors", title: t.add, main, refused });
}

/** `GET /account/factors/passkeys/rename` */
export function renamePasskeyPage(
  visit: Visit,
  caller: BrowserCaller,
  { id, name, typed, refused }: { id: string; name: string; typed?: string; refused?: Refusal },
): Page {
  const t = passkeyTexts[visit.language];
  const title = t.renameTitle(name);
  const error = refused?.errors.name;
  const main = html`<h1>${title}</h1>
${
    form(
      visit,
      `${path}/rename`,
      html`
        ${field({ id: "name", label: t.name, autocomplete: "off", value: typed ?? name, error })}
        <p
          class="actions"><button class="primary">${t
            .renameButton}</button> <a class="button" href="/account/factors">${t.keepName}</a></p>
        <input type="hidden" name="id" value="${id}">
      `,
    )
  }`;
  return taskPage(visit, caller, { section: "factors", title, main, refused });
}
