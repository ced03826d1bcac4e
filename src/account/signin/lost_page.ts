import { door } from "../../http/pages/frame.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { SecondStep } from "../../sessions/second_step/second_steps.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { factorPath } from "./factor_page.ts";

/** `GET /signin/lost`: the ways on for a user who has lost a device. `step`: the sign-in that waits for a factor. */
export function lostPage(visit: Visit, { step, next }: { step: SecondStep | undefined; next: string }): Page {
  const t = factorTexts[visit.language];
  const way = step ? factorPath(step, next, "recovery_code") : `/signin?next=${encodeURIComponent(next)}`;
  const hasCode = step?.factors.includes("recovery_code") ?? true;
  const button = step ? t.useRecoveryCode : t.lostSignIn;
  const main = html`
    <h1>${t.lostTitle}</h1>
    <section>
    <h2>${t.lostWithCode}</h2>
    <p>${hasCode ? t.lostWithCodeAbout : t.lostNoCodes}</p>
    ${hasCode ? html`<p class="actions"><a class="button primary" href="${way}">${button}</a></p>` : nothing}
    </section>
    <section>
      <h2>${t.lostWithoutCode}</h2>
      <p>${t.lostWithoutCodeAbout}</p>
    </section>
    <section>
      <h2>${t.lostAfterwards}</h2>
      <ul class="list">${t.lostDeeds.map((deed) => html`<li>${deed}</li>`)}</ul>
    </section>
  `;
  return { kind: "page", html: door(visit, { title: t.lostTitle, main, isWide: true }) };
}
