import { attributes, html, type Markup } from "../../http/pages/markup.ts";
import type { ClientsTexts } from "./clients_texts.ts";
import type { Snippet } from "./snippets.ts";

/** The blocks to paste, each with a button that copies it. */
export function snippetsSection(snippets: readonly Snippet[], t: ClientsTexts): Markup {
  const blocks = snippets.map(({ title, text }, place) => {
    const id = `snippet-${place}`;
    const copy = html`<button type="button" data-copy="#${id}" data-done="${t.copied}" hidden>${t.copy}</button>`;
    const block = html`<pre${attributes({ role: "group", tabindex: "0", "aria-label": title, id })}>${text}</pre>`;
    return html`
      <details${attributes({ open: place === 0 })}>
        <summary>${title}</summary>
        <article><p class="actions">${copy}</p>
      ${block}</article>
        </details>
    `;
  });
  return html`<section id="connect"><h2>${t.connect}</h2>${blocks}</section>`;
}
