import type { EventProof } from "../../audit/proofs/event_proofs.ts";
import { deviceName } from "../../http/pages/device_name.ts";
import { attributes, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { userLink } from "../frame/links.ts";
import { dim, fact, facts, state } from "../frame/table.ts";
import { actorOf, outcomeOf, secondText, subjectTypeOf } from "./audit_page.ts";
import { type AuditTexts, auditTexts } from "./audit_texts.ts";
import { type NamedEvent, sessionUserOf } from "./named_events.ts";

/** `GET /console/audit/{id}` */
export function eventPage(
  at: ConsoleVisit,
  { event, start, proof, about }: {
    event: NamedEvent;
    /** The event that began the session that this one is about. */
    start: NamedEvent | undefined;
    proof: EventProof;
    about: string;
  },
): Page {
  const t = auditTexts[at.visit.language];
  const title = t.eventOf(event.action);
  const main = html`
    <div class="bar">
      <h1>${title}</h1>
      <p class="actions"><button type="button" data-print hidden>${t.print}</button></p>
    </div>
    <p lang="en">${about}</p>
    ${facts([...factsOf(at, event, t), ...sessionFacts(at, event, start, t)])}
    ${detailsOf(event, t)}
    ${proofSection(at, proof, t)}
  `;
  return consoleDesk(at, { section: "audit", title, main, crumbs: [] });
}

function factsOf(at: ConsoleVisit, event: NamedEvent, t: AuditTexts): Markup[] {
  const { ip, user_agent } = event.details ?? {};
  const { subject_type, subject_id, subject } = event;
  const text = (value: unknown) =>
    typeof value === "string" ? html`${value}` : dim(value === undefined ? t.erased : t.none);
  return [
    fact(t.time, html`${secondText(event.occurred_at)} UTC`),
    fact(t.outcome, outcomeOf(event.outcome, t)),
    fact(t.actor, actorOf(at, event, t)),
    fact(t.subject, html`${subjectTypeOf(subject_type, t)} ${subject ?? nothing} <code>${subject_id ?? ""}</code>`),
    fact(t.request, event.request_id === null ? dim(t.unknown) : html`<code>${event.request_id}</code>`),
    fact(t.address, text(ip)),
    fact(t.device, text(user_agent)),
  ];
}

/** Whose session it is, and on what device it was begun. */
function sessionFacts(at: ConsoleVisit, event: NamedEvent, start: NamedEvent | undefined, t: AuditTexts): Markup[] {
  if (event.subject_type !== "session") return [];
  const id = sessionUserOf(event) ?? (start ? sessionUserOf(start) : null);
  const name = event.sessionUser ?? start?.sessionUser ?? null;
  const user = id === null ? dim(t.unknown) : name === null ? html`<code>${id}</code>` : userLink(at, { id, name });
  if (!start) return [fact(t.sessionOf, user)];
  const agent = start.details?.user_agent;
  const device = typeof agent === "string" ? deviceName(agent, t.deviceIs) : undefined;
  return [
    fact(t.sessionOf, user),
    fact(t.sessionDevice, html`${device ?? dim(t.unknown)} <a href="/console/audit/${start.id}">${t.begunBy}</a>`),
  ];
}

/** What the event says beside its actor's address and device. */
function detailsOf({ details }: NamedEvent, t: AuditTexts): Markup {
  const { ip: _, user_agent: __, ...rest } = details ?? {};
  if (Object.keys(rest).length === 0) return nothing;
  return html`
    <section>
      <h2 id="details-h">${t.details}</h2>
      <pre role="group" tabindex="0" aria-labelledby="details-h">${JSON.stringify(rest, null, 1)}</pre>
    </section>
  `;
}

function proofSection({ visit }: ConsoleVisit, proof: EventProof, t: AuditTexts): Markup {
  const number = (value: number) => value.toLocaleString(visit.language);
  const { event_id, row, hash, checkpoint } = proof;
  const isBroken = proof.state === "broken";
  const verdict = t.proofs[proof.state](checkpoint ? number(checkpoint.seq) : "");
  const heading = proof.seq === null ? t.proof : t.proofOf(number(proof.seq));
  return html`<section id="proof">
<h2 id="proof-h">${heading}</h2>
<p>${isBroken ? state(verdict, "bad") : verdict}</p>
${proof.seq === null ? nothing : chainOf(proof, proof.seq, number, t)}
${
    row === null || hash === null ? nothing : html`<pre role="group" tabindex="0" aria-labelledby="proof-h">${row}

${t.hashed} ${hash}</pre>`
  }
${
    proof.state !== "proven" ? nothing : html`
      <p
        class="actions"><a class="button" href="/console/audit/${event_id}/proof">${t
          .download}</a> <span class="dim">${t.offline} <code>sentinel audit check proof.json</code></span></p>
    `
  }
</section>`;
}

type Tone = "good" | "warn" | "bad";
type Stop = { kind: string; name: string | Markup; about: string | Markup; tone?: Tone };

const tones: Record<EventProof["state"], Tone> = {
  proven: "good",
  unsealed: "warn",
  unsigned: "warn",
  distant: "warn",
  broken: "bad",
};

function chainOf(proof: EventProof, seq: number, number: (value: number) => string, t: AuditTexts): Markup {
  const { previous_hash, hash, later_count, checkpoint } = proof;
  const short = (text: string | null) =>
    text === null ? nothing : html`<code>${text.slice(0, 4)}…${text.slice(-4)}</code>`;
  const tone = tones[proof.state];
  const verdicts: Partial<Record<EventProof["state"], string>> = { proven: t.valid, unsigned: t.waitsForCheckpoint };
  const stops: Stop[] = [
    { kind: t.before, name: seq === 1 ? t.beginning : t.event(number(seq - 1)), about: short(previous_hash) },
    { kind: t.thisEvent, name: number(seq), about: short(hash) },
    {
      kind: t.after,
      name: later_count === 0 ? t.noEvents : t.events(number(later_count)),
      about: later_count === 0 ? nothing : t.overEach,
    },
    checkpoint
      ? { kind: t.checkpoint, name: t.event(number(checkpoint.seq)), about: short(checkpoint.hash) }
      : { kind: t.checkpoint, name: dim(t.noCheckpoint), about: nothing },
    {
      kind: t.signature,
      name: html`<span class="${tone} sign">${verdicts[proof.state] ?? t.notValid}</span>`,
      about: checkpoint
        ? html`${t.key} <code title="${checkpoint.public_key}">${checkpoint.public_key.slice(0, 8)}</code>`
        : nothing,
      tone,
    },
  ];
  const items = stops.map(({ kind, name, about, tone }) =>
    html`<li${
      attributes({ class: tone !== "good" && tone })
    }><small>${kind}</small><b>${name}</b><small>${about}</small></li>`
  );
  return html`<ol class="chain" aria-label="${t.chainFrom(number(seq))}">${items}</ol>`;
}
