import type { User } from "../../accounts/users/user_revision.ts";
import type { SessionCount } from "../../sessions/sessions/session_lists.ts";
import type { FactorKind } from "../../vocabulary/actor.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { searchedList } from "../frame/searched_list.ts";
import { cutCell, dim, state, timeOr } from "../frame/table.ts";
import { type UsersTexts, usersTexts } from "./users_texts.ts";

/** The filters of the list, as its address has them. */
export type UsersAsked = { q?: string | undefined; role?: string | undefined; state?: string | undefined };

/** A user with what the list tells of them beside what the API does. */
export type ListedUser = User & { factors: FactorKind[]; signedIn: SessionCount | undefined };

/** What the page is told of the installation: whether only a verified address lets a user sign in. */
type Options = { mustConfirm: boolean };

const path = "/console/users";

/** `GET /console/users` */
export function usersPage(
  at: ConsoleVisit,
  { asked, found, search, mustConfirm }: { asked: UsersAsked; found: ListPage<ListedUser>; search: string } & Options,
): Page {
  const { visit } = at;
  const t = usersTexts[visit.language];
  const { none, noAddress } = consoleTexts[visit.language];
  const more = [
    { id: "role", label: t.role, value: asked.role, type: "text" as const },
    {
      id: "state",
      label: t.state,
      value: asked.state,
      options: [
        { value: "", text: t.anyState },
        { value: "active", text: t.active },
        { value: "disabled", text: t.disabled },
      ],
    },
  ];
  const sessions = { text: t.sessions, isNumber: true as const };
  const columns = [t.username, t.email, t.roles, t.secondFactor, sessions, t.lastSeen, t.state];
  const rowOf = (user: ListedUser) => row(user, t, { none, noAddress, mustConfirm });
  const main = html`
    <div class="bar"><h1>${t.title}</h1> ${actions(at, t)}</div>
    ${searchedList(visit, t, { path, q: asked.q, search, more, found, columns, rowOf })}
  `;
  return consoleDesk(at, { section: "users", title: t.title, main });
}

function actions({ may }: ConsoleVisit, t: UsersTexts): Markup {
  if (!may("users:write")) return nothing;
  return html`
    <p
      class="actions"><a class="button" href="/console/invitations">${t
        .invite}</a> <a class="button primary" href="${path}/new">${t.create}</a></p>
  `;
}

function row(
  user: ListedUser,
  t: UsersTexts,
  { none, noAddress, mustConfirm }: Options & { none: string; noAddress: string },
): Markup {
  const { id, username, email, roles, factors, signedIn } = user;
  const name = username ?? email ?? id;
  const kinds = factors.flatMap((kind) => t.factorKinds[kind] ?? []).join(", ");
  return html`
    <tr>
    <th scope="row" class="cut" title="${name}"><a href="${path}/${id}">${name}</a></th>
    ${cutCell(email, noAddress)}
    <td class="cut" title="${roles.join(", ")}">${roles.length > 0 ? roles.join(", ") : dim(none)}</td>
    <td class="cut" title="${kinds}">${kinds || dim(none)}</td>
    <td class="n">${signedIn?.sessions ?? 0}</td>
    <td>${timeOr(signedIn?.last_seen_at, t.notSignedIn)}</td>
    <td>${stateOf(user, t, mustConfirm)}</td>
    </tr>
  `;
}

/** The state of a user: what needs an administrator first. */
function stateOf({ disabled_at, email, email_verified }: User, t: UsersTexts, mustConfirm: boolean): Markup {
  if (disabled_at !== null) return state(t.disabled, "bad");
  if (email !== null && !email_verified) return state(t.unverified, mustConfirm ? "warn" : "");
  return state(t.active);
}
