import type { EffectivePermission } from "../../access/decisions/effective_permissions.ts";
import type { User } from "../../accounts/users/user_revision.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { roleLink, userLink, wayList } from "../frame/links.ts";
import { dim, table, timeOr } from "../frame/table.ts";
import type { Dossier } from "./dossier.ts";
import { userTexts } from "./user_texts.ts";

/**
 * The permissions of a user with the path to each: `labelledBy` is the heading above, `caption` says which they are.
 */
export function permissionsTable(
  at: ConsoleVisit,
  { user, permissions, caption, labelledBy }: {
    user: User;
    permissions: readonly EffectivePermission[];
    caption: string;
    labelledBy: string;
  },
): Markup {
  const t = userTexts[at.visit.language];
  const { never, action } = consoleTexts[at.visit.language];
  const asks = at.may("decisions:evaluate");
  const name = shownName(user);
  const rows = permissions.map(({ permission, sources }) => {
    const shortest = sources.toSorted((a, b) => (a.path?.length ?? 0) - (b.path?.length ?? 0))[0]!;
    const steps = [name, ...shortest.path ?? [shortest.role]];
    const why = `/console/users/${user.id}?permission=${encodeURIComponent(permission)}#ask`;
    return html`
      <tr>
        <th scope="row"><code>${permission}</code></th>
        <td>
          ${wayList(steps)}
        </td>
        <td class="n">${sources.length}</td>
        <td>${timeOr(lastEndOf(sources), never)}</td>
        <td class="n">${asks ? html`<a href="${why}" aria-label="${t.askOf(permission)}">${t.why}</a>` : nothing}</td>
      </tr>
    `;
  });
  return table({
    labelledBy,
    caption,
    columns: [
      t.permission,
      t.path,
      { text: t.paths, isNumber: true },
      t.expiresUtc,
      { text: action, isHidden: true },
    ],
    rows,
  });
}

/** When the last of these grants expires; null when one does not. */
function lastEndOf(sources: EffectivePermission["sources"]): string | null {
  const ends = sources.map(({ expires_at }) => expires_at);
  return ends.includes(null) ? null : ends.sort().at(-1) ?? null;
}

/** The first permissions of the user, and the way to all of them. */
export function permissionsSection(at: ConsoleVisit, { user, permissions }: Dossier, max: number): Markup {
  const t = userTexts[at.visit.language];
  const isAll = permissions.length <= max;
  const shown = permissions.slice(0, max);
  const caption = isAll ? t.allPermissions(shown.length) : t.firstPermissions(shown.length);
  return html`
    <section>
    <h2 id="effective">${t.effective}</h2>
    ${shown.length === 0
      ? html`<p class="dim">${t.noPermissions}</p>`
      : permissionsTable(at, { user, permissions: shown, caption, labelledBy: "effective" })}
    ${isAll ? nothing : html`<p><a href="/console/users/${user.id}/permissions">${t.showAll}</a></p>`}
    </section>
  `;
}

/** Every grant of the user: who granted it, and until when. */
export function grantsSection(at: ConsoleVisit, { user, grantors, sizes }: Dossier): Markup {
  const t = userTexts[at.visit.language];
  const { never, action } = consoleTexts[at.visit.language];
  const mayGrant = at.may("roles:grant");
  const path = `/console/users/${user.id}`;
  const sorted = user.grants.toSorted((a, b) => (a.expires_at ?? "~").localeCompare(b.expires_at ?? "~"));
  const rows = sorted.map(({ role, granted_at, expires_at }) => {
    const isActive = user.roles.includes(role);
    const end = isActive ? timeOr(expires_at, never) : html`${dim(t.expiredAt)} ${timeOr(expires_at, never)}`;
    const revoke = html`<a href="${path}/revoke?role=${encodeURIComponent(role)}" aria-label="${
      t.revokeRole(role)
    }">${t.revoke}</a>`;
    const cells = [
      ...(grantors ? [html`<td>${grantorCell(at, role, { user, grantors, granted_at })}</td>`] : []),
      html`<td>${timeOr(granted_at, never)}</td>`,
      html`<td>${end}</td>`,
      html`<td class="n">${isActive ? sizes.get(role) ?? 0 : dim("0")}</td>`,
      html`<td class="n">${mayGrant ? revoke : nothing}</td>`,
    ];
    return html`
      <tr><th scope="row">${roleLink(at, role)}</th>${cells}</tr>
    `;
  });
  const columns = [
    t.role,
    ...(grantors ? [t.grantedBy] : []),
    t.grantedAt,
    t.ends,
    { text: t.permissions, isNumber: true as const },
    { text: action, isHidden: true as const },
  ];
  return html`
    <section>
    <div class="bar"><h2 id="grants">${t.grants}</h2> ${mayGrant
      ? html`<a class="button" href="${path}/grant">${t.grantARole}</a>`
      : nothing}</div>
    ${rows.length === 0
      ? html`<p class="dim">${t.noGrants}</p>`
      : table({ labelledBy: "grants", caption: t.grantsAre(rows.length), columns, rows })}
    </section>
  `;
}

function grantorCell(
  at: ConsoleVisit,
  role: string,
  { user, grantors, granted_at }: Pick<Dossier, "user"> & {
    grantors: NonNullable<Dossier["grantors"]>;
    granted_at: string;
  },
): Markup {
  const t = userTexts[at.visit.language];
  const grantor = grantors.get(role);
  if (grantor?.id === null) return html`${t.noActor}`;
  if (grantor) return grantor.name === null ? dim(t.formerUser) : userLink(at, { id: grantor.id, name: grantor.name });
  return dim(granted_at === user.created_at ? t.withTheAccount : t.unknown);
}
