import { createHash } from "node:crypto";
import { door } from "../../http/pages/frame.ts";
import { html } from "../../http/pages/markup.ts";
import { type Page, type PageAnswer, pageHeaders, seeOther } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { type AuthorizationResponse, locationOf } from "./authorization_response.ts";
import { shownApplication } from "../../vocabulary/clients/shown_client.ts";
import { authorizeTexts } from "./authorize_texts.ts";

/** Sends the form by itself. Without JavaScript the user does. */
const script = html`document.forms[0].submit()`;

const scriptHash = createHash("sha256").update(String(script)).digest("base64");

/**
 * What the page of a form for another site may: run this script alone. `form-action` would have to name the site, and
 * every one that it redirects to.
 */
const formPostPolicy = {
  "content-security-policy": pageHeaders["content-security-policy"].split("; ")
    .filter((directive) => !/^(?:form-action|connect-src)/.test(directive))
    .map((directive) => directive.startsWith("script-src") ? `script-src 'sha256-${scriptHash}'` : directive)
    .join("; "),
  "referrer-policy": "strict-origin", // or the form would say that it comes from nowhere: `Origin: null`
};

/** Takes the browser to the application in answer to a GET. */
export function responseToGet(visit: Visit, response: AuthorizationResponse): PageAnswer {
  return response.responseMode === "form_post" ? formPostPage(visit, response) : seeOther(locationOf(response));
}

/**
 * Takes the browser to the application in answer to a form. A browser opens an application on the device only when the
 * user says so.
 */
export function responseToForm(visit: Visit, response: AuthorizationResponse): Page {
  if (response.responseMode === "form_post") return formPostPage(visit, response);
  const { client, redirectUri } = response;
  const name = shownApplication(client, redirectUri);
  const t = authorizeTexts[visit.language];
  const location = locationOf(response);
  const main = html`<h1>${t.backTo(name)}</h1>
<p class="actions"><a class="button primary" href="${location}">${t.goOn(name)}</a></p>`;
  const next = /^https?:/.test(redirectUri) ? { next: location } : {};
  return { kind: "page", html: door(visit, { title: t.backTo(name), main, ...next }) };
}

/** OAuth 2.0 Form Post Response Mode. */
function formPostPage(visit: Visit, { client, redirectUri, parameters }: AuthorizationResponse): Page {
  const name = shownApplication(client, redirectUri);
  const t = authorizeTexts[visit.language];
  const fields = Object.entries(parameters).map(([name, value]) =>
    html`<input type="hidden" name="${name}" value="${value}">`
  );
  const main = html`<h1>${t.backTo(name)}</h1>
<form method="post" action="${redirectUri}">
<p class="actions"><button class="primary">${t.goOn(name)}</button></p>
${fields}
</form>
<script>${script}</script>`;
  return { kind: "page", html: door(visit, { title: t.backTo(name), main }), policy: formPostPolicy };
}
