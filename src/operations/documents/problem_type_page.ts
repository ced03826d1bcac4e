import { door } from "../../http/pages/frame.ts";
import { html, linkList, type Markup } from "../../http/pages/markup.ts";
import type { Look } from "../../http/pages/visit.ts";
import type { ProblemTypeResponse } from "./problem_route.ts";

const english = (look: Look): Look => ({ ...look, language: "en" });

/** `GET /problems` in a browser. */
export function listPage(look: Look, { items }: { items: ProblemTypeResponse[] }): string {
  return door(english(look), {
    title: "Problems",
    root: "",
    isWide: true,
    main: html`<h1>Problems</h1>
<p>Every error is one of these, as <code>application/problem+json</code> with a <code>type</code> (RFC 9457).</p>
${linkList(items.map(({ type, title, status }) => ({ href: type.slice(1), text: title, about: String(status) })))}`,
  });
}

/** `GET /problems/{code}` in a browser. */
export function problemTypePage(look: Look, { type, title, status, about }: ProblemTypeResponse): string {
  return door(english(look), {
    title,
    root: "../",
    isWide: true,
    main: html`
      <h1>${title}</h1>
      <p>${withCode(about)}</p>
      <dl class="facts">
        <div>
          <dt>Type</dt>
          <dd><code>${type}</code></dd>
        </div>
        <div>
          <dt>Status</dt>
          <dd>${status}</dd>
        </div>
      </dl>
      <p><a href="../problems">All problems</a></p>
    `,
  });
}

function withCode(text: string): Markup[] {
  return text.split("`").map((part, i) => i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`);
}
