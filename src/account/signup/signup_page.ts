import { field, form } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import type { Refusal } from "../texts/refusal.ts";
import { goesOnTo, withNext } from "../signin/signin_page.ts";
import { accountTexts } from "../texts/texts.ts";

export interface SignUp {
  next: string;
  /** The name of the application that the sign-up leads to. */
  application?: string | undefined;
  username?: string | undefined;
  email?: string | undefined;
  passwordLengthMin: number;
  /** Whether the address must be given, because it is confirmed by mail. */
  needsEmail: boolean;
  refused?: Refusal | undefined;
}

/** `GET /signup` while registration is open. */
export function signUpPage(
  visit: Visit,
  { next, application, username, email, passwordLengthMin, needsEmail, refused }: SignUp,
): Page {
  const t = accountTexts[visit.language];
  const errors = refused?.errors ?? {};
  const main = html`<h1>${t.signUp}</h1>
${goesOnTo(t, application)}
${
    form(
      visit,
      `/signup?next=${encodeURIComponent(next)}`,
      html`${
        field({
          id: "username",
          label: t.username,
          autocomplete: "username",
          value: username,
          isRequired: false,
          hint: needsEmail ? mailTexts[visit.language].usernameHint : t.usernameHint,
          error: errors.username,
        })
      }
${
        field({
          id: "email",
          label: t.email,
          type: "email",
          autocomplete: "email",
          value: email,
          isRequired: needsEmail,
          error: errors.email,
        })
      }
${
        field({
          id: "password",
          label: t.password,
          type: "password",
          autocomplete: "new-password",
          hint: t.passwordHint(passwordLengthMin),
          error: errors.password,
        })
      }
<button class="primary">${t.createAccount}</button>`,
    )
  }
<p>${t.haveAccount} ${withNext("/signin", next, t.signIn)}</p>`;
  return {
    kind: "page",
    html: door(visit, { title: refused ? frameTexts[visit.language].errorTitle(t.signUp) : t.signUp, main }),
    ...(refused && { status: refused.status }),
  };
}

/** `GET /signup` while it is not. */
export function closedPage(visit: Visit, next: string): Page {
  const t = accountTexts[visit.language];
  const main = html`<h1>${t.closed}</h1>
<p>${t.closedAbout}</p>
<p>${t.haveAccount} ${withNext("/signin", next, t.signIn)}</p>`;
  return { kind: "page", html: door(visit, { title: t.closed, main }), status: 403 };
}
