import { z } from "@hono/zod-openapi";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { subjectTypes } from "../../audit/events/audit.ts";
import { type AuditEventRow, type AuditEvents, keyOfEvent } from "../../audit/events/audit_events.ts";
import type { EventProofs } from "../../audit/proofs/event_proofs.ts";
import type { AuditState } from "../../audit/watch/audit_state.ts";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { onward } from "../../http/pages/frame.ts";
import { type AuditAction, auditActions } from "../../vocabulary/dictionary.ts";
import { auditPage } from "./audit_page.ts";
import { searchOf } from "./audit_search.ts";
import { auditTexts } from "./audit_texts.ts";
import { eventPage } from "./event_page.ts";
import { withNames } from "./named_events.ts";

const optional = z.string().trim().max(254).transform((text) => text || undefined).optional();
const day = z.iso.date().refine((text) => !text.startsWith("0000")).optional().catch(undefined);

/** The filters; a value that the form cannot send is none. */
const asked = {
  action: z.string().regex(/^[a-z_]+\.[a-z_]+$/).optional().catch(undefined),
  outcome: z.enum(["success", "failure"]).optional().catch(undefined),
  actor: optional,
  subject_type: z.enum(subjectTypes).optional().catch(undefined),
  subject: optional,
  from: day,
  to: day,
};

/** The most events of one file. */
const exportMax = 5_000;

const list = operation("GET /console/audit", {
  operationId: "showAuditInConsole",
  tags: ["pages"],
  summary: "Search the audit log, and see whether it is unchanged",
  query: z.object({ ...asked, page_token: z.string().optional() }),
  ...inConsole("audit:read"),
  ...page("A page of events"),
  ...problems("unavailable"),
});

const exportEvents = operation("GET /console/audit/export", {
  operationId: "exportAuditInConsole",
  tags: ["pages"],
  summary: "Save the events that match, as JSON lines",
  query: z.object(asked),
  ...inConsole("audit:read"),
  ...page("A file"),
  ...problems("unavailable"),
});

const verify = operation("POST /console/audit/verify", {
  operationId: "verifyAuditInConsole",
  tags: ["pages"],
  summary: "Verify the whole audit log, in the background",
  ...inConsole("audit:read"),
  ...form(z.strictObject({})),
  ...formPage("Begun"),
  ...problems("unavailable"),
});

const params = z.strictObject({ id: Id });

const show = operation("GET /console/audit/{id}", {
  operationId: "showAuditEventInConsole",
  tags: ["pages"],
  summary: "One event, and the proof that it is unchanged",
  params,
  ...inConsole("audit:read"),
  ...page("The event"),
  ...problems("not_found", "unavailable"),
});

const saveProof = operation("GET /console/audit/{id}/proof", {
  operationId: "saveAuditProofInConsole",
  tags: ["pages"],
  summary: "Save the proof of an event",
  params,
  ...inConsole("audit:read"),
  ...page("A file"),
  ...problems("not_found", "unavailable"),
});

type AuditDeps = {
  auditEvents: AuditEvents;
  auditState: AuditState;
  eventProofs: EventProofs;
  principals: PrincipalCache;
  pages: Pages;
};

/** `GET /console/audit`, its export and verification, `GET /console/audit/{id}` and its proof */
export const auditPagesRoute = resource(
  [list, exportEvents, verify, show, saveProof],
  (app, { auditEvents, auditState, eventProofs, principals, pages }: AuditDeps) => {
    app.addPage(list, async ({ query: { page_token, ...asked }, search, ...at }) => {
      const searched = await searchOf(principals, asked);
      const found = "unknown" in searched ? { items: [] } : await pages.read(
        `console audit ${JSON.stringify(searched.filter)}`,
        { page_token },
        (before, limit) => auditEvents.page(searched.filter, before, limit),
        keyOfEvent,
      );
      return auditPage(at, {
        state: await auditState.read(),
        asked,
        found: { ...found, items: await withNames(principals, found.items) },
        unknown: "unknown" in searched ? searched.unknown : undefined,
        search,
        actions: Object.keys(auditActions).sort(),
        subjectTypes,
        exportMax,
      });
    });
    app.addPage(exportEvents, async ({ query }) => {
      const searched = await searchOf(principals, query);
      const rows = "unknown" in searched ? [] : (await auditEvents.page(searched.filter, null, exportMax)).rows;
      return { kind: "download", name: "audit-events.jsonl", contentType: "application/jsonl", body: jsonLines(rows) };
    });
    app.addPage(verify, async ({ visit }) => {
      await auditState.verifyWhole();
      return onward(visit, { title: auditTexts[visit.language].states.running, next: "/console/audit" });
    });
    app.addPage(show, async ({ params: { id }, ...at }) => {
      const proof = await eventProofs.prove(id);
      const found = await auditEvents.find(id);
      const [event, start] = await withNames(principals, [found, ...await startOf(auditEvents, found)]);
      return eventPage(at, { event: event!, start, proof, about: auditActions[event!.action as AuditAction] ?? "" });
    });
    app.addPage(saveProof, async ({ params: { id } }) => {
      const proof = await eventProofs.prove(id);
      return { kind: "download", name: "proof.json", contentType: "application/json", body: JSON.stringify(proof) };
    });
  },
);

/** The event that began the session that a later event is about, if it is known. */
async function startOf(auditEvents: AuditEvents, event: AuditEventRow): Promise<AuditEventRow[]> {
  const { subject_type, subject_id } = event;
  if (subject_type !== "session" || subject_id === null) return [];
  const { rows } = await auditEvents.page({ subject_type, subject_id, action: "session.created" }, null, 1);
  return rows.filter(({ id }) => id !== event.id);
}

function jsonLines(rows: readonly AuditEventRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
