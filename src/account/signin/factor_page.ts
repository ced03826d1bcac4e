import { field, form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { SecondStep } from "../../sessions/second_step/second_steps.ts";
import { factorTexts } from "../factors/factor_texts.ts";

/** The kinds of proofs that are typed. */
export type TypedFactor = "totp" | "recovery_code";

const errorId = "factor-error";

/** The path of the second step, which leads where the sign-in does. */
export function factorPath({ id }: { id: string }, next: string, type?: TypedFactor): string {
  const query = new URLSearchParams({ step: id, next, ...(type && { type }) });
  return `/signin/factor?${query}`;
}

/** `GET /signin/factor`: asks for a code. */
export function factorPage(
  visit: Visit,
  { step, next, type, refused }: {
    step: SecondStep;
    next: string;
    type: TypedFactor;
    refused?: { status: number; text: readonly string[] };
  },
): Page {
  const t = factorTexts[visit.language];
  const isCode = type === "totp";
  const other: TypedFactor = isCode ? "recovery_code" : "totp";
  const main = html`<h1>${t.enterCode}</h1>
<p class="dim">${t.secondStep}</p>
${refused ? note(errorId, "bad", refused.text[0]!, refused.text[1]) : nothing}
${
    form(
      visit,
      factorPath(step, next, type),
      html`${
        field({
          id: "code",
          label: isCode ? t.code : t.recoveryCode,
          hint: isCode ? t.codeHint : t.recoveryCodeHint,
          autocomplete: isCode ? "one-time-code" : "off",
          more: isCode ? { class: "otp", inputmode: "numeric" } : { autocapitalize: "none", spellcheck: "false" },
          ...(refused && { errorId }),
        })
      }
<button class="primary">${t.goOn}</button>`,
    )
  }
<hr>
<ul>
${
    step.factors.includes(other)
      ? html`<li><a href="${factorPath(step, next, other)}">${isCode ? t.useRecoveryCode : t.useApp}</a></li>`
      : nothing
  }
<li><a href="/signin?next=${encodeURIComponent(next)}">${t.otherUser}</a></li>
</ul>`;
  const title = refused ? frameTexts[visit.language].errorTitle(t.enterCode) : t.enterCode;
  return { kind: "page", html: door(visit, { title, main }), ...(refused && { status: refused.status }) };
}
