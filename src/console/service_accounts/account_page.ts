import type { EffectivePermission } from "../../access/decisions/effective_permissions.ts";
import type { ServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import type { ApiKeyRow } from "../../credentials/api_keys/api_keys.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { roleLink, wayList } from "../frame/links.ts";
import { cutCell, dim, fact, facts, state, table, timeOr } from "../frame/table.ts";
import { type AccountDone, accountTexts } from "./account_texts.ts";

/** The most permissions and keys that the page lists. */
export const permissionsShownMax = 100;
export const keysShownMax = 50;

/** What the page of a service account shows. The lists have one more than is shown if there are more. */
export interface AccountShown {
  account: ServiceAccount;
  permissions: EffectivePermission[];
  keys: ApiKeyRow[];
  done: AccountDone | undefined;
}

/** Where the page of a service account is. */
export const accountPath = (id: string) => `/console/service-accounts/${id}`;

/** `GET /console/service-accounts/{id}` */
export function accountPage(at: ConsoleVisit, { account, permissions, keys, done }: AccountShown): Page {
  const { visit, may } = at;
  const t = accountTexts[visit.language];
  const { none } = consoleTexts[visit.language];
  const { id, name, description, disabled_at, created_at } = account;
  const path = accountPath(id);
  const isDisabled = disabled_at !== null;
  const deeds = html`
    <p class="actions"><a class="button" href="${path}/delete">${t.delete}…</a>
    <a class="button" href="${path}/${isDisabled ? "enable" : "disable"}">${isDisabled ? t.enable : t.disable}…</a>
    <a class="button" href="${path}/change">${t.change}</a></p>
  `;
  const events = html`
    <p><a href="/console/audit?subject=${id}">${t.events}</a></p>
  `;
  const main = html`
    <div class="bar"><h1>${name}</h1> ${may("service_accounts:write") ? deeds : nothing}</div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${facts([
      fact(t.description, description || dim(none)),
      fact(t.created, timeOr(created_at, none)),
      fact(
        t.state,
        isDisabled ? html`${state(t.disabledSince, "bad")} ${timeOr(disabled_at, none)}` : state(t.active),
      ),
    ])}
    ${grantsSection(at, account)}
    ${permissionsSection(at, permissions)}
    ${keysSection(at, id, keys)}
    ${may("audit:read") ? events : nothing}
  `;
  return consoleDesk(at, { section: "service_accounts", title: name, main, crumbs: [] });
}

function grantsSection(at: ConsoleVisit, { id, grants, roles }: ServiceAccount): Markup {
  const t = accountTexts[at.visit.language];
  const { never, action } = consoleTexts[at.visit.language];
  const mayGrant = at.may("roles:grant");
  const rows = grants.map(({ role, granted_at, expires_at }) => {
    const revoke = html`<a href="${accountPath(id)}/revoke?role=${encodeURIComponent(role)}" aria-label="${
      t.revokeRole(role)
    }">${t.revoke}…</a>`;
    const end = timeOr(expires_at, never);
    return html`
      <tr>
        <th scope="row">${roleLink(at, role)}</th>
        <td>${timeOr(granted_at, never)}</td>
        <td>${roles.includes(role) ? end : html`${dim(t.expired)} ${end}`}</td>
        <td class="n">${mayGrant ? revoke : nothing}</td>
      </tr>
    `;
  });
  const grant = html`
    <a class="button" href="${accountPath(id)}/grant">${t.grantRole}</a>
  `;
  const columns = [t.role, t.granted, t.expires, { text: action, isHidden: true as const }];
  return html`
    <section>
    <div class="bar"><h2 id="grants">${t.grants}</h2> ${mayGrant ? grant : nothing}</div>
    ${rows.length === 0
      ? html`<p class="dim">${t.noGrants}</p>`
      : table({ labelledBy: "grants", caption: t.grantsAre(rows.length), columns, rows })}
    </section>
  `;
}

function permissionsSection(at: ConsoleVisit, permissions: EffectivePermission[]): Markup {
  const t = accountTexts[at.visit.language];
  const shown = permissions.slice(0, permissionsShownMax);
  const rows = shown.map(({ permission, sources }) => {
    const [first] = sources.map(({ role, path }) => path ?? [role]).sort((a, b) => a.length - b.length);
    return html`
      <tr>
        <th scope="row"><code>${permission}</code></th>
        <td>
          ${wayList(first!.map((role) => roleLink(at, role)))}
        </td>
      </tr>
    `;
  });
  const caption = shown.length < permissions.length ? t.firstPermissions(shown.length) : t.permissionsAre(shown.length);
  return html`
    <section>
    <h2 id="permissions">${t.gives}</h2>
    ${rows.length === 0
      ? html`<p class="dim">${t.givesNothing}</p>`
      : table({ labelledBy: "permissions", caption, columns: [t.permission, t.byPath], rows })}
    </section>
  `;
}

function keysSection(at: ConsoleVisit, id: string, keys: ApiKeyRow[]): Markup {
  const t = accountTexts[at.visit.language];
  const { action } = consoleTexts[at.visit.language];
  const mayWrite = at.may("service_accounts:write");
  const shown = keys.slice(0, keysShownMax);
  const create = html`
    <a class="button" href="${accountPath(id)}/new-key">${t.newKey}</a>
  `;
  const columns = [t.key, t.carries, t.secrets, t.lastUsed, t.ends, { text: action, isHidden: true as const }];
  const caption = shown.length < keys.length ? t.newestKeys(shown.length) : t.keysAre(shown.length);
  return html`
    <section>
    <div class="bar"><h2 id="api-keys">${t.keys}</h2> ${mayWrite ? create : nothing}</div>
    ${shown.length === 0
      ? html`<p class="dim">${t.noKeys}</p>`
      : table({ labelledBy: "api-keys", caption, columns, rows: shown.map((key) => keyRow(at, id, key, mayWrite)) })}
    </section>
  `;
}

function keyRow(at: ConsoleVisit, accountId: string, key: ApiKeyRow, mayWrite: boolean): Markup {
  const t = accountTexts[at.visit.language];
  const { never, none } = consoleTexts[at.visit.language];
  const { id, name, scopes, secrets, last_used_at, expires_at, revoked_at } = key;
  const path = accountPath(accountId);
  const deeds = html`
    <a href="${path}/rotate-key?key=${id}" aria-label="${t.rotateKey(name)}">${t.rotate}…</a> <a
      href="${path}/revoke-key?key=${id}" aria-label="${t.revokeKey(name)}">${t.revokeOne}…</a>
  `;
  const hints = secrets.map(({ hint }) => hint).join(", ");
  return html`
    <tr>
    <th scope="row">${name}</th>
    ${cutCell(scopes.join(", ") || null, none)}
    <td>${hints ? html`<code>${hints}</code>` : dim(none)}</td>
    <td>${timeOr(last_used_at, never)}</td>
    <td>${revoked_at ? html`${dim(t.ended)} ${timeOr(revoked_at, never)}` : timeOr(expires_at, never)}</td>
    <td class="n">${mayWrite && !revoked_at ? deeds : nothing}</td>
    </tr>
  `;
}
