import { lockUser } from "../../access/authority/authority.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import type { ClientSessions } from "../../sessions/clients/client_sessions.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { sortedOnce } from "../resources/api_resources.ts";
import {
  type AllowedApplication,
  type Consent,
  type ConsentKey,
  deleteConsent,
  findConsents,
  listConsents,
  upsertConsent,
} from "./consent_store.ts";

export type { AllowedApplication, Consent };

/** What a user allowed an application, in answers: by the `client_id` that requests carry. */
export function shownConsent({ id, url, name, scopes, resources, granted_at, sessions }: AllowedApplication) {
  return { client_id: publicClientId({ id, url }), name, scopes, resources, granted_at, sessions };
}

export type Consents = ReturnType<typeof createConsents>;

/** What users allowed applications: asked once for each scope and API, and remembered until they withdraw it. */
export function createConsents({ db, clientSessions, idleSeconds, counted }: {
  db: Database;
  clientSessions: ClientSessions;
  idleSeconds: number;
  counted: (outcome: "granted" | "withdrawn") => void;
}) {
  const keyOf = ({ userId, clientId }: ConsentKey) => `${userId} ${clientId}`;

  /** What the user allowed the client; null if nothing. Requests that wait for the database share a look-up. */
  const find = createBatchedStatement<ConsentKey, Consent | null>({
    name: "find_consents",
    one: async (key) => (await findAll([key]))[0],
    many: findAll,
    keyOf,
  });
  return { find, page, application, rememberIn, withdraw };

  async function findAll(keys: ConsentKey[]): Promise<(Consent | null)[]> {
    const consentOf = new Map((await findConsents(db, keys)).map((consent) => [keyOf(consent), consent]));
    return keys.map((key) => consentOf.get(keyOf(key)) ?? null);
  }

  /** A page of what the user allowed, the newest applications first, before the client `before`. */
  function page(userId: string, before: string | null, limit: number): Promise<AllowedApplication[]> {
    return listConsents(db, userId, { before, limit, idleSeconds });
  }

  /** @throws {Problem} `not_found` when the user allowed the application nothing. */
  async function application(userId: string, clientId: string): Promise<AllowedApplication> {
    const [found] = await listConsents(db, userId, { clientId, before: null, limit: 1, idleSeconds });
    if (!found) throw nothingAllowed();
    return found;
  }

  /** Remembers that the user allows the client this, and still what they allowed before. */
  async function rememberIn(
    tx: Tx,
    { userId, clientId, scopes, resources }: Consent & ConsentKey,
    actor: Actor,
  ): Promise<void> {
    await upsertConsent(tx, { userId, clientId, scopes: sortedOnce(scopes), resources: sortedOnce(resources) });
    await record(tx, "consent.granted", userId, actor, { client: clientId, scopes, resources });
    counted("granted");
  }

  /**
   * Ends what the user allowed the client, and its sessions of this user. A session that starts meanwhile locks the
   * consent, so either it is ended here or it finds no consent.
   *
   * @throws {Problem} `not_found` when the user allowed it nothing.
   */
  async function withdraw(userId: string, clientId: string | undefined, actor: Actor): Promise<void> {
    if (clientId === undefined) throw nothingAllowed();
    await db.transaction(async (tx) => {
      await lockUser(tx, userId, actor);
      if (!await deleteConsent(tx, userId, clientId)) throw nothingAllowed();
      await record(tx, "consent.withdrawn", userId, actor, { client: clientId });
      await clientSessions.endOfClient(tx, userId, clientId, actor);
    });
    counted("withdrawn");
  }
}

function nothingAllowed(): Problem {
  return new Problem("not_found", { detail: "You have allowed this application nothing." });
}

function record(
  tx: Tx,
  action: AuditAction,
  userId: string,
  actor: Actor,
  details: Record<string, unknown>,
): Promise<void> {
  return recordAudit(tx, { action, ...actor, subject: { type: "user", id: userId }, details });
}
