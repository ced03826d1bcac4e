import { z } from "@hono/zod-openapi";
import type { Registrations } from "../../accounts/registration/registrations.ts";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { inLocales } from "../../http/pages/language.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { Authorizations } from "../../oauth/authorize/authorizations.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { keepFlow, keepNext } from "../mail/mail_visit.ts";
import { sentPage } from "../mail/verify_route.ts";
import { nextPath } from "../signin/next_path.ts";
import { refusalOf } from "../texts/refusal.ts";
import { signInHere, SignInQuery } from "../signin/signin_route.ts";
import { closedPage, signUpPage } from "./signup_page.ts";
import { accountTexts } from "../texts/texts.ts";

const name = z.string().max(identifierLengthMax).optional();

const SignUpForm = z.strictObject({
  username: name,
  email: name,
  password: z.string(),
});

const show = operation("GET /signup", {
  operationId: "showSignUp",
  tags: ["pages"],
  summary: "Create an account",
  query: SignInQuery,
  ...visitor,
  ...page("The form; who is signed in is led on"),
  ...problems("registration_closed"),
});

const submit = operation("POST /signup", {
  operationId: "signUp",
  tags: ["pages"],
  summary: "Create the account, and sign in unless its address must be confirmed first",
  query: SignInQuery,
  ...visitor,
  ...form(SignUpForm),
  ...formPage("Signed in"),
  ...problems(
    "registration_closed",
    "username_taken",
    "email_taken",
    "exclusion_violated",
    "invalid_credentials",
    "email_unverified",
    "rate_limited",
    "overloaded",
    "unavailable",
  ),
});

type SignUpDeps = {
  settings: Settings;
  registrations: Registrations;
  signIns: SignIns;
  authorizations: Authorizations;
};

/** `GET|POST /signup` */
export const signUpRoute = resource([show, submit], (app, deps: SignUpDeps) => {
  const { settings, registrations, signIns, authorizations } = deps;
  const isOpen = settings.SENTINEL_REGISTRATION === "open";
  const needsEmail = settings.SENTINEL_EMAIL_VERIFICATION === "required";
  const passwordLengthMin = settings.SENTINEL_PASSWORD_MIN_LENGTH;

  app.addPage(show, async ({ visit, caller, query: { next, again } }) => {
    if (caller && !again) return seeOther(nextPath(next));
    const { look, application } = await wishOf(visit, next);
    if (!isOpen) return closedPage(look, nextPath(next));
    return signUpPage(look, { next: nextPath(next), application, passwordLengthMin, needsEmail });
  });

  app.addPage(submit, async ({ visit, caller, query: { next }, body: { password, ...given }, client }) => {
    const t = accountTexts[visit.language];
    const names = { username: given.username || undefined, email: given.email || undefined };
    try {
      const actor = { actor_id: null, client: client() };
      const wanted = { ...names, password, role: "user" };
      const { flowId } = await registrations.register(wanted, undefined, actor, visit.browser());
      if (flowId !== undefined) {
        keepFlow(visit, flowId);
        keepNext(visit, nextPath(next));
        return sentPage(visit, names.email!);
      }
    } catch (error) {
      const refused = refusalOf(error, t, {
        username_taken: { field: "username", text: t.usernameTaken },
        email_taken: { field: "email", text: t.emailTaken },
      });
      if (!refused) throw error;
      const { look, application } = await wishOf(visit, next);
      return signUpPage(look, { next: nextPath(next), application, ...given, passwordLengthMin, needsEmail, refused });
    }
    const username = names.username ?? names.email!;
    return await signInHere(signIns, { username, password }, { visit, caller, next, client: client() });
  });

  async function wishOf(visit: Visit, next: string | undefined): Promise<{ look: Visit; application?: string }> {
    const wish = await authorizations.wishOf(nextPath(next), visit.browser());
    return { look: inLocales(visit, wish?.locales), ...(wish && { application: wish.application }) };
  }
});
