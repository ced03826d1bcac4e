import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { consoleTexts } from "./frame_texts.ts";

/** The parameter of a list that continues a page. */
export const tokenMember = "page_token";

/**
 * The links below a list at this path: to its next page, and back to the first one. `search` is the query of the page,
 * whose filters they keep.
 */
export function nextPage(
  { visit, path, search, next }: { visit: Visit; path: string; search: string; next: string | undefined },
): Markup {
  const t = consoleTexts[visit.language];
  const query = new URLSearchParams(search);
  const isFirst = !query.has(tokenMember);
  if (isFirst && next === undefined) return nothing;
  query.delete(tokenMember);
  const first = query.size > 0 ? `${path}?${query}` : path;
  if (next !== undefined) query.set(tokenMember, next);
  return html`<div class="bar">
<span>${isFirst ? nothing : html`<a class="button" rel="first" data-key="f" href="${first}">${t.firstPage}</a>`}</span>
${
    next === undefined
      ? nothing
      : html`<a class="button" rel="next" data-key="n" href="${path}?${query}">${t.nextPage}</a>`
  }
</div>`;
}
