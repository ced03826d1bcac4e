import { createHash, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { AuditAction } from "../../vocabulary/events.ts";
import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { insertAuditEvent, insertAuditEvents, type NewAuditEvent } from "./audit_store.ts";

/** Where a request came from. */
export type Client = { ip: string | null; user_agent: string | null; request_id: string | null };

/**
 * Who does something, and from where; a command of the binary names no user, nor does a token that is all that was sent. `session_id` is
 * the session of the access token that was sent, where there is one.
 */
export type By = { actor_id: string | null; session_id?: string | undefined; client: Client };

/** The client of a command of the binary. */
export const localClient: Client = { ip: null, user_agent: null, request_id: null };

/** What an event may be about. */
export const subjectTypes = ["user", "session", "role", "role_exclusion", "permission", "key", "export"] as const;

/** A fact for the record. `details` may hold personal data; the event itself never does. */
export type AuditFact = {
  action: AuditAction;
  outcome?: "success" | "failure";
  /** Who did it; null for a command of the binary and for anonymous callers. */
  actor_id: string | null;
  /** The session that must be live for this to happen at all. */
  session_id?: string | undefined;
  client: Client;
  subject: { type: (typeof subjectTypes)[number]; id: string | null };
  details?: Record<string, unknown>;
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

function eventOf({ action, outcome = "success", actor_id, client, subject, details }: AuditFact): NewAuditEvent {
  const { ip, user_agent, request_id } = client;
  const text = canonicalJson({ ...details, ip, user_agent });
  const salt = randomBytes(saltSizeBytes);
  return {
    id: uuidv7(),
    action,
    outcome,
    actor_id,
    subject_type: subject.type,
    subject_id: subject.id,
    request_id,
    details_digest: detailsDigest(salt, text),
    salt,
    details: text,
  };
}

/** `SHA-256(salt ‖ details)`, details as {@link canonicalJson}: binds the details without revealing them. */
export function detailsDigest(salt: Uint8Array, details: string): Uint8Array {
  return createHash("sha256").update(salt).update(details).digest();
}

/** JSON with sorted members and no white space, so that what the database gives back digests alike (RFC 8785 §3.2.3). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) =>
      inner && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  );
}
