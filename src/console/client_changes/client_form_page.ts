import { field } from "../../http/pages/form.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { ClientDraft } from "./client_draft.ts";
import type { ChangeTexts } from "./change_texts.ts";

/** What is wrong with a form: of fields by their ids, of a list by its name and the place. */
export type FormErrors = Readonly<Record<string, string>>;

/** The name of the application. */
export function nameField(t: ChangeTexts, name: string, errors: FormErrors): Markup {
  return field({ id: "name", label: t.name, value: name, hint: t.nameHint, autocomplete: "off", error: errors.name });
}

/** One field for each address, and an empty one to add the next. */
export function addressFields(
  t: ChangeTexts,
  member: "redirect_uris" | "post_logout_redirect_uris",
  uris: readonly string[],
  errors: FormErrors,
): Markup {
  const texts = t.addresses[member];
  const fields = [...uris, ""].map((value, place) => {
    const isLast = place === uris.length;
    const error = errors[`${member}-${place}`] ?? (place === 0 ? errors[member] : undefined);
    return field({
      id: `${member}-${place}`,
      label: isLast && place > 0 ? texts.another : texts.label(place + 1),
      value,
      autocomplete: "off",
      isRequired: false,
      ...(error !== undefined && { error }),
      ...(place === 0 && { hint: texts.hint }),
      more: { name: member, spellcheck: "false", inputmode: "url" },
    });
  });
  return html`${fields}`;
}

/** Where the application is told that sessions have ended (OpenID Connect Back-Channel Logout 1.0 §2.2). */
export function logoutTokenField(t: ChangeTexts, uri: string, errors: FormErrors): Markup {
  return field({
    id: "backchannel_logout_uri",
    label: t.backchannelLogoutUri,
    value: uri,
    hint: t.backchannelLogoutUriHint,
    autocomplete: "off",
    isRequired: false,
    error: errors.backchannel_logout_uri,
    more: { spellcheck: "false", inputmode: "url" },
  });
}

/** Scopes, and the APIs that they may belong to. */
export function scopeFields(t: ChangeTexts, { scopes, resources }: ClientDraft, errors: FormErrors): Markup {
  const common = { autocomplete: "off", isRequired: false, more: { spellcheck: "false" } };
  return html`${
    field({ id: "scopes", label: t.scopes, value: scopes, hint: t.scopesHint, error: errors.scopes, ...common })
  }${
    field({
      id: "resources",
      label: t.resources,
      value: resources,
      hint: t.resourcesHint,
      error: errors.resources,
      ...common,
    })
  }`;
}

/** The public keys of a client, or where they are. */
export function keyFields(
  t: ChangeTexts,
  { jwks, jwks_uri }: Pick<ClientDraft, "jwks" | "jwks_uri">,
  errors: FormErrors,
) {
  const common = { autocomplete: "off", isRequired: false };
  return html`${
    field({
      ...{ id: "jwks", label: t.jwks, value: jwks, hint: t.jwksHint, error: errors.jwks, ...common },
      ...{ lines: 6, more: { spellcheck: "false" } },
    })
  }${
    field({
      ...{ id: "jwks_uri", label: t.jwksUri, value: jwks_uri, hint: t.jwksUriHint, error: errors.jwks_uri, ...common },
      more: { spellcheck: "false", inputmode: "url" },
    })
  }`;
}

/** The same, folded, where a client may have keys in place of a secret. */
export function keysInPlaceOfSecret(t: ChangeTexts, about: string, draft: ClientDraft, errors: FormErrors): Markup {
  const isUsed = draft.jwks !== "" || draft.jwks_uri !== "" || (errors.jwks ?? errors.jwks_uri) !== undefined;
  return html`
    <details${attributes({ open: isUsed })}>
      <summary>${t.keysInPlace}</summary>
      <p>${about}</p>
      ${keyFields(t, draft, errors)}
    </details>
  `;
}

/** What a client may be allowed beside that, each by a box to check. */
export function check(
  { id, name = id, value = "on", label, isChecked, error }: {
    id: string;
    name?: string;
    value?: string;
    label: string;
    isChecked: boolean;
    error?: string | undefined;
  },
): Markup {
  const input = attributes({
    type: "checkbox",
    id,
    name,
    value,
    checked: isChecked,
    "aria-invalid": error !== undefined && "true",
    "aria-describedby": error !== undefined && `${id}-error`,
  });
  const message = error === undefined ? nothing : html`<br><small class="bad sign" id="${id}-error">${error}</small>`;
  return html`
    <div>
      <p class="check">
        <input${input}><span><label for="${id}">${label}</label>${message}</span></p></div>
  `;
}
