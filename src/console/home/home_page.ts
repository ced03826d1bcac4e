import type { Activity } from "../../audit/events/audit_events.ts";
import { html, linkList, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { FailingClients } from "../../oauth/clients/client_refusals.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { type SectionName, sections } from "../frame/sections.ts";
import { state, table } from "../frame/table.ts";
import { type HomeTexts, homeTexts } from "./home_texts.ts";
import type { Check, CheckName, CountedAction, Overview } from "./overview.ts";

/** `GET /console` */
export function homePage(at: ConsoleVisit, { asOf, activity, checks, failing }: Overview): Page {
  const t = homeTexts[at.visit.language];
  const title = consoleTexts[at.visit.language].sections.home;
  const isAttended = checks.length > 0 || failing !== undefined;
  const isAny = isAttended || activity !== undefined;
  const time = html`
    <small>${t.lastHour} ${timeText(asOf)} UTC. <a href="/console">${t.refresh}</a></small>
  `;
  const main = html`<div class="bar"><h1>${title}</h1>${isAny ? time : nothing}</div>
${isAny ? nothing : html`<p>${t.choose} <code>system:read</code> ${t.or} <code>audit:read</code>.</p>`}
${isAttended ? attentionSection(t, checks, failing) : nothing}
${waysSection(at, t)}
${activity ? activitySection(at, t, activity) : nothing}
${checks.length > 0 ? serverSection(t, checks) : nothing}`;
  return consoleDesk(at, { section: "home", title, main });
}

function attentionSection(t: HomeTexts, checks: Check[], failing: FailingClients | undefined): Markup {
  const rows = checks.filter(({ tone }) => tone !== "").map(({ name, tone, now }) =>
    html`
      <li
        class="bar"><span>${state(`${t.names[name]}: ${t.values[name](now)}`, tone)} <small>${t
          .meanings[name]}</small></span> <a href="${sections[sectionOf(name)].path}" aria-label="${t.see}: ${t
          .names[name]}">${t.see}</a></li>
    `
  );
  const all = [...failing && failing.clients.length > 0 ? [failingClients(t, failing)] : [], ...rows];
  const normal = [t.nothing, ...checks.length > 0 ? [t.allNormal] : [], ...failing ? [t.noneRefused] : []].join(" ");
  return html`<section>
<h2 id="attention">${t.attention}</h2>
${all.length === 0 ? html`<p class="dim">${normal}</p>` : html`<ul class="list">${all}</ul>`}
</section>`;
}

/** Clients that are named. */
const namedMax = 3;

function failingClients(t: HomeTexts, { clients, isMore }: FailingClients): Markup {
  const names = clients.slice(0, namedMax).map(({ id, name, last_at }, place) =>
    html`${place > 0 ? ", " : ""}<a href="${sections.clients.path}/${id}">${name}</a> (${timeText(last_at)})`
  );
  const more = clients.length - names.length;
  const rest = more > 0 ? ` ${t.andMore(more, isMore)}` : "";
  return html`
    <li
      class="bar"><span>${state(`${t.refusedClients}:`, "bad")} ${names}${rest} <small>${t
        .refusedMeaning}</small></span> <a href="${sections.clients.path}?state=refused" aria-label="${t.see}: ${t
        .refusedClients}">${t.see}</a></li>
  `;
}

function activitySection(at: ConsoleVisit, t: HomeTexts, activity: Record<CountedAction, Activity>): Markup {
  const tiles = (Object.keys(t.tiles) as CountedAction[]).map((action) => {
    const { count, isMore, parts } = activity[action];
    const number = count.toLocaleString(at.visit.language);
    return html`
      <div>
        <dt>${t.tiles[action]}</dt>
        <dd><b>${isMore ? t.atLeast(number) : number}</b> <small><a href="/console/audit?action=${action}">${t
          .tileFacts[action]}</a></small>${spark(parts)}</dd>
      </div>
    `;
  });
  return html`
    <section>
      <h2 id="signin">${t.signingIn}</h2>
      <dl class="facts tiles">${tiles}</dl>
    </section>
  `;
}

/** Bars for the parts of the hour; the number beside them says how many there were. */
function spark(parts: number[]): Markup {
  const most = Math.max(1, ...parts);
  const bars = parts.map((count, index) => `M${index * 10 + 5} 24V${Math.round(23 - (count / most) * 21)}`).join("");
  return html`
    <svg class="spark" width="100%" height="24" viewBox="0 0 120 24" stroke-width="8" opacity=".4"
      preserveAspectRatio="none" aria-hidden="true">
      <path d="${bars}" />
    </svg>
  `;
}

function serverSection(t: HomeTexts, checks: Check[]): Markup {
  const rows = checks.map(({ name, tone, now }) =>
    html`
      <tr>
        <th scope="row"><a href="${sections[sectionOf(name)].path}">${t.names[name]}</a></th>
        <td>${state(t.states[tone], tone)}</td>
        <td class="n">${t.values[name](now)}</td>
        <td class="say">${t.meanings[name]}</td>
      </tr>
    `
  );
  return html`<section>
<h2 id="server">${t.server}</h2>
${
    table({
      labelledBy: "server",
      caption: t.checks(rows.length),
      columns: [t.check, t.state, { text: t.now, isNumber: true }, t.meaning],
      rows,
      isProse: true,
    })
  }
</section>`;
}

/** What administrators come for, and where it is. */
function waysSection({ may }: ConsoleVisit, t: HomeTexts): Markup {
  const links = t.ways.filter(([, permission]) => may(permission)).map(([href, , text, about]) => ({
    href,
    text,
    about,
  }));
  return links.length === 0 ? nothing : html`<section>
<h2 id="where">${t.where}</h2>
${linkList(links)}
</section>`;
}

/** Where to look further. */
function sectionOf(name: CheckName): SectionName {
  if (name === "mail" || name === "logout_tokens" || name === "keys") return name;
  return name.startsWith("audit") ? "audit" : "system";
}
