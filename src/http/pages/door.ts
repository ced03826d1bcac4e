import { html, raw } from "hono/html";

/** HTML whose values are escaped. */
export type Markup = ReturnType<typeof html>;

/** The headers of every page: no inline code, nothing from other origins, no frames, no forms (CSP Level 3). */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
} as const;

const mark = raw(
  '<svg width="24" height="24" viewBox="0 0 24 24" stroke="currentColor" stroke-width="1.5" aria-hidden="true">' +
    '<rect width="24" height="24" rx="6" stroke="none"/><circle cx="8" cy="8" r="2.75"/><path d="m10 10 6 6"/>' +
    '<circle cx="16" cy="16" r="2" fill="currentColor"/></svg>',
);

/**
 * A page with one panel. `root` leads from the path of the page to `/`, such as `../`, so that links work behind any
 * host and path prefix.
 */
export function door({ title, root, main }: { title: string; root: string; main: Markup }): string {
  return String(html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <link rel="icon" href="${root}favicon.ico">
        <link rel="stylesheet" href="${root}sentinel.css">
      </head>
      <body class="door wide">
        <header><a class="brand" href="${root || "./"}">${mark}Sentinel</a></header>
        <main>
    ${main}
        </main>
      </body>
    </html>
  `);
}

/** A list of links, each with a description. */
export function linkList(links: { href: string; text: string; about: string }[]): Markup {
  const rows = links.map(({ href, text, about }) =>
    html`
      <li class="bar"><a href="${href}">${text}</a> <span class="dim">${about}</span></li>
    `
  );
  return html`<ul class="list">
${rows}</ul>`;
}
