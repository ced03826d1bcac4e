import type { EffectivePermission } from "../../access/decisions/effective_permissions.ts";
import type { User } from "../../accounts/users/user_revision.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { nextPage } from "../frame/next_page.ts";
import { dim, fact, facts, state, timeOr } from "../frame/table.ts";
import { grantsSection, permissionsSection, permissionsTable } from "./access_page.ts";
import type { Dossier, shownMax } from "./dossier.ts";
import { type Asked, askSection } from "./explanation_page.ts";
import { applicationsSection, eventsSection, keysSection, sessionsSection } from "./holdings_page.ts";
import { userTexts } from "./user_texts.ts";

/** `GET /console/users/{id}` */
export function userPage(
  at: ConsoleVisit,
  dossier: Dossier,
  { asked, max }: { asked: Asked; max: typeof shownMax },
): Page {
  const title = shownName(dossier.user);
  const main = html`<div class="bar"><h1>${title}</h1> ${deeds(at, dossier.user)}</div>
${factsOf(at, dossier)}
${askSection(at, dossier, asked)}
${permissionsSection(at, dossier, max.permissions)}
${grantsSection(at, dossier)}
${sessionsSection(at, dossier, max.sessions)}
${keysSection(at, dossier, max.keys)}
${applicationsSection(at, dossier, max.applications)}
${eventsSection(at, dossier)}`;
  return consoleDesk(at, { section: "users", title, crumbs: [], main });
}

function deeds({ visit, may }: ConsoleVisit, user: User): Markup {
  const t = userTexts[visit.language];
  const path = `/console/users/${user.id}`;
  const audit = `/console/audit?subject_type=user&subject=${user.id}`;
  const [way, text] = user.disabled_at === null ? ["disable", t.disable] : ["enable", t.enable];
  return html`<p class="actions">${
    may("audit:read")
      ? html`
        <a class="button" href="${audit}">${t.auditOf(shownName(user))}</a>
      `
      : nothing
  }${
    may("users:write")
      ? html`
        <a class="button" href="${path}/edit">${t.edit}</a> <a class="button"
          href="${path}/${way}">${text}</a>
      `
      : nothing
  }${may("users:delete") ? html`<a class="button" href="${path}/delete">${t.delete}</a>` : nothing}</p>`;
}

function factsOf(at: ConsoleVisit, { user, factors }: Dossier): Markup {
  const t = userTexts[at.visit.language];
  const { none, noAddress, never } = consoleTexts[at.visit.language];
  const path = `/console/users/${user.id}`;
  const mayWrite = at.may("users:write");
  const vouch = mayWrite
    ? html`
      <a href="${path}/verify-email">${t.vouch}</a>
    `
    : nothing;
  const email = user.email === null
    ? dim(noAddress)
    : html`${user.email} ${dim(user.email_verified ? t.verified : t.unverified)}${
      user.email_verified ? nothing : vouch
    }`;
  const kinds = factors.map((kind) => t.factorKinds[kind] ?? kind).join(", ");
  const reset = mayWrite && factors.length > 0
    ? html`
      <a href="${path}/reset-factors">${t.resetFactors}</a>
    `
    : nothing;
  return facts([
    fact(
      t.state,
      user.disabled_at === null
        ? state(t.active)
        : html`${state(t.disabledSince, "bad")} ${timeOr(user.disabled_at, never)} UTC`,
    ),
    fact(t.username, user.username ?? dim(none)),
    fact(t.email, email),
    fact(t.userId, html`<code>${user.id}</code>`),
    fact(t.secondFactors, html`${kinds || dim(none)}${reset}`),
    ...(user.external_id === null ? [] : [fact(t.externalId, html`<code>${user.external_id}</code>`)]),
    fact(t.created, html`${timeOr(user.created_at, never)} UTC`),
  ]);
}

/** `GET /console/users/{id}/permissions` */
export function permissionsPage(
  at: ConsoleVisit,
  { user, found, search }: { user: User; found: ListPage<EffectivePermission>; search: string },
): Page {
  const t = userTexts[at.visit.language];
  const path = `/console/users/${user.id}`;
  const isFirst = !new URLSearchParams(search).has("page_token");
  const words = !isFirst
    ? t.nextPermissions
    : found.next_page_token === undefined
    ? t.allPermissions
    : t.firstPermissions;
  const caption = words(found.items.length);
  const main = html`<h1 id="title">${t.effective}</h1>
${permissionsTable(at, { user, permissions: found.items, caption, labelledBy: "title" })}
${nextPage({ visit: at.visit, path: `${path}/permissions`, search, next: found.next_page_token })}`;
  return consoleDesk(at, {
    section: "users",
    title: `${t.effective} · ${shownName(user)}`,
    crumbs: [{ href: path, text: shownName(user) }],
    main,
  });
}
