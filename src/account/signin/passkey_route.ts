import { z } from "@hono/zod-openapi";
import type { Passkeys } from "../../credentials/passkeys/passkeys.ts";
import { form, formPage, Id, operation, pageData, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { inLocales } from "../../http/pages/language.ts";
import { newBrowser, type Visit } from "../../http/pages/visit.ts";
import type { Authorizations } from "../../oauth/authorize/authorizations.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { passkeyAssertion } from "../../vocabulary/passkey_json.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { credential } from "../passkeys/credential.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { accountTexts } from "../texts/texts.ts";
import { nextPath } from "./next_path.ts";
import { signInPage } from "./signin_page.ts";
import { sessionOf, SignInQuery } from "./signin_route.ts";

const begin = operation("POST /signin/passkey/options", {
  operationId: "beginPasskeySignIn",
  tags: ["pages"],
  summary: "What a passkey signs to sign in in this browser",
  ...visitor,
  ...form(z.strictObject({})),
  ...pageData("The challenge"),
  ...problems("unavailable"),
});

const submit = operation("POST /signin/passkey", {
  operationId: "signInByPasskey",
  tags: ["pages"],
  summary: "Check what the passkey has signed and start a session of this browser",
  query: SignInQuery,
  ...visitor,
  ...form(z.strictObject({ challenge_id: Id, credential: credential(passkeyAssertion) })),
  ...formPage("Signed in"),
  ...problems("invalid_passkey", "login_expired", "email_unverified", "rate_limited", "unavailable"),
});

type PasskeySignInDeps = {
  settings: Settings;
  signIns: SignIns;
  authorizations: Authorizations;
  passkeys: Passkeys;
};

/** `POST /signin/passkey/options`, `POST /signin/passkey` */
export const passkeySignInRoute = resource([begin, submit], (app, deps: PasskeySignInDeps) => {
  const { settings, signIns, authorizations, passkeys: { isAvailable: hasPasskeys } } = deps;
  const isOpen = settings.SENTINEL_REGISTRATION === "open";

  app.addPage(begin, async ({ visit }) => ({
    kind: "data",
    data: await signIns.passkeyOptions(visit.browser()!),
  }));

  app.addPage(submit, async ({ visit, caller, query: { next }, body, client }) => {
    const nextSecret = newBrowser();
    const browser = { secret: visit.browser()!, nextSecret, session: sessionOf(caller) };
    const answer = { challenge_id: body.challenge_id, assertion: body.credential };
    try {
      visit.startSession(await signIns.signInByPasskey(answer, browser, client()), nextSecret);
      return onward(visit, { title: accountTexts[visit.language].signedIn, next: nextPath(next) });
    } catch (error) {
      const refused = refusalOf(error, visit);
      if (!refused) throw error;
      const wish = await authorizations.wishOf(nextPath(next), visit.browser());
      const page = signInPage(inLocales(visit, wish?.locales), {
        next: nextPath(next),
        isAgain: caller !== undefined,
        application: wish?.application,
        isOpen,
        hasPasskeys,
        refused,
      });
      return { ...page, headers: refused.headers };
    }
  });
});

/** What the page shows; undefined for any other error. */
function refusalOf(error: unknown, { language }: Visit) {
  if (!(error instanceof Problem)) return undefined;
  const [t, texts] = [accountTexts[language], passkeyTexts[language]];
  if (error.code === "rate_limited") return { status: 429, text: t.tooManyAttempts, headers: error.headers };
  if (error.code === "email_unverified") {
    return { status: 403, text: t.emailUnverified, headers: {}, isUnverified: true };
  }
  const text = { invalid_passkey: texts.wrong, login_expired: texts.expired }[error.code as string];
  return text && { status: 403, text, headers: {}, isOfPasskey: true };
}
