import type { PreviewedUser, PreviewedUsers, RolePreview } from "../../access/previews/role_previews.ts";
import type { RoleDetailRow } from "../../access/roles/roles.ts";
import { form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { wayList } from "../frame/links.ts";
import { dim, fact, facts, table, timeOr } from "../frame/table.ts";
import { type ChangeTexts, changeTexts } from "./change_texts.ts";
import { membersOf, type RoleDraft } from "./role_draft.ts";
import { type DrawnRoles, graphSection } from "../roles/graph_page.ts";
import { memberLink, rolePath } from "../roles/role_page.ts";

/** The most permissions that the row of a user names. */
const namedMax = 3;

/** A change to review, and why it was not saved. */
export interface Review {
  role: RoleDetailRow;
  draft: RoleDraft;
  preview: RolePreview;
  drawn: DrawnRoles;
  refusal?: { note: readonly string[]; status: number };
}

/** `GET /console/roles/{role}/review`: what a change would do, and the button that saves it. */
export function reviewPage(at: ConsoleVisit, { role, draft, preview, drawn, refusal }: Review): Page {
  const t = changeTexts[at.visit.language];
  const { name } = role;
  const title = t.reviewTitle(name);
  const { gains, losses, is_complete, shortened_user_count: shortened } = preview;
  const isFelt = preview.affected_role_count > 0;
  const main = html`
    <h1>${title}</h1>
    <p class="dim">${t.isPreview}</p>
    ${refusal ? note("refusal", "bad", refusal.note[0]!, refusal.note[1]) : nothing}
    ${facts(changes(t, role, draft, preview))}
    ${isFelt ? tiles(t, preview) : html`<p>${t.noEffect}</p>`}
    ${is_complete ? nothing : note("incomplete", "warn", t.incomplete[0]!, t.incomplete[1])}
    ${shortened > 0 ? note("shortened", "warn", ...pair(t.shortened(shortened))) : nothing}
    ${preview.exceeded_exclusions.map((each) => exceeded(at, each))}
    ${byPermission(t, preview)}
    ${usersSection(at, "gains", gains, is_complete)}
    ${usersSection(at, "losses", losses, is_complete)}
    ${graphSection(at, drawn, t.graph, t.graphAbout)}
    ${saveSection(at, { role, draft, preview })}
  `;
  const crumbs = [{ href: rolePath(name), text: name }];
  return consoleDesk(at, { section: "roles", title, main, crumbs, status: refusal?.status ?? 200 });
}

const pair = ([strong, rest]: readonly string[]): [string, string] => [strong!, rest ?? ""];

const signs = { gains: html`<span class="good sign">+</span>`, losses: html`<span class="bad sign">−</span>` };

/** What the administrator changes, without what stays. */
function changes(t: ChangeTexts, role: RoleDetailRow, draft: RoleDraft, { permissions, parents }: RolePreview) {
  const { description = role.description, mfaRequired = role.mfa_required } = draft;
  const list = (title: string, sign: Markup, names: string[]) =>
    names.length === 0 ? [] : [fact(
      title,
      html`${
        names.map((name) =>
          html`
            ${sign} <code>${name}</code>
          `
        )
      }`,
    )];
  return [
    ...list(t.added, signs.gains, permissions.added),
    ...list(t.removed, signs.losses, permissions.removed),
    ...list(t.addedParents, signs.gains, parents.added),
    ...list(t.removedParents, signs.losses, parents.removed),
    ...(description === role.description ? [] : [fact(t.description, description || dim(t.nothing))]),
    ...(mfaRequired === role.mfa_required ? [] : [fact(t.secondFactor, mfaRequired ? t.required : t.notRequired)]),
  ];
}

function tiles(t: ChangeTexts, preview: RolePreview): Markup {
  const { gains, losses, is_complete: isComplete, affected_role_count: roles } = preview;
  const { keeping_user_count: keeping, extended_user_count: extended } = preview;
  const tile = (title: string, number: string, small: string) =>
    fact(title, html`<b>${number}</b> <small>${small}</small>`);
  const counted = (n: number) => userCount(t, n, isComplete);
  const gained = extended > 0 ? t.extended(extended) : gains.user_count > 0 ? t.noneBefore : "";
  return html`<dl class="facts tiles">${tile(t.whoGains, counted(gains.user_count), gained)}${
    tile(t.whoLoses, counted(losses.user_count), keeping > 0 ? t.keeping(keeping) : "")
  }${tile(t.affectedRoles, String(roles), roles > 1 ? t.withHeirs : "")}</dl>`;
}

/** A number of users; of which only some were examined, if the preview is not complete. */
export function userCount(t: ChangeTexts, count: number, isComplete: boolean): string {
  return isComplete ? String(count) : t.atLeast(count);
}

/** The exclusion that refuses the change, and who would hold too many of its roles. */
function exceeded(at: ConsoleVisit, exclusion: RolePreview["exceeded_exclusions"][number]): Markup {
  const t = changeTexts[at.visit.language];
  const { description, members, at_most, users, roles } = exclusion;
  const named = members.join(", ");
  const list = (title: string, items: (Markup | string)[]) =>
    items.length === 0
      ? nothing
      : html`<p>${title}: ${items.map((item, index) => html`${index > 0 ? ", " : nothing}${item}`)}</p>`;
  return html`
    <div class="note bad" role="alert"><p><strong>${t.refusedBy(description || named)[0]}</strong> ${t.tooManyOf(
      at_most,
      named,
    )}</p>
    ${list(t.wouldHold, users.map((user) => memberLink(at, user)))}
    ${list(t.rolesWouldGive, roles)}</div>
  `;
}

/** How many users gain or lose each permission, where there are several. */
function byPermission(t: ChangeTexts, { gains, losses, is_complete }: RolePreview): Markup {
  const counts = new Map<string, { gains?: number; losses?: number }>();
  for (const { permission, user_count } of gains.permissions) counts.set(permission, { gains: user_count });
  for (const { permission, user_count } of losses.permissions) {
    counts.set(permission, { ...counts.get(permission), losses: user_count });
  }
  if (counts.size < 2) return nothing;
  const cell = (count = 0) => html`<td class="n">${count === 0 ? dim("0") : userCount(t, count, is_complete)}</td>`;
  const rows = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([permission, of]) =>
    html`<tr><th scope="row"><code>${permission}</code></th>${cell(of.gains)}${cell(of.losses)}</tr>`
  );
  const number = (text: string) => ({ text, isNumber: true as const });
  const columns = [t.permission, number(t.whoGains), number(t.whoLoses)];
  return html`
    <section>
    <h2 id="by-permission">${t.byPermission}</h2>
    ${table({ labelledBy: "by-permission", caption: t.permissionsAre(rows.length), columns, rows })}
    </section>
  `;
}

