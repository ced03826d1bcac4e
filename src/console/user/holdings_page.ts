import { form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import { deviceName } from "../../http/pages/device_name.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import type { SessionDevice, SessionRow } from "../../sessions/sessions/session_lists.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { userLink } from "../frame/links.ts";
import { dim, state, type Table, table, timeOr } from "../frame/table.ts";
import type { Dossier } from "./dossier.ts";
import { userTexts } from "./user_texts.ts";

/** A list that was asked for one more than it shows. */
function cut<T>(rows: readonly T[], max: number): { shown: readonly T[]; isAll: boolean } {
  return { shown: rows.slice(0, max), isAll: rows.length <= max };
}

/** Where the user is signed in: place and device of each session, and the buttons that revoke them. */
export function sessionsSection(at: ConsoleVisit, { user, sessions, ended }: Dossier, max: number): Markup {
  if (!sessions) return nothing;
  const t = userTexts[at.visit.language];
  const { action } = consoleTexts[at.visit.language];
  const { shown, isAll } = cut(sessions, max);
  const path = `/console/users/${user.id}`;
  const mayRevoke = at.may("sessions:revoke") && shown.length > 0;
  const caption = isAll ? t.sessionsAre(shown.length) : t.newestSessions(shown.length);
  const columns = [t.kind, t.device, t.address, t.started, t.lastUsed, { text: action, isHidden: true as const }];
  return html`
    <section>
    <div class="bar"><h2 id="sessions">${t.sessions}</h2> ${mayRevoke
      ? html`<a class="button" href="${path}/revoke-sessions">${t.revokeAll}</a>`
      : nothing}</div>
    ${ended ? note("done", "", t.signedOut(deviceOfSession(at, ended), shownName(user)), t.tokensEnd) : nothing}
    ${shown.length === 0 ? html`<p class="dim">${t.noSessions}</p>` : table({
      labelledBy: "sessions",
      caption,
      columns,
      rows: shown.map((row) => sessionRow(at, row, mayRevoke)),
      isProse: true,
    })}
    ${mayRevoke ? form(at.visit, `${path}/sessions/revoke`, html``, { id: "end", hidden: true }) : nothing}
    </section>
  `;
}

/** The application or the browser of a session. */
function deviceOfSession({ visit }: ConsoleVisit, { client, user_agent }: SessionDevice): string {
  const t = userTexts[visit.language];
  return client ? listedApplication(client) : deviceName(user_agent, t.deviceIs) ?? t.unknownDevice;
}

function sessionRow(at: ConsoleVisit, row: SessionRow, mayRevoke: boolean): Markup {
  const t = userTexts[at.visit.language];
  const { none, never } = consoleTexts[at.visit.language];
  const { id, kind, user_agent, ip, created_at, last_seen_at } = row;
  const device = deviceOfSession(at, row);
  const own = id === at.caller.session.id
    ? html`
      <span class="tag">${t.yours}</span>
    `
    : nothing;
  const button = html`<button form="end" name="id" value="${id}" aria-label="${
    t.revokeSession(device)
  }">${t.revokeNow}</button>`;
  return html`
    <tr>
      <th scope="row">${t.kinds[kind]}</th>
      <td data-label="${t.device}"><span title="${user_agent ?? ""}">${device}</span>${own}</td>
      <td data-label="${t.address}">${ip ?? dim(none)}</td>
      <td data-label="${t.started}">${timeOr(created_at, never)}</td>
      <td data-label="${t.lastUsed}">${timeOr(last_seen_at, never)}</td>
      <td class="n">${mayRevoke ? button : nothing}</td>
    </tr>
  `;
}

/** The API keys of the user. */
export function keysSection(at: ConsoleVisit, { user, keys }: Dossier, max: number): Markup {
  if (!keys) return nothing;
  const t = userTexts[at.visit.language];
  const { never, none, action } = consoleTexts[at.visit.language];
  const { shown, isAll } = cut(keys, max);
  const mayRevoke = at.may("api_keys:revoke");
  const rows = shown.map(({ id, name, scopes, created_at, last_used_at, expires_at, revoked_at }) => {
    const path = `/console/users/${user.id}/revoke-key?key=${id}`;
    const end = html`<a href="${path}" aria-label="${t.revokeKey(name)}">${t.revoke}</a>`;
    return html`
      <tr>
        <th scope="row">${name}</th>
        <td class="cut" data-label="${t.scopes}" title="${scopes.join(", ")}">${scopes.join(", ") || dim(none)}</td>
        <td data-label="${t.created}">${timeOr(created_at, never)}</td>
        <td data-label="${t.lastUsed}">${timeOr(last_used_at, never)}</td>
        <td data-label="${t.ends}">${revoked_at
          ? html`${dim(t.ended)} ${timeOr(revoked_at, never)}`
          : timeOr(expires_at, never)}</td>
        <td class="n">${mayRevoke && !revoked_at ? end : nothing}</td>
      </tr>
    `;
  });
  const caption = isAll ? t.keysAre(shown.length) : t.newestKeys(shown.length);
  const columns = [t.keyName, t.scopes, t.created, t.lastUsed, t.ends, { text: action, isHidden: true as const }];
  return section("keys", t.keys, t.noKeys, { caption, columns, rows, isProse: true });
}

/** The applications that the user allowed access. */
export function applicationsSection(at: ConsoleVisit, { applications }: Dossier, max: number): Markup {
  const t = userTexts[at.visit.language];
  const { never } = consoleTexts[at.visit.language];
  const { shown } = cut(applications, max);
  const rows = shown.map((application) => {
    const { id, scopes, resources, granted_at, sessions } = application;
    const name = listedApplication(application);
    const access = [...scopes, ...resources].join(", ");
    const named = at.may("clients:read") ? html`<a href="/console/clients/${id}">${name}</a>` : name;
    return html`
      <tr>
        <th scope="row">${named}</th>
        <td class="cut" title="${access}">${access}</td>
        <td>${timeOr(granted_at, never)}</td>
        <td class="n">${sessions}</td>
      </tr>
    `;
  });
  const columns = [t.application, t.access, t.allowed, { text: t.liveSessions, isNumber: true as const }];
  return section("applications", t.applications, t.noApplications, {
    caption: t.applicationsAre(shown.length),
    columns,
    rows,
  });
}

/** The latest events about the user. */
export function eventsSection(at: ConsoleVisit, { events }: Dossier): Markup {
  if (!events) return nothing;
  const t = userTexts[at.visit.language];
  const { never } = consoleTexts[at.visit.language];
  const rows = events.map(({ action, occurred_at, outcome, actor_id, actor, details }) =>
    html`
      <tr>
        <th scope="row"><code>${action}</code></th>
        <td>${timeOr(occurred_at, never)}</td>
        <td>${actor_id === null ? dim(details?.ip === null ? t.noActor : t.unknown) : actorOf(at, actor_id, actor)}</td>
        <td>${outcome === "failure" ? state(t.failure, "bad") : state(t.success)}</td>
      </tr>
    `
  );
  const columns = [t.event, t.time, t.actor, t.outcome];
  return section("events", t.events, t.noEvents, { caption: t.eventsAre(rows.length), columns, rows });
}

function actorOf(at: ConsoleVisit, id: string, name: string | null): Markup {
  return name === null ? dim(id) : userLink(at, { id, name });
}

function section(
  id: string,
  title: string,
  empty: string,
  shown: Pick<Table, "caption" | "columns" | "rows" | "isProse">,
): Markup {
  return html`
    <section>
    <h2 id="${id}">${title}</h2>
    ${shown.rows.length === 0 ? html`<p class="dim">${empty}</p>` : table({ labelledBy: id, ...shown })}
    </section>
  `;
}
