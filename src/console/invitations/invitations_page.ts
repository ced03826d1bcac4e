import type { Invitation } from "../../accounts/invitations/invitations.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { field, form } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { confirmPage } from "../frame/confirm.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { userLink } from "../frame/links.ts";
import { nextPage } from "../frame/next_page.ts";
import { dim, table, timeOr } from "../frame/table.ts";
import { type InvitationTexts, invitationTexts } from "./invitation_texts.ts";

/** What the page shows: a page of invitations, and what was typed into the form. */
type Shown = {
  found: ListPage<Invitation & { inviter: string | null }>;
  search: string;
  roles: readonly string[];
  publicUrl: string;
  values?: { email: string; role: string };
  errors?: Readonly<Record<string, string>>;
};

const path = "/console/invitations";

/** `GET /console/invitations`, and the page of a form that was refused. */
export function invitationsPage(at: ConsoleVisit, shown: Shown): Page {
  const t = invitationTexts[at.visit.language];
  const { found, search, errors = {} } = shown;
  const isEmpty = found.items.length === 0;
  const main = html`<h1>${t.title}</h1>
${isEmpty ? nothing : list(at, t, shown)}
${nextPage({ visit: at.visit, path, search, next: found.next_page_token })}
${isEmpty ? explanation(t) : nothing}
${at.may("users:write") ? invitationForm(at, t, shown) : nothing}
${isEmpty && at.may("users:write") ? byApi(t, shown.publicUrl) : nothing}`;
  const isWrong = Object.keys(errors).length > 0;
  return consoleDesk(at, { section: "invitations", title: t.title, main, ...(isWrong && { status: 422 }) });
}

function list(at: ConsoleVisit, t: InvitationTexts, { found, search }: Shown): Markup {
  const { never, action } = consoleTexts[at.visit.language];
  const isFirst = !new URLSearchParams(search).has("page_token");
  const words = !isFirst ? t.next : found.next_page_token === undefined ? t.invitations : t.first;
  const mayRevoke = at.may("users:write");
  const rows = found.items.map(({ id, email, roles, invited_by, inviter, expires_at }) => {
    const end = html`<a href="${path}/revoke?id=${id}" aria-label="${t.revokeOf(email)}">${t.revoke}</a>`;
    const by = invited_by === null
      ? dim(t.theServer)
      : inviter === null
      ? dim(invited_by)
      : userLink(at, { id: invited_by, name: inviter });
    return html`
      <tr>
        <th scope="row">${email}</th>
        <td>${roles.join(", ")}</td>
        <td>${by}</td>
        <td>${timeOr(expires_at, never)}</td>
        <td class="n">${mayRevoke ? end : nothing}</td>
      </tr>
    `;
  });
  return table({
    label: t.title,
    caption: words(rows.length),
    columns: [t.email, t.roles, t.invitedBy, t.expires, { text: action, isHidden: true }],
    rows,
  });
}

function explanation(t: InvitationTexts): Markup {
  const stops = t.chain.map(([kind, name, fact]) =>
    html`<li><small>${kind}</small><b>${name}</b><small>${fact}</small></li>`
  );
  return html`
    <section>
      <h2 id="none">${t.none}</h2>
      <p>${t.noneAbout}</p>
      <ol class="chain" aria-label="${t.chainLabel}">${stops}</ol>
    </section>
  `;
}

function invitationForm(at: ConsoleVisit, t: InvitationTexts, { roles, values, errors = {} }: Shown): Markup {
  const email = field({
    id: "email",
    label: t.address,
    type: "email",
    value: values?.email,
    autocomplete: "off",
    hint: t.addressHint,
    error: errors.email,
  });
  const role = field({
    id: "role",
    label: t.role,
    value: values?.role,
    autocomplete: "off",
    isRequired: false,
    hint: t.roleHint,
    error: errors.roles,
    more: { list: "roles", spellcheck: "false" },
  });
  const content = html`${email}${role}
<datalist id="roles">${roles.map((each) => html`<option value="${each}"></option>`)}</datalist>
<p class="actions"><button class="primary">${t.send}</button></p>`;
  return html`<section>
<h2 id="invite">${t.inviteUser}</h2>
${form(at.visit, path, content)}
</section>`;
}

function byApi(t: InvitationTexts, publicUrl: string): Markup {
  const command = `curl ${publicUrl}/invitations -H "Authorization: Bearer $TOKEN" \\
  --json '{"email": "ada@example.com", "roles": []}'`;
  return html`
    <section>
      <h2 id="api">${t.commandLine}</h2>
      <pre role="group" tabindex="0" aria-labelledby="api">${command}</pre>
    </section>
  `;
}

/** `GET /console/invitations/revoke` */
export function revocationPage(at: ConsoleVisit, { id, email }: Invitation): Page {
  const t = invitationTexts[at.visit.language];
  return confirmPage(at, {
    section: "invitations",
    crumbs: [],
    title: t.revokeTitle(email),
    consequences: [{ text: t.linkStops }, { text: t.inviteAgain }],
    action: `${path}/revoke`,
    hidden: { id },
    button: t.revokeButton,
    keep: { href: path, text: t.keep },
  });
}
