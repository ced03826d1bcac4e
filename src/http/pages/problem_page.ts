import type { Problem } from "../../vocabulary/problems.ts";
import { door } from "./frame.ts";
import { html, type Markup, nothing } from "./markup.ts";
import type { Page } from "./page_answer.ts";
import { frameTexts, problemTexts } from "./texts.ts";
import type { Look } from "./visit.ts";

/** Where a page that failed leads: to itself, if it can be opened again, or to the sign-in. */
export type WayOn = { again?: string; signIn?: string };

/** The page of a problem: what is wrong, what to do, and what an operator needs to find it in the log. */
export function problemPage(look: Look, { code, status, headers }: Problem, requestId: string, way: WayOn): Page {
  const texts = frameTexts[look.language];
  const { title, about } = problemTexts[look.language][code] ?? problemTexts[look.language].other;
  return {
    kind: "page",
    status: status === 401 ? 403 : status, // a 401 names a scheme (RFC 9110 §11.6.1), and pages have none
    headers,
    html: door(look, {
      title: texts.errorTitle(title),
      isWide: true,
      main: html`
        <h1>${title}</h1>
        <p>${about}</p>
        <p class="actions">${wayOn(look, way)}</p>
        <section>
          <h2>${texts.forTheOperator}</h2>
          <dl class="facts">
            <div>
              <dt>${texts.error}</dt>
              <dd><code>${code}</code></dd>
            </div>
            <div>
              <dt>${texts.request}</dt>
              <dd><code>${requestId}</code></dd>
            </div>
          </dl>
        </section>
      `,
    }),
  };
}

function wayOn({ language }: Look, { again, signIn }: WayOn): Markup {
  const texts = frameTexts[language];
  const primary = signIn !== undefined
    ? html`
      <a class="button primary" href="${signIn}">${texts.signIn}</a>
    `
    : again !== undefined
    ? html`
      <a class="button primary" href="${again}">${texts.back}</a>
    `
    : nothing;
  return html`${primary}<a class="button" href="/">${texts.startPage}</a>`;
}
