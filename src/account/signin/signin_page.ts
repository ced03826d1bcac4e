import { field, form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import { passkeyForm } from "../passkeys/passkey_form_page.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { type AccountTexts, accountTexts } from "../texts/texts.ts";

export interface SignIn {
  next: string;
  username?: string | undefined;
  /** Whether a user who is signed in has to sign in again. */
  isAgain?: boolean;
  /** The name of the application that the sign-in leads to. */
  application?: string | undefined;
  /** What was just done, to be said above the form. */
  done?: "signed_out" | "password_set" | "verified" | undefined;
  /** Why the attempt before was refused, and the status of the answer. */
  refused?: { status: number; text: readonly string[]; isUnverified?: boolean; isOfPasskey?: boolean };
  /** Whether users may create accounts themselves. */
  isOpen: boolean;
  /** Whether there are passkeys for this server's address. */
  hasPasskeys?: boolean;
}

const errorId = "signin-error";

/** `GET /signin`. What was refused names neither the name nor the password. */
export function signInPage(
  visit: Visit,
  { next, username, isAgain, application, done, refused, isOpen, hasPasskeys = false }: SignIn,
): Page {
  const t = accountTexts[visit.language];
  const title = isAgain ? t.signInAgain : t.signIn;
  const m = mailTexts[visit.language];
  const doneText = { signed_out: [`${t.signedOut}.`], password_set: m.passwordSet, verified: m.verified }[
    done ?? "signed_out"
  ];
  const described = refused && !refused.isOfPasskey && { errorId };
  const main = html`<h1>${title}</h1>
${isAgain && application === undefined ? html`<p class="dim">${t.signInAgainAbout}</p>` : nothing}
${goesOnTo(t, application)}
${done ? note("done", "", doneText[0]!, doneText[1]) : nothing}
${refused ? note(errorId, "bad", refused.text[0]!, refused.text[1]) : nothing}
${refused?.isUnverified ? html`<p><a href="/verify">${m.askAgain}</a></p>` : nothing}
${
    form(
      visit,
      `/signin?next=${encodeURIComponent(next)}`,
      html`${
        field({
          id: "username",
          label: t.nameOrEmail,
          autocomplete: hasPasskeys ? "username webauthn" : "username",
          value: username,
          ...described,
        })
      }
${
        field({
          id: "password",
          label: t.password,
          type: "password",
          autocomplete: "current-password",
          ...described,
          below: html`<a href="/reset">${m.forgot}</a>`,
        })
      }
<button class="primary">${t.signIn}</button>`,
    )
  }
${hasPasskeys ? passkeySignIn(visit, next) : nothing}
${isOpen && !isAgain ? html`<p>${t.noAccount} ${withNext("/signup", next, t.createAccount)}</p>` : nothing}`;
  return {
    kind: "page",
    html: door(visit, {
      title: refused ? frameTexts[visit.language].errorTitle(title) : title,
      main,
      hasScript: hasPasskeys,
    }),
    ...(refused && { status: refused.status }),
  };
}

/** The button for those who have a passkey, below the form for a password. */
function passkeySignIn(visit: Visit, next: string): Markup {
  return passkeyForm(visit, {
    action: `/signin/passkey?next=${encodeURIComponent(next)}`,
    does: "get",
    options: { path: "/signin/passkey/options" },
    button: passkeyTexts[visit.language].use,
    above: html`<hr>`,
    isAutofilled: true,
  });
}

/** Which application a sign-in leads to. */
export function goesOnTo(t: AccountTexts, application: string | undefined): Markup {
  return application === undefined ? nothing : html`<p class="dim">${t.goesOnTo} <b>${application}</b>.</p>`;
}

/** A link that keeps where the sign-in leads. */
export function withNext(path: string, next: string, text: string): Markup {
  return html`<a href="${path}?next=${encodeURIComponent(next)}">${text}</a>`;
}
