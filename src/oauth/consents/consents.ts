import { recordAudit } from "../../audit/events/audit.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { type Consent, findConsent, upsertConsent } from "./consent_store.ts";

export type { Consent };

export type Consents = ReturnType<typeof createConsents>;

/** What users allowed applications: asked once for each scope and API, and remembered until they withdraw it. */
export function createConsents() {
  return { find, rememberIn };

  /** What the user allowed the client; undefined if nothing. */
  function find(db: Db, userId: string, clientId: string): Promise<Consent | undefined> {
    return findConsent(db, userId, clientId);
  }

  /** Remembers that the user allows the client this, and still what they allowed before. */
  async function rememberIn(
    tx: Tx,
    { userId, clientId, scopes, resources }: Consent & { userId: string; clientId: string },
    actor: Actor,
  ): Promise<void> {
    await upsertConsent(tx, { userId, clientId, scopes, resources });
    await record(tx, "consent.granted", userId, actor, { client: clientId, scopes, resources });
  }
}

function record(tx: Tx, action: AuditAction, userId: string, actor: Actor, details: object): Promise<void> {
  return recordAudit(tx, { action, ...actor, subject: { type: "user", id: userId }, details: { ...details } });
}
