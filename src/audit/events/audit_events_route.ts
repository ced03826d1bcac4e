import { z } from "@hono/zod-openapi";
import { once } from "../../platform/once.ts";
import { type AuditAction, auditActions } from "../../vocabulary/dictionary.ts";
import { Id, leadsTo, ok, operation, problems, requires, resource, Time } from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { subjectTypes } from "./audit.ts";
import { canonicalJson } from "./canonical_json.ts";
import { type AuditEvents, keyOfEvent } from "./audit_events.ts";

/** An event in answers. */
export const AuditEventResponse = z.strictObject({
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
    description: "The user who acted; null for a command of the binary and for a caller without a token",
  }),
  subject_type: z.string().openapi({ example: "user" }),
  subject_id: z.string().nullable().openapi({ example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" }),
  request_id: z.string().nullable().openapi({ example: "d99349fb-2s" }),
  details: z.record(z.string(), z.unknown()).nullable()
    .openapi({
      description:
        "What was done. While these users exist, and until the operator expires the details, it also contains `ip` and " +
        "`user_agent` of the actor and names of the subject; null if nothing is left",
      example: { ip: "192.0.2.7", user_agent: "Mozilla/5.0" },
    }),
}).openapi("AuditEvent");

/** PostgreSQL has no year 0, and no offset of 16 hours or more. */
const time = z.iso.datetime({ offset: true }).refine((text) => !/^0000|[+-](?:1[6-9]|2\d):\d\d$/.test(text), {
  message: "This time does not exist. Send an RFC 3339 time such as 2027-01-31T18:00:00Z.",
}).optional();

/** Created at its first use: most districts define their actions after this module is loaded. */
const query = once(() =>
  PageQuery.extend({
    actor_id: z.uuid().optional().openapi({ description: "The user who acted" }),
    user_id: z.uuid().optional().openapi({
      description: "The user whom the event is about, or whose session it is about",
    }),
    subject_type: z.enum(subjectTypes).optional().openapi({
      description: "The object of the action; together with `subject_id`",
    }),
    subject_id: z.string().regex(/^[\w.:-]{1,128}$/, "An id: 1 to 128 letters, digits, _, ., : and -.").optional()
      .openapi({ description: "With `subject_type`" }),
    action: z.enum(Object.keys(auditActions).sort() as [AuditAction, ...AuditAction[]]).optional()
      .openapi({ description: "The action" }),
    outcome: z.enum(["success", "failure"]).optional().openapi({
      description: "Whether the action succeeded or failed",
    }),
    occurred_after: time.openapi({ description: "Exclusive" }),
    occurred_before: time.openapi({ description: "Exclusive" }),
  }).refine(({ subject_type, subject_id }) => (subject_type === undefined) === (subject_id === undefined), {
    path: ["subject_id"],
    message: "Send both subject_type and subject_id, or neither.",
  })
);

const route = operation("GET /audit-events", {
  operationId: "listAuditEvents",
  tags: ["audit"],
  summary: "Read the audit log, newest event first",
  description:
    "Events cannot be changed or deleted; `sentinel audit verify` proves it. A search with several filters reads " +
    "20,000 events per page, so a page may have fewer items than asked for, or none, and still have a next page.",
  get query() {
    return query();
  },
  ...requires("audit:read"),
  ...ok(pageOf(AuditEventResponse).openapi("AuditEventPage"), "A page of the audit log"),
  ...leadsTo({ to: ["proveAuditEvent"], parameters: { id: "#/items/0/id" } }),
  ...problems("unavailable"),
});

export const auditEventsRoute = resource(
  [route],
  (app, { auditEvents, pages }: { auditEvents: AuditEvents; pages: Pages }) => {
    app.add(route, ({ query: { page_size, page_token, ...filter } }) => {
      const fetch = (before: string | null, limit: number) => auditEvents.page(filter, before, limit);
      return pages.read(`audit-events ${canonicalJson(filter)}`, { page_size, page_token }, fetch, keyOfEvent);
    });
  },
);
