import { form } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { placeOf, shownApplication } from "../../vocabulary/clients/shown_client.ts";
import { isIdentityScope } from "../scopes.ts";
import type { Question } from "./authorization_steps.ts";
import { authorizeTexts } from "./authorize_texts.ts";

/** `GET /consent`: what the application would get, before the user allows it. */
export function consentPage(visit: Visit, { flowId, request, access, caller }: Question): Page {
  const t = authorizeTexts[visit.language];
  const { client, redirectUri } = request;
  const name = shownApplication(client, redirectUri);
  const path = `/consent?flow=${flowId}`;
  const notYou = `/signin?next=${encodeURIComponent(path)}&again=1&other=1`;
  const title = t.consentTitle(name);
  const main = html`
    <h1>${title}</h1>
    ${client.source === "admin" ? nothing : html`<p>${t.unknownApplication(client.name)}</p>`}
    <p class="dim">${t.signedInAs} <b>${shownName(caller.user)}</b>. <a href="${notYou}">${t.notYou}</a></p>
    <section>
      <h2 id="may">${t.willBeAble(name)}</h2>
      <ul class="list">${access.scopes.map((scope) => scopeRow(visit, scope, request))}</ul>
    </section>
    <p>${t.promise(name)} <a href="/account">${t.account}</a>.</p>
    ${form(
      visit,
      path,
      html`
        <p
          class="actions"><button class="primary" name="decision" value="allow">${t
            .allow}</button> <button name="decision" value="deny">${t.deny}</button></p>
      `,
    )}
    <p><small>${t.returnTo} <b>${placeOf(redirectUri)}</b>.</small></p>
  `;
  return { kind: "page", html: door(visit, { title, main }) };
}

/** What a scope lets the application do. */
export function scopeRow(
  { language }: Visit,
  scope: string,
  { client, resources }: Pick<Question["request"], "client" | "resources">,
): Markup {
  const t = authorizeTexts[language];
  const api = resources.find((uri) => client.resources.get(uri)?.scopes.has(scope));
  const text = isIdentityScope(scope) ? t.scopes[scope] : api === undefined ? t.ownScope : t.scopeOf(api);
  return html`<li>${text}<br><code class="dim">${scope}</code></li>`;
}
