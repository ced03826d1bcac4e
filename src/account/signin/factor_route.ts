import { z } from "@hono/zod-openapi";
import type { FactorProof } from "../../credentials/factors/factors.ts";
import type { Passkeys } from "../../credentials/passkeys/passkeys.ts";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import { seeOther } from "../../http/pages/page_answer.ts";
import { newBrowser, type Visit } from "../../http/pages/visit.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { SecondStep } from "../../sessions/second_step/second_steps.ts";
import type { FactorKind } from "../../vocabulary/actor.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { passkeyAssertion } from "../../vocabulary/passkey_json.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { credential } from "../passkeys/credential.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { accountTexts } from "../texts/texts.ts";
import { factorPage, offered } from "./factor_page.ts";
import { nextPath } from "./next_path.ts";
import { signInPage } from "./signin_page.ts";
import { sessionOf } from "./signin_route.ts";

/** The step of the sign-in, where it leads, and what the page asks for. */
const FactorQuery = z.object({
  step: z.uuid().optional().catch(undefined),
  next: z.string().optional(),
  type: z.enum(["totp", "recovery_code", "passkey"]).optional().catch(undefined),
});

/** A code, or what a passkey has signed: the challenge is that of the step. */
const FactorForm = z.strictObject({
  code: z.string().max(100).default(""),
  credential: credential(passkeyAssertion).optional(),
  challenge_id: z.literal("").optional(),
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
  ...form(FactorForm),
  ...formPage("Signed in"),
  ...problems("invalid_factor", "login_expired", "rate_limited", "unavailable"),
});

type SignInFactorDeps = { settings: Settings; signIns: SignIns; passkeys: Passkeys };

/** `GET|POST /signin/factor` */
export const signInFactorRoute = resource([show, submit], (app, deps: SignInFactorDeps) => {
  const { settings, signIns, passkeys: { isAvailable: hasPasskeys } } = deps;
  const isOpen = settings.SENTINEL_REGISTRATION === "open";

  app.addPage(show, async ({ visit, query: { step: id, next, type } }) => {
    const step = id && await signIns.stepOf(id, visit.browser());
    if (!step) return seeOther(`/signin?next=${encodeURIComponent(nextPath(next))}`);
    return factorPage(visit, { step, next: nextPath(next), type: typeOf(step, type) });
  });

  app.addPage(
    submit,
    async ({ visit, caller, query: { step: id, next, type }, body: { code, credential }, client }) => {
      const nextSecret = newBrowser();
      const browser = { secret: visit.browser()!, nextSecret, session: sessionOf(caller) };
      try {
        if (id === undefined) throw new Problem("login_expired");
        const proof: FactorProof = credential
          ? { type: "passkey", assertion: credential }
          : { type: type === "recovery_code" ? type : "totp", code };
        visit.startSession(await signIns.passFactor(id, proof, browser, client()), nextSecret);
        return onward(visit, { title: accountTexts[visit.language].signedIn, next: nextPath(next) });
      } catch (error) {
        const t = factorTexts[visit.language];
        const refused = refusalOf(error, visit, type === "passkey");
        if (!refused) throw error;
        const step = id && await signIns.stepOf(id, visit.browser());
        if (step) {
          const shown = { step, next: nextPath(next), type: typeOf(step, type), refused };
          return { ...factorPage(visit, shown), headers: refused.headers };
        }
        const expired = { status: 403, text: t.expired };
        return signInPage(visit, { next: nextPath(next), isOpen, hasPasskeys, refused: expired });
      }
    },
  );
});

/** The kind that is asked for: the best one unless the user chose another that they have. */
function typeOf(step: SecondStep, wished: FactorKind | undefined): FactorKind {
  const [best, ...others] = offered(step);
  return others.find((kind) => kind === wished) ?? best ?? "recovery_code";
}

/** What the page shows; undefined for any other error. */
function refusalOf(error: unknown, { language }: Visit, isPasskey: boolean) {
  if (!(error instanceof Problem)) return undefined;
  const texts = factorTexts[language];
  const { headers } = error;
  if (error.code === "rate_limited") return { status: 429, text: texts.tooManyAttempts, headers };
  const wrong = isPasskey ? passkeyTexts[language].refused : texts.wrongCode;
  const text = { invalid_factor: wrong, login_expired: texts.expired }[error.code as string];
  return text && { status: 403, text, headers: {} };
}
