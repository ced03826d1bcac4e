import { form } from "../../http/pages/form.ts";
import { html, type Markup, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { AllowedApplication } from "../../oauth/consents/consents.ts";
import { listedApplication } from "../../vocabulary/clients/shown_client.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { taskPage } from "../frame/desk_page.ts";
import { type AccountTexts, accountTexts } from "../texts/texts.ts";

/** The most applications that the page lists. */
export const applicationsShownMax = 50;

/** The part of `GET /account` with the applications that the user allowed access. */
export function applicationsSection(applications: AllowedApplication[], t: AccountTexts): Markup {
  const shown = applications.slice(0, applicationsShownMax);
  const isAll = shown.length === applications.length;
  return html`
    <section id="applications">
      <h2>${t.applications}</h2>
      <p class="dim">${shown.length === 0 ? t.noApplications : isAll ? t.applicationsAbout : t.newestApplications}</p>
      <ul class="list">${shown.map((each) => applicationRow(each, t))}</ul>
    </section>
  `;
}

function applicationRow(application: AllowedApplication, t: AccountTexts): Markup {
  const { id, granted_at, sessions } = application;
  const name = listedApplication(application);
  const path = `/account/applications/remove?client_id=${id}`;
  const remove = html`<a class="button" href="${path}" aria-label="${t.removeAccessOf(name)}">${t.removeAccess}…</a>`;
  return html`
    <li
      class="bar"><span><b>${name}</b><br><small>${t.allowedAt} ${timeText(granted_at)}: ${accessOf(
        application,
        t,
      )}. ${t.liveSessions(sessions)}</small></span> ${remove}</li>
  `;
}

/** `GET /account/applications/remove`: asks before the access of the application ends. */
export function removalPage(visit: Visit, caller: BrowserCaller, application: AllowedApplication): Page {
  const t = accountTexts[visit.language];
  const { id, sessions } = application;
  const name = listedApplication(application);
  const title = t.removeTitle(name);
  const facts = [t.removeAbout(name, accessOf(application, t)), t.removeEnds(sessions), t.removeAsksAgain];
  const buttons = html`
    <p
      class="actions"><button class="danger">${t
        .removeAccess}</button> <a class="button" href="/account#applications">${t.keepAccess}</a></p>
    <input type="hidden" name="client_id" value="${id}">
  `;
  const main = html`<h1>${title}</h1>
<ul class="list">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${form(visit, "/account/applications/remove", buttons)}`;
  return taskPage(visit, caller, { section: "applications", title, main });
}

/** What the application may learn and do, in words where there are some. */
function accessOf({ scopes, resources }: AllowedApplication, t: AccountTexts): string {
  const named = Object.keys(t.access).filter((scope) => scopes.includes(scope));
  const others = scopes.filter((scope) => !named.includes(scope));
  return [...named.map((scope) => t.access[scope]), ...others, ...resources].join(", ");
}
