import { form } from "../../http/pages/form.ts";
import { html, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import type { SessionRow } from "../../sessions/sessions/session_lists.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { type AccountTexts, accountTexts } from "../texts/texts.ts";
import { deviceName } from "../../http/pages/device_name.ts";

/** The most sessions that the page lists. */
export const sessionsShownMax = 50;

/** The part of `GET /account` with the sessions of the user. */
export function sessionsSection(visit: Visit, { session }: BrowserCaller, sessions: SessionRow[]): Markup {
  const t = accountTexts[visit.language];
  const isAll = sessions.length <= sessionsShownMax;
  const rows = sessions.slice(0, sessionsShownMax);
  const others = rows.some(({ id }) => id !== session.id);
  return html`<section id="sessions">
<div class="bar"><h2 id="sessions-h">${t.sessions}</h2>
${others ? form(visit, "/account/sessions/end-others", html`<button>${t.signOutElsewhere}</button>`) : nothing}</div>
<div class="table prose" role="group" aria-labelledby="sessions-h" tabindex="0">
<table>
<caption>${isAll ? t.sessionsAre(rows.length) : t.newestOnly(rows.length)}</caption>
<thead><tr><th scope="col">${t.device}</th><th scope="col">${t.address}</th><th scope="col">${t.signedInWith}</th><th scope="col">${t.started}</th><th scope="col">${t.lastUsed}</th><th scope="col"><span class="hide">${t.action}</span></th></tr></thead>
<tbody>${rows.map((row) => sessionRow(row, row.id === session.id, t))}</tbody>
</table>
</div>
${form(visit, "/account/sessions/end", html``, { id: "end", hidden: true })}
</section>`;
}

function sessionRow(
  { id, kind, client, user_agent, ip, amr, created_at, last_seen_at }: SessionRow,
  isThis: boolean,
  t: AccountTexts,
) {
  const device = client ? listedApplication(client) : deviceName(user_agent, t.deviceIs) ?? t.deviceUnknown;
  const means = Object.entries(t.means).filter(([method]) => amr.includes(method)).map(([, name]) => name).join(", ");
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
      <th scope="row"><span title="${user_agent ?? ""}">${device}</span>${tag}<br><small>${t.kinds[kind]}</small></th>
      <td data-label="${t.address}">${ip ?? html`<span class="dim">${t.none}</span>`}</td>
      <td data-label="${t.signedInWith}">${means || html`<span class="dim">${t.none}</span>`}</td>
      <td data-label="${t.started}">${timeText(created_at)}</td>
      <td data-label="${t.lastUsed}">${timeText(last_seen_at)}</td>
      <td class="n">${isThis ? nothing : end}</td>
    </tr>
  `;
}
