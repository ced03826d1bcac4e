import type { DeadRow, OutboxCounts, WaitingRow } from "../../delivery/outbox/outbox.ts";
import { form, note } from "../../http/pages/form.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { cutCell, dim, fact, facts, table, timeOr } from "../frame/table.ts";
import { type MailTexts, mailTexts } from "./mail_texts.ts";

/** What the page shows. */
export type MailShown = {
  mode: keyof MailTexts["modes"];
  counts: OutboxCounts;
  waiting: readonly WaitingRow[];
  dead: readonly DeadRow[];
};

const retryPath = "/console/mail/retry";

/** `GET /console/mail` */
export function mailPage(at: ConsoleVisit, { mode, counts, waiting, dead }: MailShown): Page {
  const t = mailTexts[at.visit.language];
  const { none, action } = consoleTexts[at.visit.language];
  const maySend = at.may("system:write") && dead.length > 0;
  const all = maySend
    ? form(at.visit, retryPath, html`<p class="actions"><button>${t.sendAllAgain}</button></p>`)
    : nothing;
  const main = html`<div class="bar"><h1>${t.title}</h1>${all}</div>
${mode === "off" ? note("off", "warn", t.off, t.offAbout) : nothing}
${
    facts([
      fact(t.mode, t.modes[mode]),
      fact(t.waitingCount, String(counts.waiting)),
      fact(t.oldest, counts.waiting === 0 ? dim(none) : t.seconds(counts.oldest_seconds)),
      fact(t.deadCount, String(counts.dead)),
    ])
  }
<section>
<h2 id="dead">${t.dead}</h2>
${
    table({
      labelledBy: "dead",
      caption: dead.length === 0 ? t.noneDead : t.deadCaption(dead.length, counts.dead),
      columns: [
        ...[t.letter, t.recipient, t.gaveUp, { text: t.attempts, isNumber: true } as const, t.reason],
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
      caption: waiting.length === 0 ? t.noneWaiting : t.waitingCaption(waiting.length, counts.waiting),
      columns: [t.letter, t.recipient, t.created, t.next, { text: t.attempts, isNumber: true }, t.reason],
      rows: waiting.map((row) => waitingRow(at, row, t)),
    })
  }
</section>`;
  return consoleDesk(at, { section: "mail", title: t.title, main });
}

function deadRow(at: ConsoleVisit, row: DeadRow, t: MailTexts, maySend: boolean): Markup {
  const { id, dead_at, attempts, error_class } = row;
  const { letter, recipient } = namesOf(at, row, t);
  const button = attributes({
    form: "one",
    name: "id",
    value: id,
    "aria-label": t.sendOneAgain(letter, recipient ?? id),
  });
  return html`
    <tr>
    <th scope="row"><code>${letter}</code></th>
    ${cutCell(recipient, t.hidden)}
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

function waitingRow(at: ConsoleVisit, row: WaitingRow, t: MailTexts): Markup {
  const { created_at, next_attempt_at, attempts, error_class } = row;
  const { letter, recipient } = namesOf(at, row, t);
  return html`
    <tr>
    <th scope="row"><code>${letter}</code></th>
    ${cutCell(recipient, t.hidden)}
    <td>${timeOr(created_at, "")}</td>
    <td>${timeOr(next_attempt_at, "")}</td>
    <td class="n">${String(attempts)}</td>
    <td class="say">${error_class === null ? dim(t.notYet) : reasonOf(error_class, t)}</td>
    </tr>
  `;
}

/** An address is shown to those who may read users. A letter with a link has its address with its ticket. */
function namesOf(
  { may }: ConsoleVisit,
  { payload, id }: { payload: Record<string, unknown>; id: string },
  t: MailTexts,
) {
  const { letter, to } = payload;
  const recipient = !may("users:read") ? null : typeof to === "string" ? to : id;
  return { letter: typeof letter === "string" ? letter : t.letter, recipient };
}

function reasonOf(errorClass: string, t: MailTexts): string {
  return (t.errors as Record<string, string>)[errorClass] ?? errorClass;
}
