import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import type { Client, UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { canonicalJson, detailsDigest } from "./canonical_json.ts";
import { insertAuditEvent, insertAuditEvents, type NewAuditEvent } from "./audit_store.ts";

/** The types of subjects. */
export const subjectTypes = [
  "user",
  "service_account",
  "session",
  "role",
  "role_exclusion",
  "permission",
  "invitation",
  "key",
  "client",
  "api_resource",
  "export",
  "mail",
  "logout_token",
  "installation",
] as const;

/** What an event is about. */
export type SubjectType = (typeof subjectTypes)[number];

/** A user of either kind as the subject of an event. */
export function userSubject(id: string, kind: UserKind = "person"): AuditFact["subject"] {
  return { type: kind === "person" ? "user" : "service_account", id };
}

/**
 * An event to record. `details` are kept forever, without personal data. `names` are those of the subject, a user, and
 * are erased with that user; the client is erased with the actor or, without one, with the subject.
 */
export type AuditFact = {
  action: AuditAction;
  outcome?: "success" | "failure";
  /** The user who acted; null for a command of the binary and for anonymous callers. */
  actor_id: string | null;
  /** The session that must be live for the change to be allowed. */
  session_id?: string | undefined;
  /** The API key that it was done by, which the details then name. */
  key_id?: string | undefined;
  /** The OAuth client that it was done by, which the details then name. */
  oauth_client_id?: string | undefined;
  client: Client;
  /** The pages that it was done on, which the details then name. */
  via?: "console" | undefined;
  subject: { type: SubjectType; id: string | null };
  details?: Record<string, unknown>;
  names?: Record<string, unknown>;
};

const saltSizeBytes = 32;

/**
 * Records a change in its own transaction, so that neither exists without the other. The actor's session is locked.
 * @throws {Problem} `invalid_token` when it has ended or its user is disabled, even if the cache says otherwise.
 */
export async function recordAudit(tx: Db, fact: AuditFact): Promise<void> {
  if (!await insertAuditEvent(tx, eventOf(fact), fact.session_id)) throw new Problem("invalid_token");
}

/** Records changes in their own transaction, in one statement. No session of an actor is locked. */
export async function recordAll(tx: Db, facts: AuditFact[]): Promise<void> {
  const events = facts.map(eventOf);
  if (events.length === 1) await insertAuditEvent(tx, events[0]!);
  else await insertAuditEvents(tx, events);
}

function eventOf(fact: AuditFact): NewAuditEvent {
  const { action, outcome = "success", actor_id, key_id, oauth_client_id, client, via, subject, names } = fact;
  const details = {
    ...fact.details,
    ...(key_id !== undefined && { by_api_key: key_id }),
    ...(oauth_client_id !== undefined && { by_client: oauth_client_id }),
    ...(via !== undefined && { via }),
  };
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
