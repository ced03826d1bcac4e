import { z } from "@hono/zod-openapi";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Passkeys } from "../../credentials/passkeys/passkeys.ts";
import { inLocales } from "../../http/pages/language.ts";
import { type Page, seeOther } from "../../http/pages/page_answer.ts";
import { newBrowser, type Visit } from "../../http/pages/visit.ts";
import type { Authorizations } from "../../oauth/authorize/authorizations.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { BrowserCaller, Client } from "../../vocabulary/actor.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { enrolPath } from "./enrol_page.ts";
import { factorPath } from "./factor_page.ts";
import { nextPath } from "./next_path.ts";
import { signInPage } from "./signin_page.ts";
import { accountTexts } from "../texts/texts.ts";

/** Where the sign-in leads, and whether it is for a user who is signed in, or for another one. */
export const SignInQuery = z.object({
  next: z.string().optional(),
  again: z.literal("1").optional(),
  other: z.literal("1").optional(),
  done: z.enum(["signed_out", "password_set", "verified"]).optional().catch(undefined),
});

const SignInForm = z.strictObject({
  username: z.string().max(identifierLengthMax),
  password: z.string(),
});

const show = operation("GET /signin", {
  operationId: "showSignIn",
  tags: ["pages"],
  summary: "Sign in with a username or e-mail address and a password",
  query: SignInQuery,
  ...visitor,
  ...page("The form; who is signed in is led on"),
  ...problems(),
});

const submit = operation("POST /signin", {
  operationId: "signIn",
  tags: ["pages"],
  summary: "Check the password and start a session of this browser",
  query: SignInQuery,
  ...visitor,
  ...form(SignInForm),
  ...formPage("Signed in"),
  ...problems("invalid_credentials", "email_unverified", "rate_limited", "overloaded", "unavailable"),
});

type SignInDeps = { settings: Settings; signIns: SignIns; authorizations: Authorizations; passkeys: Passkeys };

/** `GET|POST /signin` */
export const signInRoute = resource([show, submit], (app, deps: SignInDeps) => {
  const { settings, signIns, authorizations, passkeys: { isAvailable: hasPasskeys } } = deps;
  const isOpen = settings.SENTINEL_REGISTRATION === "open";

  app.addPage(show, async ({ visit, caller, query: { next, again, other, done } }) => {
    if (caller && !again) return seeOther(nextPath(next));
    const wish = await authorizations.wishOf(nextPath(next), visit.browser());
    const isOther = Boolean(wish?.isOther ?? other);
    const { username = null, email = null } = isOther ? {} : caller?.user ?? {};
    return signInPage(inLocales(visit, wish?.locales), {
      next: nextPath(next),
      username: wish?.loginHint?.slice(0, identifierLengthMax) ?? username ?? email ?? undefined,
      isAgain: caller !== undefined && !isOther,
      application: wish?.application,
      done,
      isOpen,
      hasPasskeys,
    });
  });

  app.addPage(submit, async ({ visit, caller, query: { next }, body: credentials, client }) => {
    try {
      return await signInHere(signIns, credentials, { visit, caller, next, client: client() });
    } catch (error) {
      const refused = refusalOf(error, visit);
      if (!refused) throw error;
      const wish = await authorizations.wishOf(nextPath(next), visit.browser());
      const shown = {
        next: nextPath(next),
        username: credentials.username,
        isOpen,
        hasPasskeys,
        application: wish?.application,
      };
      const page = signInPage(inLocales(visit, wish?.locales), { ...shown, isAgain: caller !== undefined, refused });
      return { ...page, headers: refused.headers };
    }
  });
});

/** Signs the user in in this browser, and leads on, to the second step where there is one. */
export async function signInHere(
  signIns: SignIns,
  credentials: { username: string; password: string },
  { visit, caller, next, client }: {
    visit: Visit;
    caller: BrowserCaller | undefined;
    next: string | undefined;
    client: Client;
  },
): Promise<Page> {
  const nextSecret = newBrowser();
  const browser = { secret: visit.browser()!, nextSecret, session: sessionOf(caller) };
  const signedIn = await signIns.signIn(credentials, browser, client);
  if (signedIn.kind === "factor_required") {
    const { oneMoreStep } = factorTexts[visit.language];
    return onward(visit, { title: oneMoreStep, next: factorPath(signedIn.step, nextPath(next)) });
  }
  if (signedIn.kind === "enrolment_required") {
    const { oneMoreStep } = factorTexts[visit.language];
    return onward(visit, { title: oneMoreStep, next: enrolPath(signedIn.enrolment, nextPath(next)) });
  }
  visit.startSession(signedIn.cookie, nextSecret);
  return onward(visit, { title: accountTexts[visit.language].signedIn, next: nextPath(next) });
}

/** The session that the browser holds, which a new sign-in of its user renews and one of another user ends. */
export function sessionOf(caller: BrowserCaller | undefined): { id: string; userId: string } | undefined {
  return caller && { id: caller.session.id, userId: caller.user.id };
}

function refusalOf(error: unknown, visit: Visit) {
  const t = accountTexts[visit.language];
  if (!(error instanceof Problem)) return undefined;
  if (error.code === "rate_limited") return { status: 429, text: t.tooManyAttempts, headers: error.headers };
  if (error.code === "email_unverified") {
    return { status: 403, text: t.emailUnverified, headers: {}, isUnverified: true };
  }
  if (error.code === "invalid_credentials") return { status: 403, text: t.wrongCredentials, headers: {} };
  return undefined;
}
