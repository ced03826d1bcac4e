import type { HeldFactors } from "../../accounts/factors/own_factors.ts";
import { field, form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { accountDesk, taskPage } from "../frame/desk_page.ts";
import type { Refusal } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { type FactorTexts, factorTexts } from "./factor_texts.ts";

/** What was just done, to be said on the page of factors. */
export type FactorsDone = "added" | "removed";

const listPath = "/account/factors";

/** `GET /account/factors` */
export function factorsPage(
  visit: Visit,
  caller: BrowserCaller,
  { items, recovery_codes_left: left }: HeldFactors,
  done?: FactorsDone,
): Page {
  const t = factorTexts[visit.language];
  const codes = html`
    <section id="codes">
      <div class="bar"><h2>${t.recoveryCodes}</h2> <a class="button" href="${listPath}/codes">${t.newCodes}…</a></div>
      <p>${t.codesLeft(left)}</p>
    </section>
  `;
  const main = html`
    <h1>${t.twoSteps}</h1>
    ${done ? note("done", "", ...t[done]) : nothing}
    <p>${items.length > 0 ? t.isOn : t.isOff}</p>
    <section id="apps">
      <div class="bar"><h2>${t.apps}</h2> <a class="button" href="${listPath}/add">${t.addApp}…</a></div>
      <ul class="list">${items.map((item) => factorRow(item, t))}</ul>
    </section>
    ${items.length > 0 ? codes : nothing}
  `;
  return accountDesk(visit, caller, { section: "factors", title: t.twoSteps, main });
}

function factorRow({ id, name, created_at, last_used_at, resting }: HeldFactors["items"][number], t: FactorTexts) {
  const used = last_used_at ? html`, ${t.lastUsed} ${timeText(last_used_at)}` : nothing;
  return html`
    <li
      class="bar"><span><b>${name}</b> ${resting
        ? html`<span class="state bad">${t.resting}</span>`
        : nothing}<br><small>${t.added_at} ${timeText(
          created_at,
        )}${used} UTC</small></span> <a class="button" href="${listPath}/remove?id=${id}" aria-label="${t.removeNamed(
          name,
        )}">${t.remove}…</a></li>
  `;
}

/** A form that first asks for what the change of a factor takes. */
export function proofPage(
  visit: Visit,
  caller: BrowserCaller,
  { title, about, button, keep, action, id, isFactorAsked, refused, more = nothing, danger = false }: {
    title: string;
    about: string;
    button: string;
    keep: string;
    action: string;
    /** The factor that is changed. */
    id?: string;
    /** Whether the user has a second factor, which the change then takes. */
    isFactorAsked: boolean;
    refused?: Refusal | undefined;
    /** Further fields. */
    more?: Markup;
    danger?: boolean;
  },
): Page {
  const fields = html`
    ${more}
    ${isFactorAsked ? codeField(visit, refused) : passwordField(visit, refused)}
    <p
      class="actions"><button class="${danger
        ? "danger"
        : "primary"}">${button}</button> <a class="button" href="${listPath}">${keep}</a></p>
    ${id ? hiddenId(id) : nothing}
  `;
  const main = html`<h1>${title}</h1>
<p>${about}</p>
${form(visit, action, fields)}`;
  return taskPage(visit, caller, { section: "factors", title, main, refused });
}

/** Names the factor that a form is about. */
export function hiddenId(id: string): Markup {
  return html`<input type="hidden" name="id" value="${id}">`;
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

function codeField(visit: Visit, refused: Refusal | undefined): Markup {
  const t = factorTexts[visit.language];
  return field({
    id: "code",
    label: t.anyCode,
    autocomplete: "one-time-code",
    hint: t.anyCodeHint,
    error: refused?.errors.code,
    more: { autocapitalize: "none", spellcheck: "false" },
  });
}

function passwordField(visit: Visit, refused: Refusal | undefined): Markup {
  return field({
    id: "current_password",
    label: accountTexts[visit.language].currentPassword,
    type: "password",
    autocomplete: "current-password",
    error: refused?.errors.current_password,
  });
}
