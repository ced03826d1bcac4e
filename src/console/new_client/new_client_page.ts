import { field, form, note } from "../../http/pages/form.ts";
import { html, linkList, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { type ChangeTexts, changeTexts } from "../client_changes/change_texts.ts";
import type { ClientDraft } from "../client_changes/client_draft.ts";
import {
  addressFields,
  check,
  keysInPlaceOfSecret,
  nameField,
  scopeFields,
} from "../client_changes/client_form_page.ts";
import type { Refused } from "../client_changes/form_errors.ts";

/** The kinds of applications that can be registered here. */
export const newKinds = ["web", "single_page", "native", "mcp", "device", "machine"] as const;
export type NewKind = (typeof newKinds)[number];

/** Whether only its operator sees what runs there, so that it can keep a secret, or a private key. */
export const canHaveKeys = (kind: NewKind): boolean => kind === "web" || kind === "machine";

/** What the form says of a new application. */
export type NewDraft = ClientDraft & { roles: string };

const path = "/console/clients/new";

/** `GET /console/clients/new`: the first question */
export function chooseKindPage(at: ConsoleVisit): Page {
  const t = changeTexts[at.visit.language];
  const links = newKinds.map((kind) => ({ href: `${path}?kind=${kind}`, ...t.kinds[kind] }));
  const main = html`<h1>${t.newTitle}</h1>
<section><h2>${t.whichKind}</h2>${linkList(links)}</section>`;
  return consoleDesk(at, { section: "clients", title: t.newTitle, main, crumbs: [], isTask: true });
}

/** `GET|POST /console/clients/new?kind=…` */
export function newClientPage(at: ConsoleVisit, kind: NewKind, draft: NewDraft, refused?: Refused): Page {
  const t = changeTexts[at.visit.language];
  const errors = refused?.errors ?? {};
  const isForUsers = kind !== "machine";
  const content = html`
    ${nameField(t, draft.name, errors)}
    ${isForUsers && kind !== "device" ? addressFields(t, "redirect_uris", draft.redirect_uris, errors) : nothing}
    ${scopeFields(t, draft, errors)}
    ${canHaveKeys(kind) ? keysInPlaceOfSecret(t, t.keysAbout, draft, errors) : nothing}
    ${isForUsers
      ? check({
        id: "first_party",
        label: t.flags.first_party,
        isChecked: draft.first_party,
        error: errors.first_party,
      })
      : rolesField(t, draft, errors.roles)}
    <p class="actions"><button class="primary">${t.register}</button>
    <a class="button" href="/console/clients">${t.keepNone}</a></p>
    <input type="hidden" name="kind" value="${kind}">
  `;
  const main = html`<h1>${t.newTitle}</h1>
<p>${t.kinds[kind].text}: ${t.kinds[kind].about}.</p>
${refused?.whole === undefined ? nothing : note("whole", "bad", refused.whole)}
${form(at.visit, path, content)}`;
  const crumbs = [{ href: path, text: t.newTitle }];
  const status = refused?.status ?? 200;
  return consoleDesk(at, { section: "clients", title: t.newTitle, main, crumbs, isTask: true, status });
}

function rolesField(t: ChangeTexts, { roles }: NewDraft, error: string | undefined) {
  return field({
    ...{ id: "roles", label: t.roles, value: roles, hint: t.rolesHint, autocomplete: "off", isRequired: false },
    error,
    more: { spellcheck: "false" },
  });
}
