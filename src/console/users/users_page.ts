import type { User } from "../../accounts/users/user_revision.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { html, type Markup } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { filters } from "../frame/filters.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { nextPage } from "../frame/next_page.ts";
import { cutCell, dim, state, table, timeOr } from "../frame/table.ts";
import { type UsersTexts, usersTexts } from "./users_texts.ts";

/** The filters of the list, as its address has them. */
export type UsersAsked = { q?: string | undefined; role?: string | undefined; state?: string | undefined };

const path = "/console/users";

/** `GET /console/users` */
export function usersPage(
  at: ConsoleVisit,
  { asked, found, search }: { asked: UsersAsked; found: ListPage<User>; search: string },
): Page {
  const { visit } = at;
  const t = usersTexts[visit.language];
  const { none, search: searchLabel, noAddress } = consoleTexts[visit.language];
  const main = html`<h1>${t.title}</h1>
${
    filters(visit, {
      label: t.title,
      action: path,
      fields: [
        { id: "q", label: searchLabel, value: asked.q, type: "search", placeholder: t.searchHint, size: 30 },
        { id: "role", label: t.role, value: asked.role, type: "text" },
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
      ],
    })
  }
${
    table({
      label: t.title,
      caption: captionOf(found, search, t),
      columns: [t.username, t.email, t.roles, t.created, t.state],
      rows: found.items.map((user) => row(user, t, { none, noAddress })),
    })
  }
${nextPage({ visit, path, search, next: found.next_page_token })}`;
  return consoleDesk(at, { section: "users", title: t.title, main });
}

function captionOf({ items, next_page_token }: ListPage<User>, search: string, t: UsersTexts): string {
  if (items.length === 0) return t.noneFound;
  if (new URLSearchParams(search).has("page_token")) return t.nextOfMany(items.length);
  return next_page_token === undefined ? t.byName(items.length) : t.firstOfMany(items.length);
}

function row(user: User, t: UsersTexts, words: { none: string; noAddress: string }): Markup {
  const { id, username, email, roles, created_at } = user;
  return html`
    <tr>
    <th scope="row"><a href="${path}/${id}">${username ?? email ?? id}</a></th>
    ${cutCell(email, words.noAddress)}
    <td class="cut" title="${roles.join(", ")}">${roles.length > 0 ? roles.join(", ") : dim(words.none)}</td>
    <td>${timeOr(created_at, words.none)}</td>
    <td>${stateOf(user, t)}</td>
    </tr>
  `;
}

/** The state of a user: what needs an administrator first. */
export function stateOf({ disabled_at, email, email_verified }: User, t: UsersTexts): Markup {
  if (disabled_at !== null) return state(t.disabled, "bad");
  if (email !== null && !email_verified) return state(t.unverified, "warn");
  return state(t.active);
}
