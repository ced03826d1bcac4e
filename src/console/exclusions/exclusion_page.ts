import type { ExclusionRow } from "../../access/exclusions/exclusions.ts";
import { field, form, note } from "../../http/pages/form.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { confirmPage } from "../frame/confirm.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { exclusionTexts } from "./exclusion_texts.ts";

/** An exclusion that is not created yet. */
export type ExclusionSketch = { description: string; roles: string[]; atMost: string };

/** What is wrong with the fields, by their ids, and with the whole. */
export type ExclusionRefusal = { fields?: Record<string, string>; whole?: readonly string[]; status: number };

/** `GET /console/new-exclusion` */
export function newExclusionPage(at: ConsoleVisit, sketch: ExclusionSketch, refusal?: ExclusionRefusal): Page {
  const t = exclusionTexts[at.visit.language];
  const { fields = {}, whole, status = 200 } = refusal ?? {};
  const given = (id: string, label: string, value: string, hint: string, isRequired = true) =>
    field({
      id,
      label,
      value,
      hint,
      autocomplete: "off",
      isRequired,
      error: fields[id],
      more: { spellcheck: "false", ...(id === "at_most" && { inputmode: "numeric" }) },
    });
  const content = html`
    ${given("description", t.name, sketch.description, t.nameHint, false)}
    ${given("roles", t.roles, sketch.roles.join(" "), t.rolesHint)}
    ${given("at_most", t.atMost, sketch.atMost, t.atMostHint)}
    <p
      class="actions"><button class="primary">${t.create}</button> <a class="button" href="/console/roles">${t
        .keepAll}</a></p>
  `;
  const main = html`
    <h1>${t.createTitle}</h1>
    <p>${t.about}</p>
    ${whole ? note("refusal", "bad", whole[0]!, whole[1]) : nothing}
    ${form(at.visit, "/console/new-exclusion", content)}
  `;
  return consoleDesk(at, { section: "roles", title: t.createTitle, main, crumbs: [], isTask: true, status });
}

/** `GET /console/exclusions/{id}/delete` */
export function deleteExclusionPage(
  at: ConsoleVisit,
  { id, description, roles, at_most }: ExclusionRow,
  refusal?: { note: readonly string[]; status: number },
): Page {
  const t = exclusionTexts[at.visit.language];
  const name = description || roles.join(", ");
  return confirmPage(at, {
    section: "roles",
    crumbs: [],
    title: t.deleteTitle(name),
    about: refusal ? html`<strong class="bad sign">${refusal.note[0]!}</strong> ${refusal.note[1]!}` : nothing,
    consequences: [{ text: t.deleteAbout(at_most, roles.join(", ")) }],
    action: `/console/exclusions/${id}/delete`,
    hidden: {},
    button: t.remove(name),
    keep: { href: "/console/roles#exclusions", text: t.keep(name) },
    ...(refusal && { status: refusal.status }),
  });
}
