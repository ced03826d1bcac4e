import type { SubjectType } from "../../audit/events/audit.ts";
import type { Page as ListPage } from "../../http/contract/list_page.ts";
import { note } from "../../http/pages/form.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { filters } from "../frame/filters.ts";
import { userLink } from "../frame/links.ts";
import { nextPage } from "../frame/next_page.ts";
import { listCaption } from "../frame/searched_list.ts";
import { dim, state, table } from "../frame/table.ts";
import type { AuditAsked } from "./audit_search.ts";
import { type AuditTexts, auditTexts } from "./audit_texts.ts";
import type { NamedEvent } from "./named_events.ts";
import { type ShownState, stateTiles, verifyForm } from "./state_page.ts";

const path = "/console/audit";

/** What the page of the log shows. */
export type ShownLog = {
  state: ShownState;
  asked: AuditAsked;
  found: ListPage<NamedEvent>;
  /** The name that was asked for, if no user has it. */
  unknown: string | undefined;
  search: string;
  actions: readonly string[];
  subjectTypes: readonly SubjectType[];
  exportMax: number;
};

/** `GET /console/audit` */
export function auditPage(at: ConsoleVisit, shown: ShownLog): Page {
  const { visit } = at;
  const t = auditTexts[visit.language];
  const { asked, found, unknown, search } = shown;
  const main = html`<div class="bar"><h1>${t.title}</h1> ${actions(at, shown, t)}</div>
${stateTiles(at, shown.state, t)}
${filters(visit, { label: t.title, action: path, isFolded: true, fields: fieldsOf(asked, shown, t) })}
${unknown === undefined ? nothing : note("unknown", "warn", t.noUser(unknown))}
${
    table({
      label: t.title,
      caption: captionOf(found, search, t),
      columns: [{ text: t.number, isNumber: true }, t.time, t.action, t.outcome, t.actor, t.subject, t.request],
      rows: found.items.map((event) => row(at, event, t)),
      isProse: true,
    })
  }
${nextPage({ visit, path, search, next: found.next_page_token })}`;
  return consoleDesk(at, { section: "audit", title: t.title, main });
}

function actions(at: ConsoleVisit, { search, exportMax }: ShownLog, t: AuditTexts): Markup {
  const query = new URLSearchParams(search);
  query.delete("page_token");
  const about = t.exportAbout(exportMax.toLocaleString(at.visit.language));
  return html`<div class="actions"><button type="button" data-print hidden>${t.print}</button>
<a class="button" href="${path}/export${query.size > 0 ? `?${query}` : ""}" title="${about}">${t.export}</a>
${verifyForm(at, t)}</div>`;
}

function fieldsOf(asked: AuditAsked, { actions, subjectTypes }: ShownLog, t: AuditTexts) {
  const named = (value: string) => ({ value, text: value });
  return [
    {
      id: "action",
      label: t.action,
      value: asked.action,
      options: [{ value: "", text: t.anyAction }, ...actions.map(named)],
    },
    {
      id: "outcome",
      label: t.outcome,
      value: asked.outcome,
      options: [
        { value: "", text: t.anyOutcome },
        { value: "success", text: t.success },
        { value: "failure", text: t.failure },
      ],
    },
    { id: "actor", label: t.actor, value: asked.actor, placeholder: t.actorHint, size: 16 },
    {
      id: "subject_type",
      label: t.subjectType,
      value: asked.subject_type,
      options: [
        { value: "", text: t.anySubject },
        ...subjectTypes.map((value) => ({ value, text: t.subjects[value] })),
      ],
    },
    { id: "subject", label: t.subject, value: asked.subject, placeholder: t.subjectHint, size: 16 },
    { id: "from", label: t.from, value: asked.from, type: "date" as const },
    { id: "to", label: t.to, value: asked.to, type: "date" as const },
  ];
}

function captionOf(found: ListPage<NamedEvent>, search: string, t: AuditTexts): string {
  const isSearching = found.items.length === 0 && found.next_page_token !== undefined;
  return isSearching ? t.noneSoFar : listCaption(found, search, t);
}

function row(at: ConsoleVisit, event: NamedEvent, t: AuditTexts): Markup {
  const { id, seq, occurred_at, action, outcome, request_id } = event;
  const subject = subjectOf(event, t);
  return html`
    <tr>
      <th scope="row" class="n"><a href="${path}/${id}">${seq?.toLocaleString(at.visit.language) ?? t.waits}</a></th>
      <td>${secondText(occurred_at)}</td>
      <td><code>${action}</code></td>
      <td>${outcomeOf(outcome, t)}</td>
      <td class="cut" data-label="${t.actor}">${actorOf(at, event, t)}</td>
      <td class="cut" data-label="${t.subject}" title="${subject}">${subject}</td>
      <td class="cut" data-label="${t.request}" title="${request_id ?? ""}">${request_id === null
        ? dim(t.unknown)
        : html`<code>${request_id}</code>`}</td>
    </tr>
  `;
}

/** Whether the action succeeded. */
export function outcomeOf(outcome: string, t: AuditTexts): Markup {
  return outcome === "failure" ? state(t.failure, "bad") : state(t.success);
}

/** Who acted: by name while the user exists. Only what did not come by a request has no address. */
export function actorOf(
  at: ConsoleVisit,
  { actor_id, actor, subject_type, details }: NamedEvent,
  t: AuditTexts,
): Markup {
  const isOfServer = subject_type === "key" || subject_type === "installation";
  if (actor_id === null) return dim(details?.ip !== null ? t.unknown : isOfServer ? t.server : t.local);
  return actor === null ? html`<code>${shortId(actor_id)}</code>` : userLink(at, { id: actor_id, name: actor });
}

/** What it was done to: a session by the name of its user first. */
function subjectOf({ subject_type, subject_id, subject, sessionUser }: NamedEvent, t: AuditTexts): string {
  const name = subject ?? (subject_id === null ? "" : shortId(subject_id));
  return [subjectTypeOf(subject_type, t), sessionUser ?? "", name].filter((part) => part !== "").join(" ");
}

/** The kind of a subject in words; that of an event of a newer version as it is. */
export function subjectTypeOf(type: string, t: AuditTexts): string {
  return t.subjects[type as SubjectType] ?? type;
}

/** The most characters of an id that are shown whole. */
const shownMax = 20;

/** The ends of an id, which tell it apart from others of the list. */
function shortId(id: string): string {
  return id.length > shownMax ? `${id.slice(0, 4)}…${id.slice(-4)}` : id;
}

/** A time in UTC, to the second. */
export function secondText(time: string): Markup {
  const shown = `${time.slice(0, 10)} ${time.slice(11, 19)}`;
  return html`<time datetime="${time}">${shown}</time>`;
}
