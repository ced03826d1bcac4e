import type { ExclusionRow } from "../../access/exclusions/exclusions.ts";
import type { MemberRow } from "../../access/roles/roles.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { RoleDetailRow } from "../../access/roles/roles.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { roleLink, userLink, wayList } from "../frame/links.ts";
import { nextPage } from "../frame/next_page.ts";
import { dim, fact, facts, state, table, timeOr } from "../frame/table.ts";
import { type DrawnRoles, graphSection } from "./graph_page.ts";
import { exclusionsSection } from "./roles_page.ts";
import { type RolesDone, rolesTexts } from "./roles_texts.ts";

/** The most permissions, and the most roles that inherit from it, that the page of a role lists. */
const permissionsShownMax = 200;
const heirsShownMax = 20;

/** What the page of a role shows. */
export interface RoleShown {
  role: RoleDetailRow;
  members: ListPage<MemberRow>;
  graph: RoleGraph;
  drawn: DrawnRoles;
  exclusions: ExclusionRow[];
  search: string;
  done: RolesDone | undefined;
}

/** Where the page of a role is. */
export const rolePath = (name: string) => `/console/roles/${encodeURIComponent(name)}`;

/** `GET /console/roles/{role}` */
export function rolePage(at: ConsoleVisit, { role, members, graph, drawn, exclusions, search, done }: RoleShown): Page {
  const { visit, may } = at;
  const t = rolesTexts[visit.language];
  const { none } = consoleTexts[visit.language];
  const { name, description, built_in, parents, created_at } = role;
  const path = rolePath(name);
  const mayEdit = may("roles:write") && !built_in;
  const edit = html`
    <a class="button" href="${path}/delete">${t.delete}…</a>
    <a class="button primary" href="${path}/change">${t.changeRole}</a>
  `;
  const main = html`
    <div class="bar">
      <h1>${name}</h1>
      <p class="actions">${mayEdit ? edit : nothing}</p>
    </div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${facts([
      fact(t.description, description || dim(none)),
      fact(t.inherits, parents.length === 0 ? dim(t.nothing) : links(at, parents)),
      fact(t.inheritedBy, heirs(at, graph.childrenOf(name).sort())),
      fact(t.secondFactor, factorOf(role, graph, at)),
      fact(t.created, built_in ? t.builtIn : timeOr(created_at, none)),
    ])}
    ${permissionsSection(at, role, graph)}
    ${graphSection(at, drawn, t.graphOfRole)}
    ${membersSection(at, { role, members, search })}
    ${exclusions.length === 0 ? nothing : exclusionsSection(at, exclusions)}
    ${may("audit:read")
      ? html`<p><a href="/console/audit?subject_type=role&subject=${name}">${t.events}</a></p>`
      : nothing}
  `;
  return consoleDesk(at, { section: "roles", title: name, main, crumbs: [] });
}

function links(at: ConsoleVisit, roles: readonly string[]): Markup[] {
  return roles.map((role, index) => html`${index > 0 ? ", " : nothing}${roleLink(at, role)}`);
}

function heirs(at: ConsoleVisit, children: string[]): Markup {
  const t = rolesTexts[at.visit.language];
  if (children.length === 0) return dim(t.noRole);
  const shown = links(at, children.slice(0, heirsShownMax));
  const more = children.length - shown.length;
  return html`${shown}${
    more > 0
      ? html`
        ${dim(t.andMore(more))}
      `
      : nothing
  }`;
}

/** Whether holders must have a second factor, and because of which role. */
function factorOf({ name, mfa_required }: RoleDetailRow, graph: RoleGraph, at: ConsoleVisit): Markup {
  const t = rolesTexts[at.visit.language];
  if (mfa_required) return html`${t.required}`;
  const by = graph.lineage(name).find((each) => each !== name && graph.rolesWithFactor.has(each));
  return by === undefined ? dim(t.notRequired) : html`${t.requiredBy} ${roleLink(at, by)}`;
}

function permissionsSection(at: ConsoleVisit, { name }: RoleDetailRow, graph: RoleGraph): Markup {
  const t = rolesTexts[at.visit.language];
  const all = [...graph.permissionsOf(name)].sort();
  const shown = all.slice(0, permissionsShownMax);
  const rows = shown.map((permission) => {
    const steps = graph.path(name, permission) ?? [];
    const path = wayList(steps.map((role) => roleLink(at, role)));
    return html`
      <tr>
        <th scope="row"><a href="/console/permissions/${encodeURIComponent(
          permission,
        )}"><code>${permission}</code></a></th>
        <td>${steps.length > 1 ? path : dim(t.itself)}</td>
      </tr>
    `;
  });
  const caption = shown.length < all.length
    ? t.firstPermissions(shown.length, all.length)
    : t.permissionsAre(all.length);
  return html`
    <section>
    <h2 id="permissions">${t.gives}</h2>
    ${rows.length === 0
      ? html`<p class="dim">${t.givesNothing}</p>`
      : table({ labelledBy: "permissions", caption, columns: [t.permission, t.byPath], rows })}
    </section>
  `;
}

function membersSection(
  at: ConsoleVisit,
  { role: { name }, members, search }: Pick<RoleShown, "role" | "members" | "search">,
): Markup {
  const { visit } = at;
  const t = rolesTexts[visit.language];
  if (!at.may("users:read")) return nothing;
  const { never } = consoleTexts[visit.language];
  const rows = members.items.map((member) =>
    html`
      <tr>
        <th scope="row">${memberLink(at, member)}</th>
        <td>${timeOr(member.granted_at, never)}</td>
        <td>${timeOr(member.expires_at, never)}</td>
        <td>${member.disabled ? state(t.disabled, "bad") : state(t.active)}</td>
      </tr>
    `
  );
  const isWhole = members.next_page_token === undefined && !new URLSearchParams(search).has("page_token");
  return html`
    <section>
    <h2 id="members">${t.members}</h2>
    ${rows.length === 0 ? html`<p class="dim">${t.noMembers}</p>` : table({
      labelledBy: "members",
      caption: isWhole ? t.membersAre(rows.length) : t.someMembers(rows.length),
      columns: [t.user, t.granted, t.expires, t.state],
      rows,
    })}
    ${nextPage({ visit, path: rolePath(name), search, next: members.next_page_token })}
    </section>
  `;
}

/** A user, or a service account, which leads to its page, and has a name, for those who may see it. */
export function memberLink(at: ConsoleVisit, { id, kind, name }: Pick<MemberRow, "id" | "kind" | "name">): Markup {
  if (kind === "person") return userLink(at, { id, name });
  const { serviceAccount } = rolesTexts[at.visit.language];
  const isSeen = at.may("service_accounts:read");
  const shown = isSeen ? html`<a href="/console/service-accounts/${id}">${name}</a>` : nothing;
  return html`${shown} <span class="tag">${serviceAccount}</span>`;
}
