import { form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { AllowedApplication } from "../../oauth/consents/consents.ts";
import type { SessionRow } from "../../sessions/sessions/session_lists.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { accountDesk } from "../frame/desk_page.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { applicationsSection } from "./applications_page.ts";
import { deviceName } from "./device_name.ts";
import { type AccountTexts, accountTexts } from "../texts/texts.ts";

/** What was just done, to be said on the account's page. */
export type Done = "password_changed" | "session_ended" | "others_ended" | "access_removed";

/** The most sessions that the page lists. */
export const sessionsShownMax = 50;

/** `GET /account` */
export function accountPage(
  visit: Visit,
  caller: BrowserCaller,
  { sessions, applications, done }: {
    sessions: SessionRow[];
    applications: AllowedApplication[];
    done?: Done | undefined;
  },
): Page {
  const t = accountTexts[visit.language];
  const factors = factorTexts[visit.language];
  const main = html`
    <h1>${t.account}</h1>
    ${done ? doneNote(t, done) : nothing}
    <section id="profile">
      <div class="bar"><h2>${t.profile}</h2> <a class="button" href="/account/email">${t.changeEmail}</a></div>
      <dl class="facts">
        <div>
          <dt>${t.username}</dt>
          <dd>${caller.user.username ?? html`<span class="dim">${t.none}</span>`}</dd>
        </div>
        <div>
          <dt>${t.email}</dt>
          <dd>${emailOf(caller, t)}</dd>
        </div>
        <div>
          <dt>${t.memberSince}</dt>
          <dd>${timeText(new Date(caller.user.created_at))} UTC</dd>
        </div>
      </dl>
    </section>
    <section id="factors">
      <h2>${t.waysToSignIn}</h2>
      <ul class="list">
        <li class="bar"><span><b>${t.password}</b></span> <a class="button" href="/account/password">${t
          .changePassword}</a></li>
        <li
          class="bar"><span><b>${factors.twoSteps}</b><br><small>${factors
            .twoStepsAbout}</small></span> <a class="button" href="/account/factors">${factors.manage}</a></li>
      </ul>
    </section>
    ${sessionsSection(visit, caller, sessions, t)}
    ${applicationsSection(applications, t)}
    <section id="data">
      <h2>${t.yourData}</h2>
      <ul class="list">
        <li class="bar"><span>${t.deleteAccountAbout}</span> <a class="button" href="/account/delete">${t
          .deleteAccount}…</a></li>
      </ul>
    </section>
  `;
  return accountDesk(visit, caller, { section: "profile", title: t.account, main });
}

function emailOf({ user }: BrowserCaller, t: AccountTexts): Markup {
  if (user.email === null) return html`<span class="dim">${t.none}</span>`;
  return html`${user.email} <span class="dim">${user.email_verified ? t.confirmed : t.unconfirmed}</span>`;
}

function doneNote(t: AccountTexts, done: Done): Markup {
  const texts = {
    password_changed: t.passwordChanged,
    session_ended: t.sessionEnded,
    others_ended: t.othersEnded,
    access_removed: t.accessRemoved,
  };
  const [strong, rest] = texts[done];
  return note("done", "", strong!, rest);
}

function sessionsSection(visit: Visit, { session }: BrowserCaller, sessions: SessionRow[], t: AccountTexts): Markup {
  const isAll = sessions.length <= sessionsShownMax;
  const rows = sessions.slice(0, sessionsShownMax);
  const others = rows.some(({ id }) => id !== session.id);
  return html`<section id="sessions">
<div class="bar"><h2 id="sessions-h">${t.sessions}</h2>
${others ? form(visit, "/account/sessions/end-others", html`<button>${t.signOutElsewhere}</button>`) : nothing}</div>
<div class="table" role="group" aria-labelledby="sessions-h" tabindex="0">
<table>
<caption>${isAll ? t.sessionsAre(rows.length) : t.newestOnly(rows.length)}</caption>
<thead><tr><th scope="col">${t.device}</th><th scope="col">${t.kind}</th><th scope="col">${t.address}</th><th scope="col">${t.started}</th><th scope="col">${t.lastUsed}</th><th scope="col"><span class="hide">${t.action}</span></th></tr></thead>
<tbody>${rows.map((row) => sessionRow(row, row.id === session.id, t))}</tbody>
</table>
</div>
${form(visit, "/account/sessions/end", html``, { id: "end", hidden: true })}
</section>`;
}

function sessionRow(
  { id, kind, client_name, user_agent, ip, created_at, last_seen_at }: SessionRow,
  isThis: boolean,
  t: AccountTexts,
) {
  const device = client_name ?? deviceName(user_agent, t.deviceIs) ?? t.deviceUnknown;
  const tag = isThis
    ? html`
      <span class="tag">${t.thisDevice}</span>
    `
    : nothing;
  const end = html`<button form="end" name="id" value="${id}" aria-label="${
    t.signOutDevice(device)
  }">${t.signOut}</button>`;
  return html`
    <tr>
      <th scope="row"><span title="${user_agent ?? ""}">${device}</span>${tag}</th>
      <td>${t.kinds[kind]}</td>
      <td>${ip ?? html`<span class="dim">${t.none}</span>`}</td>
      <td>${timeText(created_at)}</td>
      <td>${timeText(last_seen_at)}</td>
      <td class="n">${isThis ? nothing : end}</td>
    </tr>
  `;
}
