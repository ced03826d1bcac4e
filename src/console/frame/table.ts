import { attributes, type Content, html, type Markup, timeText } from "../../http/pages/markup.ts";

/** A column of a table: its heading, which is a string, or how it differs from one of text. */
export type Column = string | { text: string; isNumber?: true; isHidden?: true };

/** A table. Its caption says how many rows there are, in which order, and in which zone times are. */
export interface Table {
  /** The id of the heading above it. */
  labelledBy?: string;
  /** What it holds, where no heading says it. */
  label?: string;
  caption: string;
  columns: readonly Column[];
  /** One `<tr>` each; the first cell is `<th scope="row">`. */
  rows: readonly Markup[];
  /** Whether its rows are stacked on phones, where `data-label` of a cell says what its heading does not. */
  isProse?: boolean;
}

/** A table that scrolls within its box, and takes the focus for it. Without rows its caption says so. */
export function table({ labelledBy, label, caption, columns, rows, isProse = false }: Table): Markup {
  if (rows.length === 0) return html`<p class="dim">${caption}</p>`;
  const box = attributes({
    class: isProse ? "table prose" : "table",
    role: "group",
    "aria-labelledby": labelledBy,
    "aria-label": label,
    tabindex: "0",
  });
  return html`
    <div${box}>
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>${columns.map(heading)}</tr>
        </thead>
        <tbody>
    ${[...rows]}
        </tbody>
      </table>
      </div>
  `;
}

function heading(column: Column): Markup {
  if (typeof column === "string") return html`<th scope="col">${column}</th>`;
  const { text, isNumber = false, isHidden = false } = column;
  const content = isHidden ? html`<span class="hide">${text}</span>` : text;
  return html`<th${attributes({ scope: "col", class: isNumber && "n" })}>${content}</th>`;
}

/** A word for what is absent, such as “Never”. */
export function dim(text: string): Markup {
  return html`<span class="dim">${text}</span>`;
}

/** A time in UTC, or a word where there is none. */
export function timeOr(time: Date | string | number | null | undefined, absent: string): Markup {
  return time === null || time === undefined ? dim(absent) : timeText(new Date(time));
}

/** The state of a thing. No tone means that it needs nobody. */
export function state(text: string, tone: "" | "good" | "warn" | "bad" = ""): Markup {
  return html`<span class="${`state ${tone}`.trim()}">${text}</span>`;
}

/** A cell for what may be long: cut, with the whole value in its title. */
export function cutCell(text: string | null, absent: string): Markup {
  if (text === null) return html`<td class="cut">${dim(absent)}</td>`;
  return html`<td class="cut" title="${text}">${text}</td>`;
}

/** A fact of `<dl class="facts">`. */
export function fact(name: string, value: Content): Markup {
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>
  `;
}

/** Facts about the thing that the page is of. */
export function facts(rows: readonly Markup[]): Markup {
  return html`<dl class="facts">${[...rows]}</dl>`;
}