function usersSection(
  at: ConsoleVisit,
  kind: "gains" | "losses",
  { user_count, users }: PreviewedUsers,
  isComplete: boolean,
): Markup {
  if (user_count === 0) return nothing;
  const t = changeTexts[at.visit.language];
  const [title, what, by] = kind === "gains" ? [t.gains, t.gainsWhat, t.byPath] : [t.loses, t.losesWhat, t.hadBy];
  const isAll = isComplete && users.length === user_count;
  const caption = isAll ? t.allOf(user_count) : t.firstOf(users.length, userCount(t, user_count, isComplete));
  const columns = [t.user, what, by, t.expires];
  const rows = users.map((user) => userRow(at, kind, user));
  return html`
    <section>
    <h2 id="${kind}">${title}</h2>
    ${users.length === 0 ? html`<p class="dim">${t.counted}</p>` : table({ labelledBy: kind, caption, columns, rows })}
    </section>
  `;
}

function userRow(at: ConsoleVisit, kind: "gains" | "losses", user: PreviewedUser): Markup {
  const t = changeTexts[at.visit.language];
  const shown = user.permissions.slice(0, namedMax);
  const more = user.permission_count - shown.length;
  const lines = (line: (way: PreviewedUser["permissions"][number]) => Markup) =>
    shown.map((way, index) => html`${index > 0 ? html`<br>` : nothing}${line(way)}`);
  return html`
    <tr>
      <th scope="row">${memberLink(at, user)}</th>
      <td>${lines(({ permission }) => html`${signs[kind]} <code>${permission}</code>`)}${more > 0
        ? html`<br>${dim(t.andMore(more))}`
        : nothing}</td>
      <td>${lines((way) => wayList([user.name, ...way.path]))}</td>
      <td>${user.disabled ? dim(t.whileDisabled) : lines((way) => timeOr(way.expires_at, t.noExpiry))}</td>
    </tr>
  `;
}

function saveSection(
  { visit }: ConsoleVisit,
  { role, draft, preview }: Pick<Review, "role" | "draft" | "preview">,
): Markup {
  const t = changeTexts[visit.language];
  const members = membersOf(draft);
  const path = rolePath(role.name);
  const isRefused = preview.exceeded_exclusions.length > 0;
  const save = isRefused ? nothing : html`<button class="primary">${t.saveButton}</button>`;
  const content = html`
    ${isRefused ? nothing : html`<p>${t.saveAbout}</p>`}
    <p
      class="actions">${save} <a class="button" href="${path}/change?${new URLSearchParams(members)}">${t
        .keepEditing}</a></p>
    ${Object.entries({ ...members, revision: preview.revision }).map(([name, value]) =>
      html`<input type="hidden" name="${name}" value="${value}">`
    )}
  `;
  return html`
    <section>
    <h2 id="save">${t.save}</h2>
    ${form(visit, `${path}/change`, content)}
    </section>
  `;
}
