import { z } from "@hono/zod-openapi";
import { accepted, Id, ok, operation, problems, requires, resource, Time } from "../../http/contract/contract.ts";
import { type BreakCode, breaks } from "../chain/chain_walk.ts";
import type { AuditState } from "./audit_state.ts";

const Seq = z.int().openapi({ example: 48_210 });

const VerificationResponse = z.strictObject({
  state: z.enum(["pending", "running", "verified", "broken"]).openapi({
    description: "`pending`: nothing was verified since this server started. `running`: the whole log is being " +
      "verified. `broken`: the log was changed",
    example: "verified",
  }),
  verified: z.strictObject({
    from: Seq.openapi({ example: 1 }),
    to: Seq,
    events: Seq,
    erased: z.int().openapi({ description: "Events that lack a part because a user was deleted", example: 12 }),
    expired: z.int().openapi({ description: "Events whose details have expired", example: 0 }),
    checkpoints: z.int().openapi({ example: 49 }),
  }).nullable().openapi({ description: "The events of which this server has proven that they are unchanged" }),
  verified_at: Time.nullable(),
  whole: z.strictObject({ at: Time, duration_ms: z.int().openapi({ example: 812 }) }).nullable().openapi({
    description: "When the whole log was last verified by this server",
  }),
  progress: z.strictObject({ seq: Seq, of: Seq }).nullable().openapi({
    description: "How far the running verification of the whole log is",
  }),
  break: z.strictObject({
    code: z.enum(Object.keys(breaks) as [BreakCode, ...BreakCode[]]),
    detail: z.string().openapi({ example: breaks.event_changed }),
    seq: Seq,
    event_id: Id.optional(),
    checkpoint: z.int().optional().openapi({ example: 49 }),
  }).nullable().openapi({ description: "The first change that was found" }),
  sealed_to: Seq.openapi({ description: "The last event that has its place in the chain; 0 if there is none" }),
  unsealed: z.int().openapi({ description: "Newer events, which wait for their places", example: 3 }),
  last_checkpoint: z.strictObject({
    number: z.int().openapi({ example: 49 }),
    seq: Seq,
    created_at: Time,
    public_key: z.string().openapi({ example: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" }),
  }).nullable().openapi({ description: "The last signed statement about the chain" }),
}).openapi("AuditVerification");

const show = operation("GET /audit-verification", {
  operationId: "getAuditVerification",
  tags: ["audit"],
  summary: "Whether the audit log is unchanged, as far as this server has verified it",
  description: "Each server verifies new events every minute, and keeps the result in its memory, where users of the " +
    "database cannot change it.",
  ...requires("audit:read"),
  ...ok(VerificationResponse, "The state"),
  ...problems("unavailable"),
});

const start = operation("POST /audit-verification", {
  operationId: "verifyAuditLog",
  tags: ["audit"],
  summary: "Verify the whole audit log, in the background",
  description:
    "The server verifies some thousand events a second, between requests. If a verification is running, it " +
    "goes on.",
  ...requires("audit:read"),
  ...accepted(VerificationResponse, "Begun; ask for the state"),
  ...problems("unavailable"),
});

/** `GET|POST /audit-verification` */
export const verificationRoute = resource([show, start], (app, { auditState }: { auditState: AuditState }) => {
  app.add(show, auditState.read);
  app.add(start, async () => {
    await auditState.verifyWhole();
    return await auditState.read();
  });
});
