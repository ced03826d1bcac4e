import type { RolePreview } from "../../access/previews/role_previews.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { confirmPage } from "../frame/confirm.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { rolePath } from "../roles/role_page.ts";
import { type MemberCount, memberCount } from "../roles/roles_page.ts";
import { changeTexts } from "./change_texts.ts";
import { userCount } from "./review_page.ts";

/** A deletion to confirm, and why it was not done. */
export interface Deletion {
  name: string;
  preview: RolePreview;
  members: MemberCount;
  /** How many roles inherit from it directly. */
  children: number;
  refusal?: { wrong?: string; note?: readonly string[]; status: number };
}

/** `GET /console/roles/{role}/delete`: names the effect, and asks. */
export function deletePage(at: ConsoleVisit, { name, preview, members, children, refusal }: Deletion): Page {
  const t = changeTexts[at.visit.language];
  const { losses, is_complete, keeping_user_count: keeping, revision } = preview;
  const path = rolePath(name);
  const see = html`
    <a href="${path}/review?${new URLSearchParams({
      remove: preview.permissions.removed.join(" "),
      remove_parents: preview.parents.removed.join(" "),
    })}">${t.see}</a>
  `;
  const note = refusal?.note;
  return confirmPage(at, {
    section: "roles",
    crumbs: [{ href: path, text: name }],
    title: t.deleteTitle(name),
    about: note ? html`<strong class="bad sign">${note[0]!}</strong> ${note[1]!}` : t.deleteAbout,
    consequences: [
      { text: t.grantsEnd(memberCount(members)), link: html`<a href="${path}#members">${t.see}</a>` },
      ...(children > 0 ? [{ text: t.heirsLose(children) }] : []),
      { text: t.usersLose(userCount(t, losses.user_count, is_complete)), ...(losses.user_count > 0 && { link: see }) },
      ...(keeping > 0 ? [{ text: t.usersKeep(userCount(t, keeping, is_complete)) }] : []),
    ],
    action: `${path}/delete`,
    hidden: { revision },
    button: t.deleteButton(name),
    keep: { href: path, text: t.deleteKeep(name) },
    typed: { word: name, wrong: refusal?.wrong },
    ...(refusal && { status: refusal.status }),
  });
}
