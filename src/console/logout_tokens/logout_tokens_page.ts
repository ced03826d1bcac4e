import type { DeadRow, OutboxCounts, WaitingRow } from "../../delivery/outbox/outbox.ts";
import { form } from "../../http/pages/form.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { dim, fact, facts, table, timeOr } from "../frame/table.ts";
import { type LogoutTokensTexts, logoutTokensTexts } from "./logout_tokens_texts.ts";

/** What the page shows. */
export type LogoutTokensShown = { counts: OutboxCounts; waiting: readonly WaitingRow[]; dead: readonly DeadRow[] };

const retryPath = "/console/logout-tokens/retry";

/** `GET /console/logout-tokens` */
export function logoutTokensPage(at: ConsoleVisit, { counts, waiting, dead }: LogoutTokensShown): Page {
  const t = logoutTokensTexts[at.visit.language];
  const { action } = consoleTexts[at.visit.language];
  const maySend = at.may("system:write") && dead.length > 0;
  const all = maySend
    ? form(at.visit, retryPath, html`<p class="actions"><button>${t.sendAllAgain}</button></p>`)
    : nothing;
  const main = html`<div class="bar"><h1>${t.title}</h1>${all}</div>
<p>${t.about}</p>
${facts([fact(t.waitingCount, String(counts.waiting)), fact(t.deadCount, String(counts.dead))])}
<section>
<h2 id="dead">${t.dead}</h2>
${
    table({
      labelledBy: "dead",
      caption: dead.length === 0 ? t.noneDead : t.deadCaption,
      columns: [
        ...[t.client, t.session, t.gaveUp, { text: t.attempts, isNumber: true } as const, t.reason],
        ...(maySend ? [{ text: action, isHidden: true } as const] : []),
      ],
      rows: dead.map((row) => deadRow(at, row, t, maySend)),
    })
  }
${maySend ? form(at.visit, retryPath, nothing, { id: "one", hidden: true }) : nothing}
</section>
<section>
<h2 id="waiting">${t.waiting}</h2>
${
    table({
      labelledBy: "waiting",
      caption: waiting.length === 0 ? t.noneWaiting : t.waitingCaption,
      columns: [t.client, t.session, t.next, { text: t.attempts, isNumber: true }, t.reason],
      rows: waiting.map((row) => waitingRow(at, row, t)),
    })
  }
</section>`;
  return consoleDesk(at, { section: "logout_tokens", title: t.title, main });
}

function deadRow(at: ConsoleVisit, row: DeadRow, t: LogoutTokensTexts, maySend: boolean): Markup {
  const { id, dead_at, attempts, error_class } = row;
  const button = attributes({ form: "one", name: "id", value: id, "aria-label": t.sendOneAgain(sidOf(row)) });
  return html`
    <tr>
    ${receiverOf(at, row)}
    <td>${timeOr(dead_at, "")}</td>
    <td class="n">${String(attempts)}</td>
    <td class="say">${reasonOf(error_class, t)}</td>
    ${maySend
      ? html`
        <td>
          <button${button}>${t.sendAgain}</button></td>
      `
      : nothing}
    </tr>
  `;
}

function waitingRow(at: ConsoleVisit, row: WaitingRow, t: LogoutTokensTexts): Markup {
  const { next_attempt_at, attempts, error_class } = row;
  return html`
    <tr>
    ${receiverOf(at, row)}
    <td>${timeOr(next_attempt_at, "")}</td>
    <td class="n">${String(attempts)}</td>
    <td class="say">${error_class === null ? dim(t.notYet) : reasonOf(error_class, t)}</td>
    </tr>
  `;
}

/** The application by its id, with a link for those who may see it, and the session as the application knows it. */
function receiverOf({ may }: ConsoleVisit, row: { payload: Record<string, unknown> }): Markup {
  const id = String(row.payload.client_id ?? "");
  const client = may("clients:read") && id !== ""
    ? html`<a href="/console/clients/${id}"><code>${id}</code></a>`
    : html`<code>${id}</code>`;
  return html`
    <th scope="row">${client}</th>
    <td><code>${sidOf(row)}</code></td>
  `;
}

const sidOf = ({ payload }: { payload: Record<string, unknown> }) => String(payload.sid ?? "");

function reasonOf(errorClass: string, t: LogoutTokensTexts): string {
  return (t.errors as Record<string, string>)[errorClass] ?? errorClass;
}
