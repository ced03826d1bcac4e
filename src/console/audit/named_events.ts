import type { AuditEventRow } from "../../audit/events/audit_events.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { shownName } from "../../vocabulary/identifiers.ts";

/** An event with the names that its actor and its subject have now, as far as they are users that exist. */
export type NamedEvent = AuditEventRow & { actor: string | null; subject: string | null };

const isOfUser = ({ subject_type }: AuditEventRow) => subject_type === "user" || subject_type === "service_account";

/** Adds the names to the events, by one look-up. */
export async function withNames(principals: PrincipalCache, rows: readonly AuditEventRow[]): Promise<NamedEvent[]> {
  const ids = rows.flatMap((row) => [row.actor_id, isOfUser(row) ? row.subject_id : null]).filter((id) => id !== null);
  const asked = [...new Set(ids)];
  principals.lookUp({ ids: asked, names: [] });
  const found = await Promise.all(asked.map(async (id) => await principals.user(id)));
  const names = new Map(found.flatMap((user) => user ? [[user.id, shownName(user)]] : []));
  const nameOf = (id: string | null) => id === null ? null : names.get(id) ?? null;
  return rows.map((row) => ({ ...row, actor: nameOf(row.actor_id), subject: nameOf(row.subject_id) }));
}
