import { field, form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { accountTexts } from "../texts/texts.ts";

export interface SignIn {
  next: string;
  username?: string | undefined;
  /** Whether a user who is signed in has to sign in again. */
  isAgain?: boolean;
  /** Whether the user has just signed out. */
  isSignedOut?: boolean;
  /** Why the attempt before was refused, and the status of the answer. */
  refused?: { status: number; text: readonly string[] };
  /** Whether users may create accounts themselves. */
  isOpen: boolean;
}

const errorId = "signin-error";

/** `GET /signin`. What was refused names neither the name nor the password. */
export function signInPage(visit: Visit, { next, username, isAgain, isSignedOut, refused, isOpen }: SignIn): Page {
  const t = accountTexts[visit.language];
  const title = isAgain ? t.signInAgain : t.signIn;
  const described = refused && { errorId };
  const main = html`<h1>${title}</h1>
${isAgain ? html`<p class="dim">${t.signInAgainAbout}</p>` : nothing}
${isSignedOut ? note("signed-out", "", `${t.signedOut}.`) : nothing}
${refused ? note(errorId, "bad", refused.text[0]!, refused.text[1]) : nothing}
${
    form(
      visit,
      "/signin",
      html`${field({ id: "username", label: t.nameOrEmail, autocomplete: "username", value: username, ...described })}
${field({ id: "password", label: t.password, type: "password", autocomplete: "current-password", ...described })}
<button class="primary">${t.signIn}</button>
<input type="hidden" name="next" value="${next}">`,
    )
  }
${isOpen && !isAgain ? html`<p>${t.noAccount} ${withNext("/signup", next, t.createAccount)}</p>` : nothing}`;
  return {
    kind: "page",
    html: door(visit, { title: refused ? frameTexts[visit.language].errorTitle(title) : title, main }),
    ...(refused && { status: refused.status }),
  };
}

/** A link that keeps where the sign-in leads. */
export function withNext(path: string, next: string, text: string): Markup {
  return html`<a href="${path}?next=${encodeURIComponent(next)}">${text}</a>`;
}
