import type { EffectivePermission, EffectivePermissions } from "../../access/decisions/effective_permissions.ts";
import type { AccessAnswer, Explanations } from "../../access/decisions/explanations.ts";
import type { Grantor, Grants } from "../../access/grants/grants.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { User } from "../../accounts/users/user_revision.ts";
import type { Users } from "../../accounts/users/users.ts";
import type { AuditEventRow, AuditEvents } from "../../audit/events/audit_events.ts";
import type { ApiKeyRow, ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import type { Factors } from "../../credentials/factors/factors.ts";
import type { AllowedApplication, Consents } from "../../oauth/consents/consents.ts";
import type { Db } from "../../platform/db/db.ts";
import type { SessionDevice, SessionLists, SessionRow } from "../../sessions/sessions/session_lists.ts";
import type { BrowserCaller, FactorKind } from "../../vocabulary/actor.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { shownName } from "../../vocabulary/identifiers.ts";

/** An event with the name of who acted, as far as there is one. */
type ActedEvent = AuditEventRow & { actor: string | null };

/** Everything that the page of a user shows. What its reader may not see is absent. */
export type Dossier = {
  user: User;
  factors: FactorKind[];
  permissions: EffectivePermission[];
  /** The names of all registered permissions, to choose from. */
  registered?: string[];
  answer?: AccessAnswer | undefined;
  grantors?: Map<string, Grantor>;
  /** How many permissions each role of the user gives. */
  sizes: Map<string, number>;
  sessions?: SessionRow[];
  /** The session that was just revoked. */
  ended?: SessionDevice | undefined;
  keys?: ApiKeyRow[];
  applications: AllowedApplication[];
  events?: ActedEvent[];
};

/** What each list of the page shows; the lists ask for one more, to know whether there are more. */
export const shownMax = { permissions: 10, sessions: 50, keys: 20, applications: 20, events: 10, suggestions: 300 };

export interface DossierDeps {
  db: Db;
  users: Users;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  effectivePermissions: EffectivePermissions;
  explanations: Explanations;
  grants: Grants;
  factors: Factors;
  sessionLists: SessionLists;
  apiKeys: ApiKeys;
  consents: Consents;
  auditEvents: AuditEvents;
}

/** Gathers what the page of a user shows, by at most ten statements. @throws {Problem} `not_found` */
export async function gatherDossier(
  deps: DossierDeps,
  { id, permission, ended, caller, may }: {
    id: string;
    /** A permission that the reader asks about. */
    permission: string | undefined;
    /** The session that was just revoked. */
    ended: string | undefined;
    caller: BrowserCaller;
    may: (permission: Permission) => boolean;
  },
): Promise<Dossier> {
  const { db, users, evaluator, effectivePermissions, explanations, grants } = deps;
  const user = await users.find(id);
  const graph = await evaluator.graph();
  const asksOthers = may("decisions:evaluate");
  const readsAudit = may("audit:read");
  const permissions = await effectivePermissions.list(id, null, shownMax.permissions + 1, caller, "person");
  const answer = permission !== undefined && asksOthers
    ? await explanations.explain(id, permission, caller)
    : undefined;
  return {
    user,
    permissions,
    ...(asksOthers && { registered: [...graph.registered].sort().slice(0, shownMax.suggestions) }),
    answer,
    sizes: new Map(user.grants.map(({ role }) => [role, graph.permissionsOf(role).size])),
    factors: await deps.factors.kindsOf(db, id),
    ...(readsAudit && { grantors: new Map((await grants.grantors(id)).map((each) => [each.role, each])) }),
    ...(may("sessions:read") && { sessions: await deps.sessionLists.page(id, null, shownMax.sessions + 1) }),
    ...(may("sessions:read") && ended !== undefined && { ended: await deps.sessionLists.findRevoked(id, ended) }),
    ...(may("api_keys:read") && { keys: await deps.apiKeys.list(id, null, shownMax.keys + 1) }),
    applications: await deps.consents.page(id, null, shownMax.applications + 1),
    ...(readsAudit && { events: await eventsOf(deps, id) }),
  };
}

/** The latest events of the user and of their sessions, with the names of those who acted. */
async function eventsOf({ auditEvents, principals }: DossierDeps, id: string): Promise<ActedEvent[]> {
  const { rows } = await auditEvents.page({ user_id: id }, null, shownMax.events);
  const actors = [...new Set(rows.flatMap(({ actor_id }) => actor_id ?? []))];
  principals.lookUp({ ids: actors, names: [] });
  const found = await Promise.all(actors.map(async (actor) => await principals.user(actor)));
  const names = new Map(found.flatMap((actor) => actor ? [[actor.id, shownName(actor)]] : []));
  return rows.map((row) => ({ ...row, actor: row.actor_id === null ? null : names.get(row.actor_id) ?? null }));
}
