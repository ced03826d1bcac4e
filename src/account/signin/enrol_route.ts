import { z } from "@hono/zod-openapi";
import type { Passkeys } from "../../credentials/passkeys/passkeys.ts";
import { form, formPage, operation, page, pageData, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { type Page, seeOther } from "../../http/pages/page_answer.ts";
import { newBrowser, type Visit } from "../../http/pages/visit.ts";
import type { SigningBrowser, SignIns } from "../../sessions/browser/sign_in.ts";
import type { Enrolled, Enrolment } from "../../sessions/enrolment/enrolments.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { passkeyAttestation } from "../../vocabulary/passkey_json.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { credential } from "../passkeys/credential.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { enrolledPage, enrolPage, enrolSecretPage } from "./enrol_page.ts";
import { enrolTexts } from "./enrol_texts.ts";
import { nextPath } from "./next_path.ts";
import { signInPage } from "./signin_page.ts";
import { sessionOf } from "./signin_route.ts";

/** The step of the sign-in, and where it leads. */
const EnrolQuery = z.object({
  step: z.uuid().optional().catch(undefined),
  next: z.string().optional(),
});

const tags: ["pages"] = ["pages"];

const show = operation("GET /signin/enrol", {
  tags,
  query: EnrolQuery,
  ...visitor,
  operationId: "showSignInEnrolment",
  summary: "Say that the sign-in takes a second factor, which the user has to set up",
  ...page("The form; where no sign-in waits for a new factor, the way to a new one"),
  ...problems(),
});

const begin = operation("POST /signin/enrol", {
  tags,
  query: EnrolQuery,
  ...visitor,
  operationId: "enrolAtSignIn",
  summary: "Show the secret of a new authenticator app",
  ...form(z.strictObject({})),
  ...formPage("The secret, shown once"),
  ...problems("login_expired", "unavailable"),
});

const confirm = operation("POST /signin/enrol/confirm", {
  tags,
  query: EnrolQuery,
  ...visitor,
  operationId: "confirmEnrolmentAtSignIn",
  summary: "Confirm the new app with its first code, and start a session of this browser",
  ...form(z.strictObject({ code: z.string().max(100) })),
  ...formPage("Signed in; the recovery codes, shown once"),
  ...problems("invalid_factor", "login_expired", "no_enrolment", "rate_limited", "unavailable"),
});

const askForPasskey = operation("POST /signin/enrol/passkey/options", {
  tags,
  query: EnrolQuery,
  ...visitor,
  operationId: "beginPasskeyEnrolmentAtSignIn",
  summary: "What the browser is to create a passkey by",
  ...form(z.strictObject({})),
  ...pageData("The challenge"),
  ...problems("login_expired", "unavailable"),
});

const addPasskey = operation("POST /signin/enrol/passkey", {
  tags,
  query: EnrolQuery,
  ...visitor,
  operationId: "enrolPasskeyAtSignIn",
  summary: "Add the passkey that the browser has created, and start a session of this browser",
  ...form(z.strictObject({ challenge_id: z.literal("").optional(), credential: credential(passkeyAttestation) })),
  ...formPage("Signed in; the recovery codes, shown once"),
  ...problems("passkey_refused", "passkey_taken", "login_expired", "unavailable"),
});

const operations = [show, begin, confirm, askForPasskey, addPasskey] as const;

type EnrolDeps = { settings: Settings; signIns: SignIns; passkeys: Passkeys };

/** `GET|POST /signin/enrol`, `POST /signin/enrol/confirm`, `POST /signin/enrol/passkey[/options]` */
export const signInEnrolRoute = resource(operations, (app, { settings, signIns, passkeys }: EnrolDeps) => {
  const isOpen = settings.SENTINEL_REGISTRATION === "open";
  const hasPasskeys = passkeys.isAvailable;

  app.addPage(show, async ({ visit, query: { step, next } }) => {
    const enrolment = await enrolmentOf(visit, step);
    if (!enrolment) return seeOther(`/signin?next=${encodeURIComponent(nextPath(next))}`);
    return enrolPage(visit, { enrolment, next: nextPath(next), hasPasskeys });
  });

  app.addPage(begin, async ({ visit, query: { step: id, next }, client }) => {
    try {
      if (id === undefined) throw new Problem("login_expired");
      const name = factorTexts[visit.language].defaultName;
      const created = await signIns.showTotp(id, name, visit.browser(), client());
      return enrolSecretPage(visit, { enrolment: { id }, next: nextPath(next), created });
    } catch (error) {
      return await refusedPage(visit, error, id, nextPath(next));
    }
  });

  app.addPage(
    confirm,
    ({ visit, caller, query, body: { code }, client }) =>
      end(visit, caller, query, (id, browser) => signIns.confirmTotp(id, code, browser, client())),
  );

  app.addPage(askForPasskey, async ({ visit, query: { step: id } }) => {
    if (id === undefined) throw new Problem("login_expired");
    return { kind: "data", data: await signIns.askForPasskey(id, visit.browser()) };
  });

  app.addPage(
    addPasskey,
    ({ visit, caller, query, body: { credential }, client }) =>
      end(visit, caller, query, (id, browser) => signIns.addPasskey(id, credential, browser, client())),
  );

  /** Starts the session that `enrol` gives, and shows the recovery codes. */
  async function end(
    visit: Visit,
    caller: BrowserCaller | undefined,
    { step: id, next }: z.output<typeof EnrolQuery>,
    enrol: (id: string, browser: SigningBrowser) => Promise<Enrolled<string>>,
  ): Promise<Page> {
    const nextSecret = newBrowser();
    try {
      if (id === undefined) throw new Problem("login_expired");
      const { session, recoveryCodes } = await enrol(id, {
        secret: visit.browser()!,
        nextSecret,
        session: sessionOf(caller),
      });
      visit.startSession(session, nextSecret);
      return enrolledPage(visit, recoveryCodes, nextPath(next));
    } catch (error) {
      return await refusedPage(visit, error, id, nextPath(next));
    }
  }

  async function enrolmentOf(visit: Visit, id: string | undefined): Promise<Enrolment | undefined> {
    return id === undefined ? undefined : await signIns.enrolmentOf(id, visit.browser());
  }

  /** The step again, with what was wrong; the sign-in if the step is over. An error that pages do not show goes on. */
  async function refusedPage(visit: Visit, error: unknown, id: string | undefined, next: string): Promise<Page> {
    const refused = refusalOf(error, visit);
    if (!refused) throw error;
    const { headers, isOfStart, ...shown } = refused;
    const enrolment = await enrolmentOf(visit, id);
    if (!enrolment) {
      const text = factorTexts[visit.language].expired;
      return signInPage(visit, { next, isOpen, hasPasskeys, refused: { status: 403, text } });
    }
    const step = { enrolment, next, refused: shown };
    return { ...(isOfStart ? enrolPage(visit, { ...step, hasPasskeys }) : enrolSecretPage(visit, step)), headers };
  }
});

/** What the page shows; undefined for any other error. */
function refusalOf(error: unknown, { language }: Visit) {
  if (!(error instanceof Problem)) return undefined;
  const t = factorTexts[language];
  const { headers } = error;
  if (error.code === "rate_limited") return { status: 429, text: t.tooManyAttempts, headers };
  if (error.code === "no_enrolment") {
    return { status: 409, text: enrolTexts[language].stale, headers: {}, isOfStart: true };
  }
  const passkey = { passkey_refused: passkeyTexts[language].refused, passkey_taken: passkeyTexts[language].haveOne };
  const ofPasskey = passkey[error.code as keyof typeof passkey];
  if (ofPasskey) return { status: error.status, text: ofPasskey, headers: {}, isOfStart: true };
  const text = { invalid_factor: t.wrongCode, login_expired: t.expired }[error.code as string];
  return text && { status: 403, text, headers: {} };
}
