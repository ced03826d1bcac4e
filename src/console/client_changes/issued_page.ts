import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { clientsTexts } from "../clients/clients_texts.ts";
import { snippetsOf } from "../clients/snippets.ts";
import { snippetsSection } from "../clients/snippets_page.ts";
import { testSignIn } from "../clients/test_sign_in.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { changeTexts } from "./change_texts.ts";

/** A client with its new secret, which this page shows once, and the blocks to paste. */
export function issuedPage(
  at: ConsoleVisit,
  { client, secret, issuer, title }: {
    client: OAuthClient;
    secret: string | undefined;
    issuer: string;
    title: string;
  },
): Page {
  const { language } = at.visit;
  const [t, shared] = [changeTexts[language], clientsTexts[language]];
  const test = testSignIn(client);
  const shown = secret === undefined ? nothing : html`
    <section id="secret">
      <div class="bar"><h2 id="secret-h">${t.secret}</h2>
    <button type="button" data-copy="#secret-text" data-done="${t.copied}" hidden>${t.copy}</button></div>
      <p>${t.secretOnce}</p>
      <pre role="group" tabindex="0" aria-labelledby="secret-h" id="secret-text">${secret}</pre>
    </section>
  `;
  const main = html`<h1>${title}</h1>
<p>${shared.clientId}: <code>${client.id}</code></p>
${shown}
${snippetsSection(snippetsOf(client, issuer, secret), shared)}
<p class="actions"><a class="button primary" href="/console/clients/${client.id}">${
    secret === undefined ? t.seeClient : t.haveStored
  }</a>
${
    test === undefined
      ? nothing
      : html`<a class="button" href="${test}" target="_blank" rel="noopener">${shared.testSignIn}</a>`
  }</p>`;
  return consoleDesk(at, {
    section: "clients",
    title,
    main,
    crumbs: [{ href: `/console/clients/${client.id}`, text: client.name }],
  });
}
