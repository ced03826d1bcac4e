import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { ApiResource } from "../../oauth/resources/api_resources.ts";
import { confirmPage } from "../frame/confirm.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { nextPage } from "../frame/next_page.ts";
import { listCaption } from "../frame/searched_list.ts";
import { cutCell, fact, facts, table, timeOr } from "../frame/table.ts";
import { type ResourcesTexts, resourcesTexts } from "./resources_texts.ts";

/** What was just done. */
export type ResourceDone = keyof ResourcesTexts["done"];

const path = "/console/resources";

/** `GET /console/resources` */
export function resourcesPage(
  at: ConsoleVisit,
  { found, search, done }: { found: ListPage<ApiResource>; search: string; done: ResourceDone | undefined },
): Page {
  const { visit, may } = at;
  const t = resourcesTexts[visit.language];
  const create = may("api_resources:write")
    ? html`<p class="actions"><a class="button primary" href="${path}/new">${t.create}</a></p>`
    : nothing;
  const isEmpty = found.items.length === 0 && !search.includes("page_token");
  const { language } = visit;
  const { none } = consoleTexts[language];
  const main = html`<div class="bar"><h1>${t.title}</h1> ${create}</div>
${done ? note("done", "", t.done[done]) : nothing}
${
    isEmpty ? emptyList(t) : html`${
      table({
        label: t.title,
        caption: listCaption(found, search, t),
        columns: [t.name, t.uri, t.scopes, t.alg, { text: t.ttl, isNumber: true }],
        rows: found.items.map((resource) => row(resource, language, none, t)),
      })
    }
${nextPage({ visit, path, search, next: found.next_page_token })}`
  }`;
  return consoleDesk(at, { section: "resources", title: t.title, main });
}

function emptyList(t: ResourcesTexts): Markup {
  return html`<p>${t.empty} ${t.emptyExample}</p>
<p class="dim">${t.byCommand}</p>
<pre tabindex="0">sentinel resource create https://api.example.com --name Documents --scope documents:read</pre>`;
}

function row(
  { id, name, uri, scopes, alg, ttl_seconds }: ApiResource,
  language: string,
  none: string,
  t: ResourcesTexts,
) {
  return html`
    <tr>
    <th scope="row" class="cut" title="${name}"><a href="${path}/${id}">${name}</a></th>
    <td class="cut" title="${uri}"><code>${uri}</code></td>
    ${cutCell(scopes.length > 0 ? scopes.join(" ") : null, none)}
    <td><code>${alg}</code></td>
    <td class="n">${t.seconds(ttl_seconds.toLocaleString(language))}</td>
    </tr>
  `;
}

/** `GET /console/resources/{id}` */
export function resourcePage(
  at: ConsoleVisit,
  { resource, issuer, done }: { resource: ApiResource; issuer: string; done: ResourceDone | undefined },
): Page {
  const t = resourcesTexts[at.visit.language];
  const { id, name, uri, scopes, alg, ttl_seconds, open_to_dynamic, created_at } = resource;
  const deeds = at.may("api_resources:write")
    ? html`<p class="actions"><a class="button" href="${path}/${id}/edit">${t.edit}</a>
<a class="button" href="${path}/${id}/delete">${t.remove}</a></p>`
    : nothing;
  const main = html`
    <div class="bar"><h1>${name}</h1> ${deeds}</div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${facts([
      fact(t.uri, html`<code>${uri}</code>`),
      fact(t.scopes, html`<code>${scopes.join(" ")}</code>`),
      fact(t.alg, html`<code>${alg}</code>`),
      fact(t.ttl, t.seconds(ttl_seconds.toLocaleString(at.visit.language))),
      fact(t.strangers, open_to_dynamic ? t.strangersMay : t.strangersMayNot),
      fact(t.created, timeOr(created_at, "")),
    ])}
    <section>
      <h2 id="protect">${t.protect}</h2>
      <p>${t.protectAbout}</p>
      <pre role="group" tabindex="0" aria-labelledby="protect">${snippet(issuer, uri, alg)}</pre>
    </section>
  `;
  return consoleDesk(at, { section: "resources", title: name, main, crumbs: [] });
}

/** How an API checks tokens (RFC 9068 §4), with jose for JavaScript. */
function snippet(issuer: string, uri: string, alg: string): string {
  return `import { createRemoteJWKSet, jwtVerify } from "jose";

const keys = createRemoteJWKSet(new URL("${issuer}/.well-known/jwks.json"));
const { payload } = await jwtVerify(token, keys, {
  issuer: "${issuer}",
  audience: "${uri}",
  algorithms: ["${alg}"],
  typ: "at+jwt",
});
const scopes = payload.scope?.split(" ") ?? [];`;
}

/** `GET|POST /console/resources/{id}/delete` */
export function removeResourcePage(
  at: ConsoleVisit,
  resource: ApiResource,
  { revision, refused }: { revision: string; refused?: { status: number; text: string } },
): Page {
  const t = resourcesTexts[at.visit.language];
  const { id, name } = resource;
  return confirmPage(at, {
    ...{ section: "resources", crumbs: [{ href: `${path}/${id}`, text: name }], title: t.removeTitle(name) },
    ...(refused && { status: refused.status }),
    about: refused ? html`<strong class="bad sign">${refused.text}</strong>` : t.removeAbout,
    consequences: [{ text: t.effects }],
    action: `${path}/${id}/delete`,
    hidden: { revision },
    button: t.removeNow(name),
    keep: { href: `${path}/${id}`, text: t.keepIt(name) },
  });
}
