import { z } from "@hono/zod-openapi";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { type Page, seeOther } from "../../http/pages/page_answer.ts";
import { newBrowser, type Visit } from "../../http/pages/visit.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { BrowserCaller, Client } from "../../vocabulary/actor.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { nextPath } from "./next_path.ts";
import { signInPage } from "./signin_page.ts";
import { accountTexts } from "../texts/texts.ts";

/** Where the sign-in leads, and whether it is for a user who is signed in. */
export const SignInQuery = z.object({
  next: z.string().optional(),
  again: z.literal("1").optional(),
  done: z.enum(["signed_out", "password_set", "verified"]).optional().catch(undefined),
});

const SignInForm = z.strictObject({
  username: z.string().max(identifierLengthMax),
  password: z.string(),
});

const show = operation({
  method: "get",
  path: "/signin",
  operationId: "showSignIn",
  tags: ["pages"],
  summary: "Sign in with a username or e-mail address and a password",
  query: SignInQuery,
  ...visitor,
  ...page("The form; who is signed in is led on"),
  ...problems(),
});

const submit = operation({
  method: "post",
  path: "/signin",
  operationId: "signIn",
  tags: ["pages"],
  summary: "Check the password and start a session of this browser",
  query: SignInQuery,
  ...visitor,
  ...form(SignInForm),
  ...formPage("Signed in"),
  ...problems("invalid_credentials", "email_unverified", "rate_limited", "overloaded", "unavailable"),
});

type SignInDeps = { settings: Settings; signIns: SignIns };

/** `GET|POST /signin` */
export const signInRoute = resource([show, submit], (app, { settings, signIns }: SignInDeps) => {
  const isOpen = settings.SENTINEL_REGISTRATION === "open";

  app.addPage(show, ({ visit, caller, query: { next, again, done } }) => {
    if (caller && !again) return seeOther(nextPath(next));
    const username = caller && (caller.user.username ?? caller.user.email ?? undefined);
    return signInPage(visit, {
      next: nextPath(next),
      username,
      isAgain: caller !== undefined,
      done,
      isOpen,
    });
  });

  app.addPage(submit, async ({ visit, caller, query: { next }, body: credentials, client }) => {
    try {
      return await signInHere(signIns, credentials, { visit, caller, next, client: client() });
    } catch (error) {
      const refused = refusalOf(error, visit);
      if (!refused) throw error;
      const shown = { next: nextPath(next), username: credentials.username, isOpen, refused };
      return { ...signInPage(visit, { ...shown, isAgain: caller !== undefined }), headers: refused.headers };
    }
  });
});

/** Signs the user in in this browser, and leads on. */
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
  const session = caller && { id: caller.session.id, userId: caller.user.id };
  const nextSecret = newBrowser();
  const cookie = await signIns.signIn(credentials, { secret: visit.browser()!, nextSecret, session }, client);
  visit.startSession(cookie, nextSecret);
  return onward(visit, { title: accountTexts[visit.language].signedIn, next: nextPath(next) });
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
