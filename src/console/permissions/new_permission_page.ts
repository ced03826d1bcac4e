import type { PermissionRow } from "../../access/permissions/permission_registry.ts";
import { field, form } from "../../http/pages/form.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { confirmPage } from "../frame/confirm.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { permissionTexts } from "./permission_texts.ts";
import { permissionPath } from "./permissions_page.ts";

/** `GET /console/new-permission` */
export function newPermissionPage(
  at: ConsoleVisit,
  { name, description }: { name: string; description: string },
  refusal?: { error: string; status: number },
): Page {
  const t = permissionTexts[at.visit.language];
  const content = html`
    ${field({
      id: "name",
      label: t.name,
      value: name,
      autocomplete: "off",
      error: refusal?.error,
      hint: t.nameHint,
      more: { spellcheck: "false", autocapitalize: "none" },
    })}
    ${field({ id: "description", label: t.description, value: description, autocomplete: "off", isRequired: false })}
    <p
      class="actions"><button class="primary">${t
        .register}</button> <a class="button" href="/console/permissions">${t.keepAll}</a></p>
  `;
  const title = t.registerTitle;
  const main = html`
    <h1>${title}</h1>
    <p>${t.registerAbout}</p>
    ${form(at.visit, "/console/new-permission", content)}
  `;
  const crumbs = [{ href: "/console/permissions", text: t.title }];
  return consoleDesk(at, { section: "roles", title, main, crumbs, isTask: true, status: refusal?.status ?? 200 });
}

/** `GET /console/permissions/{permission}/delete` */
export function deletePermissionPage(
  at: ConsoleVisit,
  { name }: PermissionRow,
  { roles, refusal }: { roles: number; refusal?: { error: string; status: number } },
): Page {
  const t = permissionTexts[at.visit.language];
  const path = permissionPath(name);
  const see = html`<a href="${path}#roles">${t.see}</a>`;
  return confirmPage(at, {
    section: "roles",
    crumbs: [{ href: "/console/permissions", text: t.title }, { href: path, text: name }],
    title: t.deleteTitle(name),
    about: refusal ? html`<strong class="bad sign">${refusal.error}</strong>` : t.deleteAbout,
    consequences: [roles === 0 ? { text: t.noRoleHolds } : { text: t.rolesHold(roles), link: see }],
    action: `${path}/delete`,
    hidden: {},
    button: t.remove(name),
    keep: { href: path, text: t.keep(name) },
    ...(refusal && { status: refusal.status }),
  });
}
