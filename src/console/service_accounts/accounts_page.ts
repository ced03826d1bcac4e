import type { ServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { searchedList } from "../frame/searched_list.ts";
import { cutCell, state, timeOr } from "../frame/table.ts";
import { type AccountDone, type AccountTexts, accountTexts } from "./account_texts.ts";

const path = "/console/service-accounts";

/** `GET /console/service-accounts` */
export function accountsPage(
  at: ConsoleVisit,
  { found, q, search, done }: {
    found: ListPage<ServiceAccount>;
    q: string;
    search: string;
    done: AccountDone | undefined;
  },
): Page {
  const { visit, may } = at;
  const t = accountTexts[visit.language];
  const { none } = consoleTexts[visit.language];
  const rowOf = ({ id, name, description, roles, created_at, disabled_at }: ServiceAccount) =>
    html`
      <tr>
      <th scope="row"><a href="${path}/${id}">${name}</a></th>
      ${cutCell(description || null, none)}
      ${cutCell(roles.join(", ") || null, none)}
      <td>${timeOr(created_at, none)}</td>
      <td>${disabled_at === null ? state(t.active) : state(t.disabled, "bad")}</td>
      </tr>
    `;
  const create = html`
    <p class="actions"><a class="button primary" href="/console/new-service-account">${t.create}</a></p>
  `;
  const isEmpty = found.items.length === 0 && search === "";
  const columns = [t.name, t.description, t.roles, t.created, t.state];
  const main = html`
    <div class="bar"><h1>${t.title}</h1> ${may("service_accounts:write") ? create : nothing}</div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${isEmpty ? emptyList(t) : searchedList(visit, t, { path, q, search, found, columns, rowOf })}
  `;
  return consoleDesk(at, { section: "service_accounts", title: t.title, main });
}

function emptyList(t: AccountTexts): Markup {
  return html`<p>${t.empty}</p>
<p class="dim">${t.byCommand}</p>
<pre tabindex="0">sentinel service-account create nightly-backup --role auditor</pre>`;
}
