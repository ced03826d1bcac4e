import { door } from "../../http/pages/frame.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { shownApplication } from "../../vocabulary/clients/shown_client.ts";
import type { PageRefusal } from "./authorization_requests.ts";
import { authorizeTexts } from "./authorize_texts.ts";

/** What an operator needs to find the request. */
export type RequestFacts = { requestId: string; at: Date };

/**
 * A request that cannot be answered by a redirect (RFC 6749 §4.1.2.1): what is wrong for the user, and why for the
 * developer.
 */
export function refusedPage(
  visit: Visit,
  { reason, client, redirectUri, detail }: PageRefusal,
  { requestId, at }: RequestFacts,
): Page {
  const t = authorizeTexts[visit.language];
  const frame = frameTexts[visit.language];
  const time = at.toISOString();
  const main = html`<h1>${t.stopped}</h1>
<p>${t.reasons[reason]((client && shownApplication(client, undefined)) ?? t.anApplication)}</p>
<p class="actions"><a class="button" href="/">${frame.startPage}</a></p>
<section>
<h2 id="details">${t.forTheDeveloper}</h2>
<p>${t.advice[reason]}</p>
<dl class="facts">
<div><dt>${t.error}</dt><dd><code>${reason}</code></dd></div>
${
    client
      ? html`
        <div>
          <dt>${t.client}</dt>
          <dd><code>${publicClientId(client)}</code></dd>
        </div>
      `
      : nothing
  }
${
    detail === undefined ? nothing : html`
      <div class="wide">
        <dt>${t.document}</dt>
        <dd><code>${detail}</code></dd>
      </div>
    `
  }
${
    redirectUri === undefined ? nothing : html`
      <div class="wide">
        <dt>${t.received}</dt>
        <dd><code>${redirectUri}</code></dd>
      </div>
    `
  }
<div><dt>${t.request}</dt><dd><code>${requestId}</code></dd></div>
<div><dt>${t.time}</dt><dd><time datetime="${time}">${time.slice(0, 10)} ${time.slice(11, 19)} UTC</time></dd></div>
</dl>
${client ? html`<p><a href="/console/clients/${client.id}#refusals">${t.forTheAdministrator}</a></p>` : nothing}
</section>`;
  return { kind: "page", status: 400, html: door(visit, { title: frame.errorTitle(t.stopped), isWide: true, main }) };
}

/** A flow that does not go on. It says nothing of whose it was. */
export function stalePage(visit: Visit): Page {
  const t = authorizeTexts[visit.language];
  const main = html`<h1>${t.stale}</h1>
<p>${t.staleAbout}</p>
<p class="actions"><a class="button" href="/">${frameTexts[visit.language].startPage}</a></p>`;
  return {
    kind: "page",
    status: 403,
    html: door(visit, { title: frameTexts[visit.language].errorTitle(t.stale), main }),
  };
}
