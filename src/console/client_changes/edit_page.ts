import { form, note } from "../../http/pages/form.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { type ChangeTexts, changeTexts } from "./change_texts.ts";
import {
  addressFields,
  check,
  type FormErrors,
  keyFields,
  keysInPlaceOfSecret,
  logoutTokenField,
  nameField,
  scopeFields,
} from "./client_form_page.ts";
import type { ClientDraft } from "./client_draft.ts";

/** What the form of a client shows. */
export type EditedClient = {
  client: OAuthClient;
  draft: ClientDraft;
  /** Whether users sign in to it, in a browser or from a device. */
  hasUsers: boolean;
  revision: string;
  /** What a refusal added to the form, which is not saved yet. */
  added: string | undefined;
  refused?: { status: number; errors: FormErrors; whole?: string } | undefined;
};

/** `GET|POST /console/clients/{id}/edit` */
export function editPage(at: ConsoleVisit, { client, draft, hasUsers, revision, added, refused }: EditedClient): Page {
  const { visit } = at;
  const t = changeTexts[visit.language];
  const { id, name } = client;
  const { errors, whole, status = 200 } = refused ?? { errors: {} as FormErrors };
  const isForUsers = draft.grant_types.includes("authorization_code") || draft.redirect_uris.length > 0;
  const content = html`
    ${nameField(t, draft.name, errors)}
    ${isForUsers ? addressFields(t, "redirect_uris", draft.redirect_uris, errors) : nothing}
    ${isForUsers ? addressFields(t, "post_logout_redirect_uris", draft.post_logout_redirect_uris, errors) : nothing}
    ${isForUsers ? logoutTokenField(t, draft.backchannel_logout_uri, errors) : nothing}
    ${scopeFields(t, draft, errors)}
    ${keysOf(t, client, draft, errors)}
    ${grantChecks(t, draft, errors)}
    ${flagChecks(
      t,
      draft,
      errors,
      [
        ...isForUsers || hasUsers ? ["first_party" as const] : [],
        ...isForUsers ? userFlags : [],
        "dpop_bound_access_tokens",
      ],
    )}
    <p class="actions"><button class="primary">${t.save}</button>
    <a class="button" href="/console/clients/${id}">${t.keep(name)}</a></p>
    <input type="hidden" name="revision" value="${revision}">
  `;
  const main = html`<h1>${t.editTitle(name)}</h1>
${whole === undefined ? nothing : note("whole", "bad", whole)}
${added === undefined ? nothing : note("added", "", t.added, added)}
${form(visit, `/console/clients/${id}/edit`, content)}`;
  const crumbs = [{ href: `/console/clients/${id}`, text: name }];
  return consoleDesk(at, { section: "clients", title: t.editTitle(name), main, crumbs, isTask: true, status });
}

/** A public client proves nothing. */
function keysOf(
  t: ChangeTexts,
  { token_endpoint_auth_method: method }: OAuthClient,
  draft: ClientDraft,
  errors: FormErrors,
) {
  if (method === "none") return nothing;
  return method === "private_key_jwt"
    ? keyFields(t, draft, errors)
    : keysInPlaceOfSecret(t, t.secretsEnd, draft, errors);
}

function grantChecks(t: ChangeTexts, { grant_types }: ClientDraft, errors: FormErrors) {
  return html`${
    Object.entries(t.grants).map(([value, label], place) =>
      check({
        ...{ id: `grant-${value}`, name: "grant_types", value, label, isChecked: grant_types.includes(value) },
        error: place === 0 ? errors.grant_types : undefined,
      })
    )
  }`;
}

type Flag = keyof ChangeTexts["flags"];

/** What concerns only clients that users sign in to in a browser. */
const userFlags: readonly Flag[] = [
  "require_pkce",
  "require_pushed_authorization_requests",
  "backchannel_logout_session_required",
];

function flagChecks(t: ChangeTexts, draft: ClientDraft, errors: FormErrors, flags: readonly Flag[]) {
  return html`${flags.map((id) => check({ id, label: t.flags[id], isChecked: draft[id], error: errors[id] }))}`;
}
