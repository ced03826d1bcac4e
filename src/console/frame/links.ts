import { type Content, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { ConsoleVisit } from "./console_desk.ts";

/** The name of a role, which leads to it for those who may see roles. */
export function roleLink({ may }: Pick<ConsoleVisit, "may">, role: string): Markup {
  return may("roles:read") ? html`<a href="/console/roles/${encodeURIComponent(role)}">${role}</a>` : html`${role}`;
}

/** The name of a user, which leads to them for those who may see users. */
export function userLink({ may }: Pick<ConsoleVisit, "may">, { id, name }: { id: string; name: string }): Markup {
  return may("users:read") ? html`<a href="/console/users/${id}">${name}</a>` : html`${name}`;
}

/**
 * A way of several steps, such as roles that inherit from each other. Its arrows are text, which is copied and read.
 */
export function wayList(steps: readonly Content[]): Markup {
  const arrow = html`<span class="dim"> → </span>`;
  return html`<ol class="path">${
    steps.map((step, index) => html`<li>${index > 0 ? arrow : nothing}${step}</li>`)
  }</ol>`;
}
