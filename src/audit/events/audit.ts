import { createHash, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import type { Client, UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { insertAuditEvent, insertAuditEvents, type NewAuditEvent } from "./audit_store.ts";

/** What an event may be about. */
export const subjectTypes = [
  "user",
  "service_account",
  "session",
  "role",
  "role_exclusion",
  "permission",
  "key",
  "export",
  "installation",
] as const;

/** A user of either kind as the subject of an event. */
export function userSubject(id: string, kind: UserKind = "person"): AuditFact["subject"] {
  return { type: kind === "person" ? "user" : "service_account", id };
}

/**
 * A fact for the record. `details` say what was done, are kept for good, and hold no personal data; `names` are what the
 * subject, a user, is called, and are erased with that user; the client is erased with the actor, or with the subject
 * where nobody is named as the actor.
 */
export type AuditFact = {
  action: AuditAction;
  outcome?: "success" | "failure";
  /** Who did it; null for a command of the binary and for anonymous callers. */
  actor_id: string | null;
  /** The session that must be live for this to happen at all. */
  session_id?: string | undefined;
  /** The API key that it was done by, which the details then name. */
  key_id?: string | undefined;
  client: Client;
  subject: { type: (typeof subjectTypes)[number]; id: string | null };
  details?: Record<string, unknown>;
  names?: Record<string, unknown>;
};

const saltSizeBytes = 32;

/**
 * Records a fact in the same transaction as the deed, so that neither exists without the other. The database has the last
 * word on whether the actor's session is live: it stays so until the transaction ends, and whoever ends the session waits.
 *
 * @throws {Problem} `invalid_token` when `session_id` has ended or its user is disabled, whatever memory says.
 */
export async function recordAudit(tx: Db, fact: AuditFact): Promise<void> {
  if (!await insertAuditEvent(tx, eventOf(fact), fact.session_id)) throw new Problem("invalid_token");
}

/** As {@link recordAudit}, many facts in one statement. */
export async function recordAll(tx: Db, facts: AuditFact[]): Promise<void> {
  await insertAuditEvents(tx, facts.map(eventOf));
}

function eventOf(fact: AuditFact): NewAuditEvent {
  const { action, outcome = "success", actor_id, key_id, client, subject, names } = fact;
  const details = key_id === undefined ? fact.details ?? {} : { ...fact.details, by_api_key: key_id };
  const { ip, user_agent, request_id } = client;
  const actor = partOf({ ip, user_agent });
  const named = names && partOf(names);
  return {
    id: uuidv7(),
    action,
    outcome,
    actor_id,
    subject_type: subject.type,
    subject_id: subject.id,
    request_id,
    facts: canonicalJson(details),
    details_digest: actor.digest,
    salt: actor.salt,
    details: actor.details,
    subject_digest: named?.digest ?? null,
    subject_salt: named?.salt ?? null,
    subject_details: named?.details ?? null,
  };
}

function partOf(members: Record<string, unknown>) {
  const details = canonicalJson(members);
  const salt = randomBytes(saltSizeBytes);
  return { salt, details, digest: detailsDigest(salt, details) };
}

/** `SHA-256(salt ‖ details)`, details as {@link canonicalJson}: binds the details without revealing them. */
export function detailsDigest(salt: Uint8Array, details: string): Uint8Array {
  return createHash("sha256").update(salt).update(details).digest();
}

/** JSON with sorted members and no white space, so that what the database gives back digests alike (RFC 8785 §3.2.3). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The value with the members of its objects in order. */
export function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}
