import type { PermissionRow } from "../../access/permissions/permission_registry.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { roleLink, wayList } from "../frame/links.ts";
import { searchedList } from "../frame/searched_list.ts";
import { cutCell, dim, fact, facts, table, timeOr } from "../frame/table.ts";
import { type PermissionTexts, permissionTexts } from "./permission_texts.ts";

const path = "/console/permissions";

/** The most roles that the page of a permission lists. */
const rolesShownMax = 200;

export type PermissionsDone = keyof PermissionTexts["done"];

/** Where the page of a permission is. */
export const permissionPath = (name: string) => `${path}/${encodeURIComponent(name)}`;

/** `GET /console/permissions` */
export function permissionsPage(
  at: ConsoleVisit,
  { found, graph, q, search, done }: {
    found: ListPage<PermissionRow>;
    graph: RoleGraph;
    q: string;
    search: string;
    done: PermissionsDone | undefined;
  },
): Page {
  const { visit, may } = at;
  const t = permissionTexts[visit.language];
  const { none } = consoleTexts[visit.language];
  const rowOf = ({ name, description, built_in }: PermissionRow) =>
    html`
      <tr>
      <th scope="row"><a href="${permissionPath(name)}"><code>${name}</code></a></th>
      ${cutCell(description || null, none)}
      <td>${built_in ? t.ofSentinel : t.ofApplication}</td>
      <td class="n">${graph.rolesGiving(name).size}</td>
      </tr>
    `;
  const register = html`
    <p class="actions"><a class="button primary" href="/console/new-permission">${t.registerPermission}</a></p>
  `;
  const columns = [t.permission, t.description, t.of, { text: t.givenBy, isNumber: true as const }];
  const main = html`
    <div class="bar"><h1>${t.title}</h1> ${may("permissions:write") ? register : nothing}</div>
    ${done ? note("done", "", t.done[done]) : nothing}
    ${searchedList(visit, t, { path, q, search, found, columns, rowOf })}
  `;
  return consoleDesk(at, { section: "roles", title: t.title, main, crumbs: [] });
}

/** `GET /console/permissions/{permission}`: which roles give it, and by which path. */
export function permissionPage(at: ConsoleVisit, permission: PermissionRow, graph: RoleGraph): Page {
  const t = permissionTexts[at.visit.language];
  const { none } = consoleTexts[at.visit.language];
  const { name, description, built_in, created_at } = permission;
  const mayDelete = at.may("permissions:write") && !built_in;
  const remove = html`
    <p class="actions"><a class="button" href="${permissionPath(name)}/delete">${t.delete}…</a></p>
  `;
  const main = html`
    <div class="bar"><h1>${name}</h1> ${mayDelete ? remove : nothing}</div>
    ${facts([
      fact(t.description, description || dim(none)),
      fact(t.of, built_in ? t.ofSentinel : t.ofApplication),
      fact(t.registered, built_in ? t.builtIn : timeOr(created_at, none)),
    ])}
    ${rolesSection(at, name, graph)}
  `;
  return consoleDesk(at, { section: "roles", title: name, main, crumbs: [{ href: path, text: t.title }] });
}

function rolesSection(at: ConsoleVisit, name: string, graph: RoleGraph): Markup {
  const t = permissionTexts[at.visit.language];
  const all = [...graph.rolesGiving(name)];
  const rows = all.slice(0, rolesShownMax).map((role) => {
    const steps = graph.path(role, name) ?? [];
    const isEverything = graph.givesEverything(role);
    const line = wayList(steps.map((step) => roleLink(at, step)));
    return html`
      <tr>
        <th scope="row">${roleLink(at, role)}</th>
        <td>${isEverything ? dim(t.everything) : steps.length > 1 ? line : dim(t.itself)}</td>
      </tr>
    `;
  });
  const caption = rows.length < all.length ? t.firstRoles(rows.length, all.length) : t.rolesAre(all.length);
  return html`
    <section>
    <h2 id="roles">${t.rolesGiving}</h2>
    ${all.length === 1 ? html`<p class="dim">${t.noRole}</p>` : nothing}
    ${table({ labelledBy: "roles", caption, columns: [t.role, t.byPath], rows })}
    </section>
  `;
}
