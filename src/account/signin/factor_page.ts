import { field, form, note } from "../../http/pages/form.ts";
import { door } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { SecondStep } from "../../sessions/second_step/second_steps.ts";
import type { FactorKind } from "../../vocabulary/actor.ts";
import { factorTexts } from "../factors/factor_texts.ts";
import { passkeyForm, withoutPasskeys } from "../passkeys/passkey_form_page.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";

const errorId = "factor-error";

/** The path of the second step, which leads where the sign-in does. */
export function factorPath({ id }: { id: string }, next: string, type?: FactorKind): string {
  const query = new URLSearchParams({ step: id, next, ...(type && { type }) });
  return `/signin/factor?${query}`;
}

/** The step, where it leads, and the kind of factor that the page asks for. */
interface FactorStep {
  step: SecondStep;
  next: string;
  type: FactorKind;
  refused?: { status: number; text: readonly string[] };
}

/** `GET /signin/factor`: asks for a code or a passkey. */
export function factorPage(visit: Visit, { step, next, type, refused }: FactorStep): Page {
  const t = factorTexts[visit.language];
  const heading = type === "passkey" ? passkeyTexts[visit.language].prove : t.enterCode;
  const main = html`<h1>${heading}</h1>
<p class="dim">${t.secondStep}</p>
${refused ? note(errorId, "bad", refused.text[0]!, refused.text[1]) : nothing}
${
    type === "passkey"
      ? passkeyOf(visit, step, next)
      : codeForm(visit, { step, next, type, ...(refused && { refused }) })
  }
<hr>
<ul>
${
    offered(step).filter((kind) => kind !== type).map((kind) =>
      html`<li><a href="${factorPath(step, next, kind)}">${wayBy(visit, kind)}</a></li>`
    )
  }
<li><a href="${lostPath(step, next)}">${t.lost}</a></li>
<li><a href="/signin?next=${encodeURIComponent(next)}">${t.otherUser}</a></li>
</ul>`;
  const title = refused ? frameTexts[visit.language].errorTitle(heading) : heading;
  const page = door(visit, { title, main, hasScript: type === "passkey" });
  return { kind: "page", html: page, ...(refused && { status: refused.status }) };
}

/** The kinds that the user can prove here, the best one first. */
export function offered({ factors, passkeyOptions }: SecondStep): FactorKind[] {
  const kinds: FactorKind[] = ["passkey", "totp", "recovery_code"];
  return kinds.filter((kind) => factors.includes(kind) && (kind !== "passkey" || passkeyOptions));
}

function wayBy(visit: Visit, kind: FactorKind): string {
  const t = factorTexts[visit.language];
  return { passkey: passkeyTexts[visit.language].useInstead, totp: t.useApp, recovery_code: t.useRecoveryCode }[kind];
}

/** The page for users who have nothing left to prove. */
function lostPath({ id }: SecondStep, next: string): string {
  return `/signin/lost?${new URLSearchParams({ step: id, next })}`;
}

function passkeyOf(visit: Visit, step: SecondStep, next: string): Markup {
  const t = passkeyTexts[visit.language];
  return html`<p>${t.proveAbout}</p>
${withoutPasskeys(visit)}
${
    passkeyForm(visit, {
      action: factorPath(step, next, "passkey"),
      does: "get",
      options: { publicKey: step.passkeyOptions! },
      button: t.use,
      tone: "primary",
    })
  }`;
}

function codeForm(visit: Visit, { step, next, type, refused }: FactorStep): Markup {
  const t = factorTexts[visit.language];
  const isCode = type === "totp";
  return form(
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
  );
}
