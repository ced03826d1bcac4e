import { field, form, note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { taskPage } from "../frame/desk_page.ts";
import { passkeyForm, withoutPasskeys } from "../passkeys/passkey_form_page.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { factorTexts } from "./factor_texts.ts";
import type { AskedProof, SentProof } from "./proof.ts";

const listPath = "/account/factors";

/** A page that asks for what a change of factors takes. */
export interface ProofPage {
  title: string;
  about: string;
  button: string;
  keep: string;
  action: string;
  /** The factor that is changed. */
  id?: string;
  asked: AskedProof;
  refused?: Refusal | undefined;
  /** Further fields. */
  more?: Markup;
  isDanger?: boolean;
}

/** See {@link ProofPage}. */
export function proofPage(visit: Visit, caller: BrowserCaller, page: ProofPage): Page {
  const { title, about, asked, refused } = page;
  const t = factorTexts[visit.language];
  const wrong = refused?.errors.factor;
  const main = html`<h1>${title}</h1>
<p>${about}</p>
${wrong === undefined ? nothing : note("proof-error", "bad", wrong)}
${asked.kind === "passkey" ? proofByPasskey(visit, page, asked.options) : proofByText(visit, page, asked.kind)}
${asked.kind === "passkey" ? otherWay(page, "code", t.useCode) : nothing}
${asked.kind === "code" && asked.other ? otherWay(page, "passkey", passkeyTexts[visit.language].useInstead) : nothing}`;
  return taskPage(visit, caller, { section: "factors", title, main, refused });
}

function otherWay({ action, id }: ProofPage, by: "code" | "passkey", text: string): Markup {
  const query = new URLSearchParams({ by, ...(id !== undefined && { id }) });
  return html`<p><a href="${action}?${query}">${text}</a></p>`;
}

function proofByText(visit: Visit, page: ProofPage, kind: "password" | "code"): Markup {
  const { button, keep, action, id, refused, more = nothing, isDanger = false } = page;
  return form(
    visit,
    action,
    html`${more}
${kind === "code" ? codeField(visit, refused) : passwordField(visit, refused)}
<p class="actions"><button class="${isDanger ? "danger" : "primary"}">${button}</button> ${keepLink(keep)}</p>
${id === undefined ? nothing : hiddenId(id)}`,
  );
}

function proofByPasskey(visit: Visit, page: ProofPage, options: { publicKey: object; challenge_id: string }): Markup {
  const { button, keep, action, id, more, isDanger = false } = page;
  return html`${withoutPasskeys(visit)}
${
    passkeyForm(visit, {
      action,
      does: "get",
      options,
      button,
      tone: isDanger ? "danger" : "primary",
      beside: keepLink(keep),
      ...(more && { above: more }),
      hidden: id === undefined ? {} : { id },
    })
  }`;
}

function keepLink(text: string): Markup {
  return html`<a class="button" href="${listPath}">${text}</a>`;
}

/** Names the factor that a form is about. */
export function hiddenId(id: string): Markup {
  return html`<input type="hidden" name="id" value="${id}">`;
}

function codeField(visit: Visit, refused: Refusal | undefined): Markup {
  const t = factorTexts[visit.language];
  return field({
    id: "code",
    label: t.anyCode,
    autocomplete: "one-time-code",
    hint: t.anyCodeHint,
    error: refused?.errors.code,
    more: { autocapitalize: "none", spellcheck: "false" },
  });
}

function passwordField(visit: Visit, refused: Refusal | undefined): Markup {
  return field({
    id: "current_password",
    label: accountTexts[visit.language].currentPassword,
    type: "password",
    autocomplete: "current-password",
    error: refused?.errors.current_password,
  });
}

/** The form again, with what was wrong; an error that it has no place for goes on. */
export async function askAgain(
  visit: Visit,
  error: unknown,
  sent: SentProof,
  again: (refused: Refusal, by: "code" | "passkey") => Page | Promise<Page>,
): Promise<Page> {
  const { language } = visit;
  const [t, passkeys, texts] = [factorTexts[language], passkeyTexts[language], accountTexts[language]];
  const isPasskey = sent.credential !== undefined;
  const refused = refusalOf(error, texts, {
    wrong_password: { field: "current_password", text: texts.wrongPassword },
    wrong_factor: isPasskey
      ? { field: "factor", text: passkeys.refused.join(" ") }
      : { field: "code", text: t.wrongCode.join(" ") },
    factor_name_taken: { field: "name", text: t.nameTaken },
    last_factor: { field: "factor", text: t.lastFactor },
  });
  if (!refused) throw error;
  return await again(refused, isPasskey || sent.code === undefined ? "passkey" : "code");
}
