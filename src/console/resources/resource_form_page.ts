import { field, form, note } from "../../http/pages/form.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { check } from "../client_changes/client_form_page.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { select } from "../frame/filters.ts";
import { resourcesTexts } from "./resources_texts.ts";

/** What the form says of an API. */
export type ResourceDraft = {
  uri: string;
  name: string;
  scopes: string;
  alg: string;
  ttl_seconds: string;
  open_to_dynamic?: "on" | undefined;
};

/** Why it was refused. */
export type ResourceRefusal = { status: number; errors: Readonly<Record<string, string>>; whole?: string };

/** The form of an API: a new one, or one that exists, whose address stays. */
export function resourceFormPage(
  at: ConsoleVisit,
  { draft, known, refused }: {
    draft: ResourceDraft;
    known?: { id: string; revision: string } | undefined;
    refused?: ResourceRefusal | undefined;
  },
): Page {
  const t = resourcesTexts[at.visit.language];
  const errors = refused?.errors ?? {};
  const common = { autocomplete: "off", more: { spellcheck: "false" } };
  const back = known ? `/console/resources/${known.id}` : "/console/resources";
  const title = known ? t.editTitle(draft.name) : t.newTitle;
  const content = html`
    ${field({ id: "name", label: t.name, value: draft.name, error: errors.name, ...common })}
    ${known
      ? nothing
      : field({ id: "uri", label: t.uri, value: draft.uri, hint: t.uriHint, error: errors.uri, ...common })}
    ${field({
      ...{
        id: "scopes",
        label: t.scopes,
        value: draft.scopes,
        hint: t.scopesHint,
        error: errors.scopes,
        isRequired: false,
      },
      ...common,
    })}
    <p class="field"><label for="alg">${t.alg}</label>${select(
      "alg",
      draft.alg,
      Object.entries(t.algs).map(([value, text]) => ({ value, text })),
    )}</p>
    ${field({
      ...{
        id: "ttl_seconds",
        label: t.ttlLabel,
        value: draft.ttl_seconds,
        error: errors.ttl_seconds,
        autocomplete: "off",
      },
      more: { inputmode: "numeric", pattern: "[0-9]{1,5}" },
    })}
    ${check({ id: "open_to_dynamic", label: t.openToDynamic, isChecked: draft.open_to_dynamic === "on" })}
    <p class="actions"><button class="primary">${known ? t.save : t.register}</button>
    <a class="button" href="${back}">${known ? t.keep(draft.name) : t.keepNone}</a></p>
    ${known ? html`<input type="hidden" name="revision" value="${known.revision}">` : nothing}
  `;
  const main = html`<h1>${title}</h1>
${refused?.whole === undefined ? nothing : note("whole", "bad", refused.whole)}
${form(at.visit, known ? `${back}/edit` : `${back}/new`, content)}`;
  const status = refused?.status ?? 200;
  const crumbs = known ? [{ href: back, text: draft.name }] : [];
  return consoleDesk(at, { section: "resources", title, main, crumbs, isTask: true, status });
}
