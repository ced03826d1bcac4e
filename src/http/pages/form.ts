import { attributes, html, type Markup, nothing } from "./markup.ts";
import type { Visit } from "./visit.ts";

/** The member of every form that holds its token. */
export const formTokenMember = "form_token";

/** The header that holds the token where the script of a page sends the form. */
export const formTokenHeader = "x-form-token";

/**
 * A form that is posted to `action`, a path of this server and its query. What the page needs when it is opened again
 * belongs into the query. The token comes last, so that it takes no space.
 */
export function form(
  visit: Visit,
  action: string,
  content: Markup,
  more: Record<string, string | boolean> = {},
): Markup {
  return html`<form${attributes({ method: "post", action, ...more })}>
${content}
<input type="hidden" name="${formTokenMember}" value="${visit.formToken(action.split("?")[0]!)}">
</form>`;
}

/** A text field with its label. `id` is also its name. */
export interface Field {
  id: string;
  label: string;
  type?: "text" | "password" | "email";
  value?: string | undefined;
  autocomplete: string;
  isRequired?: boolean;
  /** What is wrong with its value. */
  error?: string | undefined;
  /** The id of a message elsewhere that says what is wrong with its value. */
  errorId?: string | undefined;
  hint?: string | undefined;
  /** Further attributes, such as `inputmode`. */
  more?: Record<string, string>;
  /** Stands below the field, such as a link. */
  below?: Markup;
  /** How many lines it shows, if its value may have several. */
  lines?: number;
}

export function field(
  { id, label, type = "text", value, autocomplete, isRequired = true, error, errorId, hint, more = {}, below, lines }:
    Field,
): Markup {
  const described = [error && `${id}-error`, errorId, hint && `${id}-hint`].filter(Boolean).join(" ");
  const isArea = lines !== undefined;
  const given = attributes({
    id,
    name: id,
    ...(isArea ? { rows: String(lines) } : { type, value }),
    autocomplete,
    required: isRequired,
    "aria-invalid": Boolean(error ?? errorId) && "true",
    "aria-describedby": described || undefined,
    ...(/^(?:username|email)/.test(autocomplete) && { autocapitalize: "none", spellcheck: "false" }),
    ...more,
  });
  const parts = [
    isArea ? html`<textarea${given}>${value ?? ""}</textarea>` : html`<input${given}>`,
    error ? html`<small class="bad sign" id="${id}-error">${error}</small>` : nothing,
    hint ? html`<small id="${id}-hint">${hint}</small>` : nothing,
    below ?? nothing,
  ];
  return html`<p class="field"><label for="${id}">${label}</label>${parts}</p>`;
}

/** A message above a form; `bad` for what was refused. */
export function note(id: string, tone: "bad" | "warn" | "", strong: string, rest = ""): Markup {
  const given = attributes({ class: `note ${tone}`.trim(), role: tone === "bad" ? "alert" : "status", id });
  return html`<p${given}><strong>${strong}</strong> ${rest}</p>`;
}
