import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { ApiKeyRow } from "../../credentials/api_keys/api_keys.ts";
import type { AllowedApplication } from "../../oauth/consents/consents.ts";
import type { SessionRow } from "../../sessions/sessions/session_lists.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { accountDesk } from "../frame/desk_page.ts";
import { factorsSection, type WaysToSignIn } from "../factors/factors_page.ts";
import { keyTexts } from "../keys/key_texts.ts";
import { keysSection } from "../keys/keys_page.ts";
import { applicationsSection } from "./applications_page.ts";
import { sessionsSection } from "./sessions_page.ts";
import { type AccountTexts, accountTexts } from "../texts/texts.ts";

/** What was just done, to be said on the account's page. */
export type Done =
  | "password_changed"
  | "session_ended"
  | "others_ended"
  | "access_removed"
  | "key_revoked"
  | "username_changed";

/** `GET /account` */
export function accountPage(
  visit: Visit,
  caller: BrowserCaller,
  { ways, sessions, applications, keys, done }: {
    ways: WaysToSignIn;
    sessions: SessionRow[];
    applications: AllowedApplication[];
    keys: ApiKeyRow[];
    done?: Done | undefined;
  },
): Page {
  const t = accountTexts[visit.language];
  const main = html`
    <h1>${t.account}</h1>
    ${done ? doneNote(visit, done) : nothing}
    <section id="profile">
      <div
        class="bar"><h2>${t.profile}</h2> <span class="actions"><a class="button" href="/account/username">${t
          .changeUsername}</a> <a class="button" href="/account/email">${t.changeEmail}</a></span></div>
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
    ${factorsSection(visit, ways)}
    ${sessionsSection(visit, caller, sessions)}
    ${applicationsSection(applications, t)}
    ${keysSection(visit, keys)}
    <section id="data">
      <h2>${t.yourData}</h2>
      <ul class="list">
        <li class="bar"><span>${t.downloadAbout}</span> <a class="button" href="/account/data">${t.download}</a></li>
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

function doneNote({ language }: Visit, done: Done): Markup {
  const t = accountTexts[language];
  const texts = {
    password_changed: t.passwordChanged,
    session_ended: t.sessionEnded,
    others_ended: t.othersEnded,
    access_removed: t.accessRemoved,
    username_changed: t.usernameChanged,
    key_revoked: keyTexts[language].revoked,
  };
  const [strong, rest] = texts[done];
  return note("done", "", strong!, rest);
}
