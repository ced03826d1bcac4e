import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { html, type Markup } from "../../http/pages/markup.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { type Filter, filters } from "./filters.ts";
import { consoleTexts } from "./frame_texts.ts";
import { nextPage, tokenMember } from "./next_page.ts";
import { type Column, table } from "./table.ts";

/** What a list says of how many rows it shows. */
interface CaptionTexts {
  noneFound: string;
  allFound(count: number): string;
  firstOfMany(count: number): string;
  nextOfMany(count: number): string;
}

/** A page of a list at `path`. `q` is what was searched for, and `search` the query of the page. */
export interface SearchedList<T> {
  path: string;
  q: string | undefined;
  search: string;
  /** Filters beside the search. */
  more?: readonly Filter[];
  found: ListPage<T>;
  columns: readonly Column[];
  rowOf: (item: T) => Markup;
}

/** The search, the table of what was found, which follows while the user types, and the way to the next page. */
export function searchedList<T>(
  visit: Visit,
  texts: CaptionTexts & { title: string; searchHint: string },
  { path, q, search, more = [], found, columns, rowOf }: SearchedList<T>,
): Markup {
  const { title, searchHint } = texts;
  const { search: label } = consoleTexts[visit.language];
  const fields = [{ id: "q", label, value: q, type: "search" as const, placeholder: searchHint, size: 30 }, ...more];
  const caption = listCaption(found, search, texts);
  return html`
    ${filters(visit, { label: title, action: path, live: "#found", fields })}
    <div id="found">
    ${table({ label: title, caption, columns, rows: found.items.map(rowOf) })}
    ${nextPage({ visit, path, search, next: found.next_page_token })}
    </div>
  `;
}

/** How many rows there are, and in which order, by the query `search` of the page. */
export function listCaption(
  { items, next_page_token }: ListPage<unknown>,
  search: string,
  texts: CaptionTexts,
): string {
  if (items.length === 0) return texts.noneFound;
  if (new URLSearchParams(search).has(tokenMember)) return texts.nextOfMany(items.length);
  return next_page_token === undefined ? texts.allFound(items.length) : texts.firstOfMany(items.length);
}
