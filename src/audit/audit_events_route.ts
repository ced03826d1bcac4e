import { z } from "@hono/zod-openapi";
import { type AuditAction, auditActions } from "../events.ts";
import type { App } from "../http/app.ts";
import { ok, operation, problems, requires } from "../http/contract.ts";
import { pageOf, PageQuery, type Pages } from "../http/page.ts";
import type { Db } from "../platform/db.ts";
import { canonicalJson, subjectTypes } from "./audit.ts";
import { type AuditEventRow, listAuditEvents } from "./audit_store.ts";

const AuditEventResponse = z.strictObject({
  id: z.uuid(),
  seq: z.int().nullable().openapi({ description: "Place in the chain; null until the event is sealed" }),
  hash: z.string().nullable().openapi({ description: "SHA-256 of the event and of the hash before it, hexadecimal" }),
  occurred_at: z.iso.datetime(),
  action: z.string().openapi({ example: "login.failed" }),
  outcome: z.enum(["success", "failure"]),
  actor_id: z.uuid().nullable().openapi({ description: "Who did it; null for a verb of the binary and for strangers" }),
  subject_type: z.string().openapi({ example: "user" }),
  subject_id: z.string().nullable(),
  request_id: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable()
    .openapi({ description: "IP address, user agent and more; null once the person was erased" }),
}).openapi("AuditEvent");

const time = z.iso.datetime({ offset: true }).optional();

const Query = PageQuery.extend({
  actor_id: z.uuid().optional(),
  subject_type: z.enum(subjectTypes).optional(),
  subject_id: z.string().regex(/^[\w.:-]{1,128}$/).optional(),
  action: z.enum(Object.keys(auditActions) as [AuditAction, ...AuditAction[]]).optional(),
  outcome: z.enum(["success", "failure"]).optional(),
  occurred_after: time.openapi({ description: "Exclusive" }),
  occurred_before: time.openapi({ description: "Exclusive" }),
}).refine(({ subject_type, subject_id }) => (subject_type === undefined) === (subject_id === undefined), {
  path: ["subject_id"],
  message: "subject_type and subject_id go together.",
});

const route = operation({
  method: "get",
  path: "/audit-events",
  operationId: "listAuditEvents",
  tags: ["operations"],
  summary: "What happened, newest first",
  description: "Nobody changes or deletes an event; `sentinel audit verify` proves it.",
  query: Query,
  ...requires("audit:read"),
  ...ok(pageOf(AuditEventResponse).openapi("AuditEventPage"), "A page of the audit log"),
  ...problems("unavailable"),
});

/** `GET /audit-events` */
export function auditEventsRoute(app: App, { db, pages }: { db: Db; pages: Pages }) {
  app.add(route, ({ query: { page_size, page_token, ...filter } }) => {
    const fetch = (before: string | null, limit: number) => listAuditEvents(db, filter, before, limit);
    const keyOf = ({ occurred_at, id }: AuditEventRow) => `${occurred_at} ${id}`;
    return pages.read(`audit-events ${canonicalJson(filter)}`, { page_size, page_token }, fetch, keyOf, (row) => row);
  });
}
