import { z } from "@hono/zod-openapi";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import { newBrowser } from "../../http/pages/visit.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { accountTexts } from "../texts/texts.ts";
import { factorPage } from "./factor_page.ts";
import { nextPath } from "./next_path.ts";
import { signInPage } from "./signin_page.ts";
import { sessionOf } from "./signin_route.ts";

/** The step of the sign-in, where it leads, and what the page asks for. */
const FactorQuery = z.object({
  step: z.uuid().optional().catch(undefined),
  next: z.string().optional(),
  type: z.enum(["totp", "recovery_code"]).default("totp"),
});

const show = operation("GET /signin/factor", {
  operationId: "showSignInFactor",
  tags: ["pages"],
  summary: "Ask for the second factor of a sign-in",
  query: FactorQuery,
  ...visitor,
  ...page("The form; where no sign-in waits for a factor, the way to a new one"),
  ...problems(),
});

const submit = operation("POST /signin/factor", {
  operationId: "signInFactor",
  tags: ["pages"],
  summary: "Prove the second factor and start a session of this browser",
  query: FactorQuery,
  ...visitor,
  ...form(z.strictObject({ code: z.string().max(100) })),
  ...formPage("Signed in"),
  ...problems("invalid_factor", "login_expired", "rate_limited", "unavailable"),
});

type SignInFactorDeps = { settings: Settings; signIns: SignIns };

/** `GET|POST /signin/factor` */
export const signInFactorRoute = resource([show, submit], (app, { settings, signIns }: SignInFactorDeps) => {
  const isOpen = settings.SENTINEL_REGISTRATION === "open";

  app.addPage(show, async ({ visit, query: { step: id, next, type } }) => {
    const step = id && await signIns.stepOf(id, visit.browser());
    if (!step) return seeOther(`/signin?next=${encodeURIComponent(nextPath(next))}`);
    return factorPage(visit, { step, next: nextPath(next), type });
  });

  app.addPage(submit, async ({ visit, caller, query: { step: id, next, type }, body: { code }, client }) => {
    const nextSecret = newBrowser();
    const browser = { secret: visit.browser()!, nextSecret, session: sessionOf(caller) };
    try {
      if (id === undefined) throw new Problem("login_expired");
      visit.startSession(await signIns.passFactor(id, { type, code }, browser, client()), nextSecret);
      return onward(visit, { title: accountTexts[visit.language].signedIn, next: nextPath(next) });
    } catch (error) {
      const t = factorTexts[visit.language];
      const refused = refusalOf(error, t);
      if (!refused) throw error;
      const step = id && await signIns.stepOf(id, visit.browser());
      if (step) {
        return { ...factorPage(visit, { step, next: nextPath(next), type, refused }), headers: refused.headers };
      }
      return signInPage(visit, { next: nextPath(next), isOpen, refused: { status: 403, text: t.expired } });
    }
  });
});

/** What the page shows; undefined for any other error. */
function refusalOf(error: unknown, texts: (typeof factorTexts)["en" | "de"]) {
  if (!(error instanceof Problem)) return undefined;
  const { headers } = error;
  if (error.code === "rate_limited") return { status: 429, text: texts.tooManyAttempts, headers };
  const text = { invalid_factor: texts.wrongCode, login_expired: texts.expired }[error.code as string];
  return text && { status: 403, text, headers: {} };
}
