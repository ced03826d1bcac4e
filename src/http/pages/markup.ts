import { html } from "hono/html";

export { html };

/** HTML whose values are escaped. */
export type Markup = ReturnType<typeof html>;

/** What may stand between tags. */
export type Content = Markup | Markup[] | string;

/** Nothing. */
export const nothing: Markup = html``;

/** The attributes of a tag. One that is `true` has no value; one that is `false` or undefined is left out. */
export function attributes(given: Record<string, string | boolean | undefined>): Markup[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    // deno-fmt-ignore: the formatter puts each attribute between empty lines
    return value === true ? html` ${name}` : html` ${name}="${value}"`;
  });
}

/** A list of links, each with a description. */
export function linkList(links: { href: string; text: string; about: string }[]): Markup {
  const rows = links.map(({ href, text, about }) =>
    html`<li class="bar"><a href="${href}">${text}</a> <span class="dim">${about}</span></li>`
  );
  return html`<ul class="list">${rows}</ul>`;
}

/** A time in UTC, to the minute. */
export function timeText(time: Date): Markup {
  const [day, clock] = time.toISOString().split("T");
  return html`<time datetime="${day}T${clock!.slice(0, 5)}Z">${day} ${clock!.slice(0, 5)}</time>`;
}
