import type { ServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { filters } from "../frame/filters.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { nextPage } from "../frame/next_page.ts";
import { cutCell, state, table, timeOr } from "../frame/table.ts";
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
  const { search: searchLabel, none } = consoleTexts[visit.language];
  const rows = found.items.map(({ id, name, description, roles, created_at, disabled_at }) =>
    html`
      <tr>
      <th scope="row"><a href="${path}/${id}">${name}</a></th>
      ${cutCell(description || null, none)}
      ${cutCell(roles.join(", ") || null, none)}
      <td>${timeOr(created_at, none)}</td>
      <td>${disabled_at === null ? state(t.active) : state(t.disabled, "bad")}</td>
      </tr>
    `
  );
  const create = html`
    <p class="actions"><a class="button primary" href="/console/new-service-account">${t.create}</a></p>
  `;
  const columns = [t.name, t.description, t.roles, t.created, t.state];
  const main = html`
    <div class="bar"><h1>${t.title}</h1> ${may("service_accounts:write") ? create : nothing}</div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${filters(visit, {
      label: t.title,
      action: path,
      live: "#found",
      fields: [{ id: "q", label: searchLabel, value: q, type: "search", placeholder: t.searchHint, size: 30 }],
    })}
    <div id="found">
    ${table({ label: t.title, caption: captionOf(found, search, t), columns, rows })}
    ${nextPage({ visit, path, search, next: found.next_page_token })}
    </div>
  `;
  return consoleDesk(at, { section: "service_accounts", title: t.title, main });
}

function captionOf({ items, next_page_token }: ListPage<unknown>, search: string, t: AccountTexts): string {
  if (items.length === 0) return t.noneFound;
  if (new URLSearchParams(search).has("page_token")) return t.nextOfMany(items.length);
  return next_page_token === undefined ? t.byName(items.length) : t.firstOfMany(items.length);
}
