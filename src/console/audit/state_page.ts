import type { AuditState } from "../../audit/watch/audit_state.ts";
import { form } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { dim, state } from "../frame/table.ts";
import type { AuditTexts } from "./audit_texts.ts";

/** The state of the log, as the API shows it. */
export type ShownState = Awaited<ReturnType<AuditState["read"]>>;

/** The button that has the whole log verified. */
export function verifyForm({ visit }: ConsoleVisit, t: AuditTexts): Markup {
  return form(visit, "/console/audit/verify", html`<button>${t.verify}</button>`);
}

/** Whether the log is unchanged, how far it is sealed, and what was signed last. */
export function stateTiles({ visit }: ConsoleVisit, shown: ShownState, t: AuditTexts): Markup {
  const number = (value: number) => value.toLocaleString(visit.language);
  const { sealed_to, unsealed, last_checkpoint: last } = shown;
  const checkpoint = last
    ? html`${t.event(number(last.seq))}<br><small>${t.signedAt(clockOf(last.created_at))}
<code title="${last.public_key}">${last.public_key.slice(0, 8)}</code></small>`
    : dim(t.noCheckpoint);
  return html`
    ${brokenNote(shown, number, t)}
    <dl class="facts tiles" id="verify">
      <div>
        <dt>${t.chain}</dt>
        <dd>${verdict(shown, number, t)}</dd>
      </div>
      <div>
        <dt>${t.sealedTo}</dt>
        <dd>${sealed_to === 0 ? dim(t.noEvent) : t.event(number(sealed_to))}<br>
    <small>${t.unsealed(unsealed)}</small></dd>
      </div>
      <div>
        <dt>${t.lastCheckpoint}</dt>
        <dd>${checkpoint}</dd>
      </div>
    </dl>
  `;
}

const tones = { pending: "", running: "", verified: "good", broken: "bad" } as const;

function verdict(shown: ShownState, number: (value: number) => string, t: AuditTexts): Markup {
  const { state: name, progress } = shown;
  const about = name === "pending"
    ? t.sinceStart
    : name === "running"
    ? html`${progress ? t.progress(number(progress.seq), number(progress.of)) : t.progressBegins}
<a href="/console/audit#verify">${t.seeProgress}</a>`
    : provenText(shown, number, t);
  return html`${state(t.states[name], tones[name])}<br><small>${about}</small>`;
}

function provenText({ verified, verified_at, whole }: ShownState, number: (value: number) => string, t: AuditTexts) {
  if (!verified || verified_at === null) return nothing;
  const range = verified.from === 1
    ? t.wholeLog(number(verified.to))
    : t.partOfLog(number(verified.from), number(verified.to));
  const seconds = whole ? (whole.duration_ms / 1_000).toFixed(1) : "";
  return html`${range}, ${t.verifiedAt(clockOf(verified_at))}${
    whole ? html`<br>${t.wholeAt(clockOf(whole.at), seconds)}` : nothing
  }`;
}

function brokenNote({ break: found }: ShownState, number: (value: number) => string, t: AuditTexts): Markup {
  if (!found) return nothing;
  const event = found.event_id ? html`<a href="/console/audit/${found.event_id}">${t.seeEvent}</a>` : nothing;
  return html`<p class="note bad" role="alert"><strong>${t.changed}</strong> ${t.event(number(found.seq))}:
${t.breaks[found.code]} ${event} ${t.whatNow}</p>`;
}

/** Day and time to the minute. */
function clockOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}
