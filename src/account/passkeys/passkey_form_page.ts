import { form } from "../../http/pages/form.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { passkeyTexts } from "./passkey_texts.ts";

const key = html`
  <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
    <circle cx="5" cy="8" r="3.25"></circle>
    <path d="M8.25 8H15v3M12 8v2"></path>
  </svg>
`;

/** A form that the script shows where there are passkeys, and sends with what the authenticator answers. */
export interface PasskeyForm {
  action: string;
  does: "create" | "get";
  /** What the browser is asked, or the path that answers it. */
  options: { publicKey: object; challenge_id?: string } | { path: string };
  button: string;
  /** Above the button. */
  above?: Markup;
  /** Beside the button. */
  beside?: Markup;
  /** Hidden members. */
  hidden?: Readonly<Record<string, string>>;
  tone?: "primary" | "danger";
  /** Whether the browser offers passkeys in the field for the username, too. */
  isAutofilled?: boolean;
}

/** See {@link PasskeyForm}. Messages for what the browser refuses are in it. */
export function passkeyForm(
  visit: Visit,
  { action, does, options, button, above = nothing, beside, hidden = {}, tone, isAutofilled = false }: PasskeyForm,
): Markup {
  const t = passkeyTexts[visit.language];
  const [failed, rest] = does === "get" ? t.notUsed : t.notCreated;
  const asked = "path" in options
    ? { "data-options": options.path, "data-token": visit.formToken(options.path.split("?")[0]!) }
    : { "data-options": JSON.stringify(options) };
  const submit = html`<button${attributes({ class: tone })}>${key}${button}</button>`;
  const members = Object.entries({ ...hidden, challenge_id: "", credential: "" }).map(([name, value]) =>
    html`<input type="hidden" name="${name}" value="${value}">`
  );
  return form(
    visit,
    action,
    html`${above}
<p class="note bad" role="alert" data-error="" hidden><strong>${failed!}</strong> ${rest!}</p>
<p class="note bad" role="alert" data-error="InvalidStateError" hidden><strong>${t.haveOne[0]!}</strong> ${t
      .haveOne[1]!}</p>
${beside ? html`<p class="actions">${submit} ${beside}</p>` : submit}
${members}`,
    { "data-passkey": does, ...asked, "data-autofill": isAutofilled, hidden: true },
  );
}

/** Shown where the browser has no passkeys; the script hides it elsewhere. */
export function withoutPasskeys({ language }: Visit): Markup {
  return html`<p class="note warn" data-without-passkeys>${passkeyTexts[language].unsupported}</p>`;
}
