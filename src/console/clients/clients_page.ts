import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { ClientOverview } from "../../oauth/clients/clients.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { searchedList } from "../frame/searched_list.ts";
import { dim, state, timeOr } from "../frame/table.ts";
import { kindOf } from "./client_kind.ts";
import { type ClientsTexts, clientsTexts } from "./clients_texts.ts";
import { refusalTexts } from "./refusal_texts.ts";

/** The filters of the list, as its address has them. */
export type ClientsAsked = { q?: string | undefined; source?: string | undefined; state?: string | undefined };

const path = "/console/clients";

/** `GET /console/clients` */
export function clientsPage(
  at: ConsoleVisit,
  { asked, found, search }: { asked: ClientsAsked; found: ListPage<ClientOverview>; search: string },
): Page {
  const { visit, may } = at;
  const t = clientsTexts[visit.language];
  const isEmpty = found.items.length === 0 && search === "";
  const main = html`<div class="bar"><h1>${t.title}</h1> ${may("clients:write") ? createLink(t) : nothing}</div>
${isEmpty ? emptyList(t) : list(at, asked, found, search, t)}`;
  return consoleDesk(at, { section: "clients", title: t.title, main });
}

function createLink(t: ClientsTexts): Markup {
  return html`<p class="actions"><a class="button primary" href="${path}/new">${t.create}</a></p>`;
}

function emptyList(t: ClientsTexts): Markup {
  return html`<p>${t.empty} ${t.emptyExample("Ledger")}</p>
<p class="dim">${t.byCommand}</p>
<pre tabindex="0">sentinel client create Ledger --redirect-uri https://ledger.example.com/callback</pre>`;
}

function list(
  { visit }: ConsoleVisit,
  asked: ClientsAsked,
  found: ListPage<ClientOverview>,
  search: string,
  t: ClientsTexts,
): Markup {
  const byState = {
    id: "state",
    label: t.state,
    value: asked.state,
    options: [
      { value: "", text: t.anyState },
      { value: "refused", text: t.refusedLately },
      { value: "enabled", text: t.enabled },
      { value: "disabled", text: t.disabled },
    ],
  };
  const bySource = {
    id: "source",
    label: t.source,
    value: asked.source,
    options: [{ value: "", text: t.anySource }, ...Object.entries(t.sources).map(([value, text]) => ({ value, text }))],
  };
  const columns = [t.name, t.kind, t.lastRefusal, t.created, t.state];
  const rowOf = (client: ClientOverview) => row(visit, client, t);
  return searchedList(visit, t, { path, q: asked.q, search, more: [byState, bySource], found, columns, rowOf });
}

function row({ language }: ConsoleVisit["visit"], client: ClientOverview, t: ClientsTexts): Markup {
  const { id, created_at, disabled_at } = client;
  const name = listedApplication(client);
  return html`
    <tr>
      <th scope="row" class="cut" title="${name}"><a href="${path}/${id}">${name}</a></th>
      <td>${t.kinds[kindOf(client)]}</td>
      <td>${lastRefusal(client, refusalTexts[language], consoleTexts[language].none)}</td>
      <td>${timeOr(created_at, "")}</td>
      <td>${disabled_at ? state(t.disabled, "bad") : state(t.enabled)}</td>
    </tr>
  `;
}

/** Red while the client would be refused again. */
function lastRefusal({ refusal }: ClientOverview, t: (typeof refusalTexts)["en"], none: string): Markup {
  if (!refusal) return dim(none);
  const { explanation: { cause, failing }, last_at } = refusal;
  return html`${state(t.causes[cause].short, failing ? "bad" : "")} <small>${timeOr(last_at, "")}</small>`;
}
