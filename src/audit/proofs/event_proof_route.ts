import { z } from "@hono/zod-openapi";
import { Id, ok, operation, problems, requires, resource, Time } from "../../http/contract/contract.ts";
import { type EventProofs, laterMax } from "./event_proofs.ts";

const Hash = z.string().openapi({
  example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
});

const Checkpoint = z.strictObject({
  number: z.int().openapi({ example: 49 }),
  seq: z.int().openapi({ example: 48_210 }),
  hash: Hash,
  created_at: Time,
  previous: Hash.nullable(),
  public_key: z.string().openapi({ example: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" }),
  signature: z.string().openapi({
    description: "Ed25519 over the canonical JSON of the other members",
    example: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b" +
      "d25bf5f0595bbe24655141438e7a100b", // RFC 8032 7.1
  }),
}).openapi("AuditCheckpoint");

const ProofResponse = z.strictObject({
  state: z.enum(["proven", "unsealed", "unsigned", "distant", "broken"]).openapi({
    description: "`unsealed`: the event has no place in the chain yet. `unsigned`: no checkpoint confirms it yet. " +
      `\`distant\`: more than ${laterMax} events lie before its checkpoint. \`broken\`: the log was changed`,
    example: "proven",
  }),
  event_id: Id,
  seq: z.int().nullable().openapi({ example: 48_207 }),
  previous_hash: Hash.nullable().openapi({ description: "Of the event before; zeros for the first event" }),
  row: z.string().nullable().openapi({
    description: "What was hashed: the canonical JSON (RFC 8785) of the event",
    example: '{"action":"role.granted","actor_id":"01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",…}',
  }),
  hash: Hash.nullable().openapi({ description: "SHA-256 of `previous_hash`, as bytes, and `row`" }),
  later_count: z.int().openapi({ description: "How many events follow up to the checkpoint", example: 3 }),
  later: z.array(z.string()).openapi({
    description: "Their rows: each is hashed with the hash before it",
    example: ['{"action":"role.revoked",…}'],
  }),
  checkpoint: Checkpoint.nullable().openapi({ description: "The signed statement about the hash at its place" }),
}).openapi("AuditEventProof");

const show = operation("GET /audit-events/{id}/proof", {
  operationId: "proveAuditEvent",
  tags: ["audit"],
  summary: "The proof that an event is in the chain and unchanged",
  description: "`sentinel audit check FILE` checks a saved proof without the database.",
  params: z.strictObject({ id: Id }),
  ...requires("audit:read"),
  ...ok(ProofResponse, "The proof, as far as there is one"),
  ...problems("not_found", "unavailable"),
});

/** `GET /audit-events/{id}/proof` */
export const eventProofRoute = resource([show], (app, { eventProofs }: { eventProofs: EventProofs }) => {
  app.add(show, ({ params: { id } }) => eventProofs.prove(id));
});
