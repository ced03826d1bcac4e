import { z } from "@hono/zod-openapi";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { type Page, seeOther } from "../../http/pages/page_answer.ts";
import { newBrowser, type Visit } from "../../http/pages/visit.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { Enrolment } from "../../sessions/enrolment/enrolments.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
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

type EnrolDeps = { settings: Settings; signIns: SignIns };

/** `GET|POST /signin/enrol`, `POST /signin/enrol/confirm` */
export const signInEnrolRoute = resource([show, begin, confirm], (app, { settings, signIns }: EnrolDeps) => {
  const isOpen = settings.SENTINEL_REGISTRATION === "open";

  app.addPage(show, async ({ visit, query: { step, next } }) => {
    const enrolment = await enrolmentOf(visit, step);
    if (!enrolment) return seeOther(`/signin?next=${encodeURIComponent(nextPath(next))}`);
    return enrolPage(visit, { enrolment, next: nextPath(next) });
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

  app.addPage(confirm, async ({ visit, caller, query: { step: id, next }, body: { code }, client }) => {
    const nextSecret = newBrowser();
    const browser = { secret: visit.browser()!, nextSecret, session: sessionOf(caller) };
    try {
      if (id === undefined) throw new Problem("login_expired");
      const { session, recoveryCodes } = await signIns.confirmTotp(id, code, browser, client());
      visit.startSession(session, nextSecret);
      return enrolledPage(visit, recoveryCodes, nextPath(next));
    } catch (error) {
      return await refusedPage(visit, error, id, nextPath(next));
    }
  });

  async function enrolmentOf(visit: Visit, id: string | undefined): Promise<Enrolment | undefined> {
    return id === undefined ? undefined : await signIns.enrolmentOf(id, visit.browser());
  }

  /** The step again, with what was wrong; the sign-in if the step is over. An error that pages do not show goes on. */
  async function refusedPage(visit: Visit, error: unknown, id: string | undefined, next: string): Promise<Page> {
    const refused = refusalOf(error, visit);
    if (!refused) throw error;
    const { headers, isStale, ...shown } = refused;
    const enrolment = await enrolmentOf(visit, id);
    if (!enrolment) {
      const text = factorTexts[visit.language].expired;
      return signInPage(visit, { next, isOpen, refused: { status: 403, text } });
    }
    const draw = isStale ? enrolPage : enrolSecretPage;
    return { ...draw(visit, { enrolment, next, refused: shown }), headers };
  }
});

/** What the page shows; undefined for any other error. */
function refusalOf(error: unknown, { language }: Visit) {
  if (!(error instanceof Problem)) return undefined;
  const t = factorTexts[language];
  const { headers } = error;
  if (error.code === "rate_limited") return { status: 429, text: t.tooManyAttempts, headers };
  if (error.code === "no_enrolment") {
    return { status: 409, text: enrolTexts[language].stale, headers: {}, isStale: true };
  }
  const text = { invalid_factor: t.wrongCode, login_expired: t.expired }[error.code as string];
  return text && { status: 403, text, headers: {} };
}
