import type { AuditEventRow } from "../../audit/events/audit_events.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { shownName } from "../../vocabulary/identifiers.ts";

/** An event with the names that its actor, its subject and the user of its session have now, as far as they exist. */
export type NamedEvent = AuditEventRow & {
  actor: string | null;
  subject: string | null;
  sessionUser: string | null;
};

const isOfUser = ({ subject_type }: AuditEventRow) => subject_type === "user" || subject_type === "service_account";

/** Adds the names to the events, by one look-up. */
export async function withNames(principals: PrincipalCache, rows: readonly AuditEventRow[]): Promise<NamedEvent[]> {
  const ids = rows.flatMap((row) => [row.actor_id, isOfUser(row) ? row.subject_id : null, sessionUserOf(row)]).filter((
    id,
  ) => id !== null);
  const asked = [...new Set(ids)];
  principals.lookUp({ ids: asked, names: [] });
  const found = await Promise.all(asked.map(async (id) => await principals.user(id)));
  const names = new Map(found.flatMap((user) => user ? [[user.id, shownName(user)]] : []));
  const nameOf = (id: string | null) => id === null ? null : names.get(id) ?? null;
  return rows.map((row) => ({
    ...row,
    actor: nameOf(row.actor_id),
    subject: nameOf(row.subject_id),
    sessionUser: nameOf(sessionUserOf(row)),
  }));
}

/** The id of the user of the session that the event is about: another user can only revoke it. */
export function sessionUserOf({ subject_type, action, actor_id, details }: AuditEventRow): string | null {
  if (subject_type !== "session") return null;
  if (typeof details?.user_id === "string") return details.user_id;
  return action === "session.revoked" ? null : actor_id;
}
