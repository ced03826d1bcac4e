import type { HeldFactors, OwnFactors } from "../../accounts/factors/own_factors.ts";
import type { User } from "../../accounts/users/user_revision.ts";
import type { Users } from "../../accounts/users/users.ts";
import type { AuditEventRow, AuditEvents } from "../../audit/events/audit_events.ts";
import type { ApiKeyRow, ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import { type Consents, shownConsent } from "../../oauth/consents/consents.ts";
import type { Clock } from "../../platform/clock.ts";
import { type SessionLists, shownSession } from "../../sessions/sessions/session_lists.ts";
import type { PrincipalUser } from "../../vocabulary/actor.ts";

/** What is stored about a user, without secrets: a copy for the user (GDPR Article 15 (3), Article 20). */
export type PersonalData = {
  created_at: Date;
  user: User;
  factors: HeldFactors;
  sessions: ReturnType<typeof shownSession>[];
  api_keys: ApiKeyRow[];
  applications: ReturnType<typeof shownConsent>[];
  /** What the user did, the newest first; to other users without `details`, which can name them. */
  events: AuditEventRow[];
};

/** The most events of the audit log in a copy. */
export const eventsMax = 1_000;

const batchSize = 200;

export type OwnData = ReturnType<typeof createOwnData>;

/** Gives users a copy of what is stored about them. */
export function createOwnData({ clock, auditEvents, users, ownFactors, sessionLists, apiKeys, consents }: {
  clock: Clock;
  auditEvents: AuditEvents;
  users: Users;
  ownFactors: OwnFactors;
  sessionLists: SessionLists;
  apiKeys: ApiKeys;
  consents: Consents;
}) {
  return { copyOf };

  /** @throws {Problem} `not_found` for a user who is gone */
  async function copyOf({ id, kind }: Pick<PrincipalUser, "id" | "kind">): Promise<PersonalData> {
    const { rows: events } = await auditEvents.page({ actor_id: id }, null, eventsMax);
    return {
      created_at: new Date(clock.now()),
      user: await users.find(id),
      factors: await ownFactors.list(id),
      sessions: (await allOf((before) => sessionLists.page(id, before, batchSize), (row) => row.id)).map(shownSession),
      api_keys: await allOf((before) => apiKeys.page({ id, kind }, before, batchSize), (row) => row.id),
      applications: (await allOf((before) => consents.page(id, before, batchSize), (row) => row.id)).map(shownConsent),
      events: events.map((event) => concernsAnother(event, id) ? { ...event, details: null } : event),
    };
  }
}

/**
 * A copy must not tell of others (GDPR Article 15 (4)): who gives a former administrator theirs gives away no names.
 */
function concernsAnother({ subject_type, subject_id, details }: AuditEventRow, id: string): boolean {
  const isOther = (subject_type === "user" || subject_type === "invitation") && subject_id !== id;
  return isOther || (details?.user_id !== undefined && details.user_id !== id);
}

/** Every row of a list that is read in batches. */
async function allOf<T>(read: (before: string | null) => Promise<T[]>, keyOf: (row: T) => string): Promise<T[]> {
  const rows: T[] = [];
  for (let batch = await read(null);; batch = await read(keyOf(batch.at(-1)!))) {
    rows.push(...batch);
    if (batch.length < batchSize) return rows;
  }
}
