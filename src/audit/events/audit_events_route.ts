import { z } from "@hono/zod-openapi";
import { once } from "../../platform/once.ts";
import { type AuditAction, auditActions } from "../../vocabulary/dictionary.ts";
import { resource } from "../../http/contract/resource.ts";
import { Id, ok, operation, problems, requires, Time } from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { Db } from "../../platform/db/db.ts";
import { canonicalJson, subjectTypes } from "./audit.ts";
import { type AuditEventRow, listAuditEvents } from "./audit_store.ts";

const AuditEventResponse = z.strictObject({
  id: Id,
  seq: z.int().nullable().openapi({ description: "Place in the chain; null until the event is sealed", example: 1042 }),
  hash: z.string().nullable().openapi({
    description: "SHA-256 of the event and of the hash before it, hexadecimal",
    example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  }),
  occurred_at: Time,
  action: z.string().openapi({ example: "login.failed" }),
  outcome: z.enum(["success", "failure"]),
  actor_id: Id.nullable().openapi({
    description: "Who did it; null for a command of the binary and for a caller without a token",
  }),
  subject_type: z.string().openapi({ example: "user" }),
  subject_id: z.string().nullable().openapi({ example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" }),
  request_id: z.string().nullable().openapi({ example: "d99349fb-2s" }),
  details: z.record(z.string(), z.unknown()).nullable()
    .openapi({
      description: "What was done, and `ip` and `user_agent` of the actor and names of the subject while these users " +
        "exist, until the operator expires them; null if nothing is left",
      example: { ip: "192.0.2.7", user_agent: "Mozilla/5.0" },
    }),
}).openapi("AuditEvent");

/** PostgreSQL knows no year 0, and no zone that is 16 hours away. */
const time = z.iso.datetime({ offset: true }).refine((text) => !/^0000|[+-](?:1[6-9]|2\d):\d\d$/.test(text), {
  message: "Not a time that there is.",
}).optional();

/** Created at its first use: most districts define their actions after this module is loaded. */
const query = once(() =>
  PageQuery.extend({
    actor_id: z.uuid().optional().openapi({ description: "Who did it" }),
    subject_type: z.enum(subjectTypes).optional().openapi({ description: "What it was done to; with `subject_id`" }),
    subject_id: z.string().regex(/^[\w.:-]{1,128}$/, "An id: 1 to 128 letters, digits, _, ., : and -.").optional()
      .openapi({ description: "With `subject_type`" }),
    action: z.enum(Object.keys(auditActions).sort() as [AuditAction, ...AuditAction[]]).optional()
      .openapi({ description: "What was done" }),
    outcome: z.enum(["success", "failure"]).optional().openapi({ description: "Whether it was, or was refused" }),
    occurred_after: time.openapi({ description: "Exclusive" }),
    occurred_before: time.openapi({ description: "Exclusive" }),
  }).refine(({ subject_type, subject_id }) => (subject_type === undefined) === (subject_id === undefined), {
    path: ["subject_id"],
    message: "subject_type and subject_id go together.",
  })
);

const route = operation({
  method: "get",
  path: "/audit-events",
  operationId: "listAuditEvents",
  tags: ["audit"],
  summary: "What happened, newest first",
  description: "Nobody changes or deletes an event; `sentinel audit verify` proves it. A search with several filters " +
    "looks at 20,000 events for a page: that may have fewer items than were asked for, or none, and a next page.",
  get query() {
    return query();
  },
  ...requires("audit:read"),
  ...ok(pageOf(AuditEventResponse).openapi("AuditEventPage"), "A page of the audit log"),
  ...problems("unavailable"),
});

/** `GET /audit-events` */
export const auditEventsRoute = resource([route], (app, { db, pages }: { db: Db; pages: Pages }) => {
  app.add(route, ({ query: { page_size, page_token, ...filter } }) => {
    const fetch = (before: string | null, limit: number) => listAuditEvents(db, filter, before, limit);
    const keyOf = ({ occurred_at, id }: AuditEventRow) => `${occurred_at} ${id}`;
    return pages.read(`audit-events ${canonicalJson(filter)}`, { page_size, page_token }, fetch, keyOf);
  });
});
