import type { User } from "../../accounts/users/user_revision.ts";
import { field, form } from "../../http/pages/form.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import type { AccessChange } from "./access_change.ts";
import { permissionsText } from "./deed_page.ts";
import { deedTexts } from "./deed_texts.ts";

/** What the page of a grant shows. */
type Granting = {
  user: User;
  /** Names of roles to choose from. */
  roles: readonly string[];
  /** The role that was chosen, and what it would give; `gain` is absent for a role that does not exist. */
  role?: string | undefined;
  gain?: AccessChange | undefined;
  expires?: string | undefined;
  errors?: { expires?: string };
  revision: string;
};

/** The page on which a role is chosen, and granted after it says what it gives. */
export function grantPage(at: ConsoleVisit, granting: Granting): Page {
  const { user, role, gain, errors = {} } = granting;
  const t = deedTexts[at.visit.language];
  const name = shownName(user);
  const wrongRole = role !== undefined && !gain ? t.noSuchRole(role) : undefined;
  const main = html`<h1>${t.grantTitle(name)}</h1>
${chooser(at, granting, wrongRole)}
${role !== undefined && gain ? effectSection(at, { ...granting, role, gain }) : nothing}`;
  return consoleDesk(at, {
    section: "users",
    title: t.grantTitle(name),
    crumbs: [{ href: `/console/users/${user.id}`, text: name }],
    main,
    isTask: true,
    ...((wrongRole ?? errors.expires) !== undefined && { status: 422 }),
  });
}

function chooser(at: ConsoleVisit, { user, roles, role }: Granting, error: string | undefined): Markup {
  const t = deedTexts[at.visit.language];
  const input = field({
    id: "role",
    label: t.role,
    value: role,
    autocomplete: "off",
    hint: t.roleHint,
    error,
    more: { list: "roles", spellcheck: "false" },
  });
  return html`<form role="search" aria-label="${t.role}" action="/console/users/${user.id}/grant">
${input}
<button${attributes({ class: role === undefined && "primary" })}>${t.preview}</button>
</form>
<datalist id="roles">${roles.map((each) => html`<option value="${each}"></option>`)}</datalist>`;
}

function effectSection(
  at: ConsoleVisit,
  { user, role, gain, expires = "", errors = {}, revision }: Granting & { role: string; gain: AccessChange },
): Markup {
  const t = deedTexts[at.visit.language];
  const path = `/console/users/${user.id}`;
  const end = field({
    id: "expires",
    label: t.expires,
    value: expires,
    autocomplete: "off",
    isRequired: false,
    hint: t.expiresHint,
    error: errors.expires,
    more: { type: "date" },
  });
  const back = html`<a class="button" href="${path}">${t.back(shownName(user))}</a>`;
  const content = html`${end}
<p class="actions"><button class="primary">${t.grantButton(role)}</button> ${back}</p>
<input type="hidden" name="role" value="${role}"><input type="hidden" name="revision" value="${revision}">`;
  return html`<section>
<h2>${t.whatItGives(role)}</h2>
${user.roles.includes(role) ? html`<p>${t.alreadyHeld}</p>` : nothing}
<p>${permissionsText(t, t.gains, gain.permissions)}</p>
${form(at.visit, `${path}/grant`, content)}
</section>`;
}
