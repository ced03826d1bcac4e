import type { ExclusionRow } from "../../access/exclusions/exclusions.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { RoleDetailRow } from "../../access/roles/roles.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { roleLink } from "../frame/links.ts";
import { searchedList } from "../frame/searched_list.ts";
import { cutCell, dim, table } from "../frame/table.ts";
import { type DrawnRoles, graphSection } from "./graph_page.ts";
import { type RolesDone, rolesTexts } from "./roles_texts.ts";

const path = "/console/roles";

/** What the list of roles shows. */
export interface RolesFound {
  found: ListPage<RoleDetailRow>;
  /** How many users have each role, counted up to a limit. */
  counts: Map<string, MemberCount>;
  graph: RoleGraph;
  drawn: DrawnRoles;
  exclusions: ExclusionRow[];
  q: string;
  search: string;
  done: RolesDone | undefined;
}

/** `GET /console/roles` */
export function rolesPage(
  at: ConsoleVisit,
  { found, counts, graph, drawn, exclusions, q, search, done }: RolesFound,
): Page {
  const { visit, may } = at;
  const t = rolesTexts[visit.language];
  const { none } = consoleTexts[visit.language];
  const rowOf = ({ name, description, parents, permissions }: RoleDetailRow) =>
    html`
      <tr>
      <th scope="row">${roleLink(at, name)}</th>
      ${cutCell(description || null, none)}
      ${cutCell(parents.join(", ") || null, t.nothing)}
      <td class="n">${memberCount(counts.get(name))}</td>
      <td class="n">${permissions.length}</td>
      <td class="n">${graph.permissionsOf(name).size}</td>
      </tr>
    `;
  const number = (text: string) => ({ text, isNumber: true as const });
  const columns = [t.role, t.description, t.inherits, number(t.users), number(t.own), number(t.permissions)];
  const create = html`
    <a class="button primary" href="/console/new-role">${t.createRole}</a>
  `;
  const main = html`
    <div class="bar">
      <h1>${t.title}</h1>
      <p class="actions"><a class="button" href="/console/permissions">${t
        .permissionsLink}</a> ${may("roles:write") ? create : nothing}</p>
    </div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${searchedList(visit, t, { path, q, search, found, columns, rowOf })}
    ${graphSection(at, drawn, t.graphTitle)}
    ${exclusionsSection(at, exclusions)}
  `;
  return consoleDesk(at, { section: "roles", title: t.title, main });
}

/** A number that was counted up to a limit. */
export type MemberCount = { count: number; isMore: boolean };

/** The number of users who have a role. */
export function memberCount({ count, isMore }: MemberCount = { count: 0, isMore: false }): string {
  return isMore ? `${count}+` : String(count);
}

/** Which roles exclude each other. */
export function exclusionsSection(at: ConsoleVisit, exclusions: ExclusionRow[]): Markup {
  const t = rolesTexts[at.visit.language];
  const { action } = consoleTexts[at.visit.language];
  const mayWrite = at.may("roles:write");
  const rows = exclusions.map(({ id, description, at_most, roles }) => {
    const remove = html`<a href="/console/exclusions/${id}/delete" aria-label="${
      t.deleteExclusionOf(
        description || roles.join(", "),
      )
    }">${t.delete}…</a>`;
    return html`
      <tr>
        <th scope="row">${description || dim(t.noDescription)}</th>
        <td>${t.atMost(at_most)}</td>
        <td class="say">${roles.map((role, index) => html`${index > 0 ? ", " : nothing}${roleLink(at, role)}`)}</td>
        <td class="n">${mayWrite ? remove : nothing}</td>
      </tr>
    `;
  });
  const add = html`
    <a class="button" href="/console/new-exclusion">${t.addExclusion}</a>
  `;
  return html`
    <section>
    <div class="bar"><h2 id="exclusions">${t.exclusions}</h2> ${mayWrite ? add : nothing}</div>
    ${rows.length === 0 ? html`<p class="dim">${t.noExclusions}</p>` : table({
      labelledBy: "exclusions",
      caption: t.exclusionsAre(rows.length),
      columns: [t.exclusionName, t.userMayHold, t.ofTheseRoles, { text: action, isHidden: true }],
      rows,
    })}
    </section>
  `;
}
