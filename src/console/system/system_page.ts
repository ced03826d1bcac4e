import { note } from "../../http/pages/form.ts";
import { type Content, html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { MigrationState, SystemState } from "../../operations/state/system_state.ts";
import type { Replica } from "../../platform/change_feed/change_feed.ts";
import { cutText } from "../../platform/text/cut_text.ts";
import type { JobRun } from "../../platform/timers/job_runs.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { consoleTexts } from "../frame/frame_texts.ts";
import { dim, fact, facts, state, table, timeOr } from "../frame/table.ts";
import { type SystemTexts, systemTexts } from "./system_texts.ts";

const failureLengthMax = 200;

/** `GET /console/system` */
export function systemPage(at: ConsoleVisit, system: SystemState): Page {
  const t = systemTexts[at.visit.language];
  const { never, none } = consoleTexts[at.visit.language];
  const main = html`<h1>${t.title}</h1>
${system.pool.diskFull ? note("disk", "bad", t.diskFull, t.diskFullAbout) : nothing}
${factsOf(system, t)}
${part("replicas", t.replicas, replicaTable(system, t))}
${part("jobs", t.jobs, jobTable(system.jobs, t, { never, none }))}
${part("migrations", t.migrations, migrationTable(system.migrations, t))}`;
  return consoleDesk(at, { section: "system", title: t.title, main });
}

function part(id: string, title: string, content: Markup): Markup {
  return html`<section>
<h2 id="${id}">${title}</h2>
${content}
</section>`;
}

function factsOf({ version, engine, pool, hashing, feed, migrations }: SystemState, t: SystemTexts): Markup {
  const newest = migrations.find(({ state }) => state === "applied")?.name ?? "";
  return facts([
    fact(t.version, version),
    fact(t.engine, engine),
    fact(t.schema, html`<code>${newest}</code>`),
    fact(t.feed, feed.kind === "listen" && !feed.isTrusted ? state(t.lost, "bad") : t.feeds[feed.kind]),
    fact(t.pool, t.poolText(pool.total - pool.idle, pool.idle, pool.limit)),
    fact(t.poolWaiting, String(pool.waiting)),
    fact(t.hashing, t.hashingText(hashing.running, hashing.waiting)),
  ]);
}

function replicaTable({ feed, replicas }: SystemState, t: SystemTexts): Markup {
  return table({
    labelledBy: "replicas",
    caption: feed.kind === "ttl" ? t.replicasUnknown : t.replicasCaption(replicas.length),
    columns: [t.replica, { text: t.heard, isNumber: true }],
    rows: replicas.map((replica) => replicaRow(replica, t)),
  });
}

function replicaRow({ id, isThis, silenceSeconds }: Replica, t: SystemTexts): Markup {
  const tag = isThis
    ? html`
      <span class="tag">${t.thisOne}</span>
    `
    : nothing;
  return html`
    <tr>
      <th scope="row"><code>${id.slice(0, 8)}</code>${tag}</th>
      <td class="n">${t.ago(silenceSeconds)}</td>
    </tr>
  `;
}

function jobTable(jobs: readonly JobRun[], t: SystemTexts, words: { never: string; none: string }): Markup {
  const number = (text: string) => ({ text, isNumber: true } as const);
  return table({
    labelledBy: "jobs",
    caption: jobs.length === 0 ? t.noJobs : t.jobsCaption(jobs.length),
    columns: [t.job, number(t.every), t.lastRun, number(t.took), number(t.failures), t.lastFailure],
    rows: jobs.map((job) => jobRow(job, t, words)),
  });
}

function jobRow(job: JobRun, t: SystemTexts, { never, none }: { never: string; none: string }): Markup {
  const { name, everyMs, isRunning, startedAt, tookMs, failures, failedAt, failure } = job;
  const took: Content = isRunning ? t.running : tookMs === undefined ? "" : `${Math.round(tookMs)} ms`;
  const failed = failure === undefined
    ? dim(none)
    : html`${timeOr(failedAt, never)} ${cutText(failure, failureLengthMax)}`;
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td class="n">${t.everyText(everyMs)}</td>
      <td>${timeOr(startedAt, never)}</td>
      <td class="n">${took}</td>
      <td class="n">${String(failures)}</td>
      <td class="say">${failed}</td>
    </tr>
  `;
}

function migrationTable(migrations: readonly MigrationState[], t: SystemTexts): Markup {
  return table({
    labelledBy: "migrations",
    caption: t.migrationsCaption(migrations.length),
    columns: [t.migration, t.applied, t.state],
    rows: migrations.map((migration) => migrationRow(migration, t)),
  });
}

function migrationRow({ name, state: is, applied_at }: MigrationState, t: SystemTexts): Markup {
  const shown = is === "applied"
    ? state(t.isApplied)
    : is === "pending"
    ? state(t.pending, "bad")
    : state(t.newer, "warn");
  return html`
    <tr>
      <th scope="row"><code>${name}</code></th>
      <td>${timeOr(applied_at, t.pending)}</td>
      <td>${shown}</td>
    </tr>
  `;
}
