import { z } from "@hono/zod-openapi";
import type { Registrations } from "../../accounts/registration/registrations.ts";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { keepFlow } from "../mail/mail_visit.ts";
import { sentPage } from "../mail/verify_route.ts";
import { nextPath } from "./next_path.ts";
import { refusalOf } from "../texts/refusal.ts";
import { signInHere, SignInQuery } from "./signin_route.ts";
import { closedPage, signUpPage } from "./signup_page.ts";
import { accountTexts } from "../texts/texts.ts";

const name = z.string().max(identifierLengthMax).optional();

const SignUpForm = z.strictObject({
  username: name,
  email: name,
  password: z.string(),
});

const show = operation({
  method: "get",
  path: "/signup",
  operationId: "showSignUp",
  tags: ["pages"],
  summary: "Create an account",
  query: SignInQuery,
  ...visitor,
  ...page("The form; who is signed in is led on"),
  ...problems("registration_closed"),
});

const submit = operation({
  method: "post",
  path: "/signup",
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

type SignUpDeps = { settings: Settings; registrations: Registrations; signIns: SignIns };

/** `GET|POST /signup` */
export const signUpRoute = resource([show, submit], (app, { settings, registrations, signIns }: SignUpDeps) => {
  const isOpen = settings.SENTINEL_REGISTRATION === "open";
  const needsEmail = settings.SENTINEL_EMAIL_VERIFICATION === "required";
  const passwordLengthMin = settings.SENTINEL_PASSWORD_MIN_LENGTH;

  app.addPage(show, ({ visit, caller, query }) => {
    if (caller) return seeOther(nextPath(query.next));
    if (!isOpen) return closedPage(visit, nextPath(query.next));
    return signUpPage(visit, { next: nextPath(query.next), passwordLengthMin, needsEmail });
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
        return sentPage(visit, names.email!);
      }
    } catch (error) {
      const refused = refusalOf(error, t, {
        username_taken: { field: "username", text: t.usernameTaken },
        email_taken: { field: "email", text: t.emailTaken },
      });
      if (!refused) throw error;
      return signUpPage(visit, { next: nextPath(next), ...given, passwordLengthMin, needsEmail, refused });
    }
    const username = names.username ?? names.email!;
    return await signInHere(signIns, { username, password }, { visit, caller, next, client: client() });
  });
});
