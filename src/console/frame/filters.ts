import { attributes, html, type Markup } from "../../http/pages/markup.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { consoleTexts } from "./frame_texts.ts";

/** A field of a list's filters. `id` is also its name in the address. */
export type Filter =
  & { id: string; label: string; value: string | undefined }
  & (
    | { placeholder?: string; size?: number; type?: "search" | "text" | "date" | "datetime-local"; list?: string }
    | { options: readonly { value: string; text: string }[] }
  );

/**
 * The filters of a list, which stay in the address. The first option of a select has an empty value: any. With
 * JavaScript the key / goes to the first field, and while the user types, `live`, a selector of the list, follows.
 * Folded filters show their fields on demand, or if one of them has a value.
 */
export function filters(
  visit: Visit,
  { label, action, fields, button, live, isFolded = false }: {
    label: string;
    action: string;
    fields: readonly Filter[];
    button?: string;
    live?: string;
    isFolded?: boolean;
  },
): Markup {
  const t = consoleTexts[visit.language];
  const given = { class: !isFolded && "filters", role: "search", "aria-label": label, action, "data-live": live };
  const controls = html`
    ${fields.map((field, index) => filter(field, index === 0))}
    <button>${button ?? t.apply}</button>
  `;
  const isOpen = fields.some(({ value = "" }) => value !== "");
  return html`<form${attributes(given)}>
${
    isFolded
      ? html`
        <details${attributes({ open: isOpen })}>
          <summary>${t.filters}</summary>
          <div class="filters">${controls}</div>
          </details>
      `
      : controls
  }
</form>`;
}

function filter(field: Filter, isFirst: boolean): Markup {
  const { id, label, value = "" } = field;
  return html`<p class="field"><label for="${id}">${label}</label>${
    "options" in field ? select(id, value, field.options) : html`<input${
      attributes({
        id,
        name: id,
        type: field.type,
        value,
        placeholder: field.placeholder,
        size: field.size === undefined ? undefined : String(field.size),
        list: field.list,
        "data-key": isFirst && "/",
        autocomplete: "off",
        spellcheck: "false",
      })
    }>`
  }</p>`;
}

/** A choice of one of these values. */
export function select(id: string, chosen: string, options: readonly { value: string; text: string }[]): Markup {
  const rows = options.map(({ value, text }) =>
    html`<option${attributes({ value, selected: value === chosen })}>${text}</option>`
  );
  return html`<select id="${id}" name="${id}">${rows}</select>`;
}
