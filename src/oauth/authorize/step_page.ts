import { onward } from "../../http/pages/frame.ts";
import { inLocales } from "../../http/pages/language.ts";
import { type Page, type PageAnswer, seeOther } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { Step } from "./authorization_steps.ts";
import { refusedPage, type RequestFacts, stalePage } from "./authorize_page.ts";
import { consentPage } from "./consent_page.ts";
import { responseToForm, responseToGet } from "./response_page.ts";

/** Shows the step in answer to a GET. */
export function stepAfterGet(visit: Visit, step: Step, facts: RequestFacts): PageAnswer {
  const look = inLocales(visit, step.locales);
  if (step.kind === "lead") return seeOther(step.path);
  return step.kind === "respond" ? responseToGet(look, step.response) : shown(look, step, facts);
}

/** Shows the step in answer to a form. */
export function stepAfterForm(visit: Visit, step: Step, facts: RequestFacts): Page {
  const look = inLocales(visit, step.locales);
  if (step.kind === "lead") return onward(look, { title: frameTexts[look.language].signIn, next: step.path });
  return step.kind === "respond" ? responseToForm(look, step.response) : shown(look, step, facts);
}

function shown(visit: Visit, step: Exclude<Step, { kind: "lead" | "respond" }>, facts: RequestFacts): Page {
  if (step.kind === "ask") return consentPage(visit, step.question);
  return step.kind === "stale" ? stalePage(visit) : refusedPage(visit, step.refusal, facts);
}
