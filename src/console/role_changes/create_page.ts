import { field, form, note } from "../../http/pages/form.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { type ChangeRefusal, contentsFields, factorField, textField } from "./change_page.ts";
import { changeTexts } from "./change_texts.ts";

/** A role that is not created yet. */
export type RoleSketch = {
  name: string;
  description: string;
  add: string[];
  addParents: string[];
  mfaRequired: boolean;
};

/** `GET /console/new-role` */
export function createPage(at: ConsoleVisit, sketch: RoleSketch, refusal?: ChangeRefusal): Page {
  const t = changeTexts[at.visit.language];
  const { name, description, mfaRequired } = sketch;
  const { fields = {}, whole, status = 200 } = refusal ?? {};
  const nameField = field({
    id: "name",
    label: t.name,
    value: name,
    autocomplete: "off",
    error: fields.name,
    hint: t.nameHint,
    more: { spellcheck: "false", autocapitalize: "none" },
  });
  const content = html`
    ${nameField}
    ${textField("description", t.description, description)}
    ${contentsFields(t, sketch, fields, [t.permissions, t.parents])}
    ${factorField(t, mfaRequired)}
    <p
      class="actions"><button class="primary">${t.create}</button> <a class="button" href="/console/roles">${t
        .keepRoles}</a></p>
  `;
  const main = html`
    <h1>${t.createTitle}</h1>
    <p>${t.createAbout}</p>
    ${whole ? note("refusal", "bad", whole[0]!, whole[1]) : nothing}
    ${form(at.visit, "/console/new-role", content)}
  `;
  return consoleDesk(at, { section: "roles", title: t.createTitle, main, crumbs: [], isTask: true, status });
}
