import type { RoleDetailRow } from "../../access/roles/roles.ts";
import { field, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { FieldError } from "../../vocabulary/problems.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { select } from "../frame/filters.ts";
import { type ChangeTexts, changeTexts } from "./change_texts.ts";
import { dropParent, dropPermission, type RoleDraft } from "./role_draft.ts";
import { rolePath } from "../roles/role_page.ts";

/** What is wrong with the fields, by their ids, and with the whole. */
export type ChangeRefusal = { fields?: Record<string, string>; whole?: readonly string[]; status: number };

/** `GET /console/roles/{role}/change`: the form of a change, which leads to its preview. */
export function changePage(at: ConsoleVisit, role: RoleDetailRow, draft: RoleDraft, refusal?: ChangeRefusal): Page {
  const t = changeTexts[at.visit.language];
  const { name } = role;
  const path = rolePath(name);
  const title = t.changeTitle(name);
  const { fields = {}, whole } = refusal ?? {};
  const main = html`
    <h1>${title}</h1>
    ${whole ? note("refusal", "bad", whole[0]!, whole[1]) : nothing}
    <form action="${path}/review">
    ${contentsFields(t, draft, fields, [t.addPermissions, t.addParents])}
    ${drops(t.removePermissions, dropPermission, role.permissions, draft.remove)}
    ${drops(t.removeParents, dropParent, role.parents, draft.removeParents)}
    ${textField("description", t.description, draft.description ?? role.description)}
    ${factorField(t, draft.mfaRequired ?? role.mfa_required)}
    <p
      class="actions"><button class="primary">${t.review}</button> <a class="button" href="${path}">${t.keepRole(
        name,
      )}</a></p>
    </form>
  `;
  const crumbs = [{ href: path, text: name }];
  return consoleDesk(at, { section: "roles", title, main, crumbs, isTask: true, status: refusal?.status ?? 200 });
}

/** The fields of permissions and parents, which list what is added. */
export function contentsFields(
  t: ChangeTexts,
  { add, addParents }: Pick<RoleDraft, "add" | "addParents">,
  errors: Record<string, string>,
  [permissions, parents]: [string, string],
): Markup {
  const names = (id: string, label: string, value: string[], hint: string) =>
    field({
      id,
      label,
      value: value.join(" "),
      autocomplete: "off",
      isRequired: false,
      error: errors[id],
      hint,
      more: { spellcheck: "false", autocapitalize: "none" },
    });
  return html`${names("add", permissions, add, t.addPermissionsHint)}${
    names("add_parents", parents, addParents, t.addParentsHint)
  }`;
}

/** A text that may be empty. */
export function textField(id: string, label: string, value: string): Markup {
  return field({ id, label, value, autocomplete: "off", isRequired: false });
}

/** Whether all who have the role must have a second factor. */
export function factorField(t: ChangeTexts, isRequired: boolean): Markup {
  const options = [{ value: "no", text: t.notRequired }, { value: "yes", text: t.required }];
  return html`<p class="field"><label for="mfa">${t.secondFactor}</label>${
    select("mfa", isRequired ? "yes" : "no", options)
  }</p>`;
}

/** Checkboxes of what the role has, for what is to be removed. */
function drops(title: string, prefix: string, names: string[], dropped: string[]): Markup {
  if (names.length === 0) return nothing;
  const boxes = names.map((name) => {
    const id = `${prefix}${name}`;
    const box = dropped.includes(name)
      ? html`<input type="checkbox" id="${id}" name="${id}" checked>`
      : html`<input type="checkbox" id="${id}" name="${id}">`;
    return html`
      <li>
        <p class="check">${box}<span><label for="${id}"><code>${name}</code></label></span></p>
      </li>
    `;
  });
  return html`
    <section role="group" aria-labelledby="${prefix}title">
      <h2 id="${prefix}title">${title}</h2>
      <ul class="list">${boxes}</ul>
    </section>
  `;
}

/** What is wrong with the field of each error of a refused change. */
export function fieldErrors(t: ChangeTexts, errors: readonly FieldError[]): Record<string, string> {
  const texts = errors.map(({ pointer, code, detail }) => {
    const name = /"(.*)"/.exec(detail)?.[1] ?? "";
    if (code === "unknown_permission") return ["add", t.unknownPermission(name)];
    if (code === "unknown_role") return ["add_parents", t.unknownRole(name)];
    if (code === "role_cycle") return ["add_parents", t.cycle];
    return [pointer === "#/name" ? "name" : "add", detail];
  });
  return Object.fromEntries(texts);
}
