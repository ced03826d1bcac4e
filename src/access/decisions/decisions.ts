import type { Principal, PrincipalUser } from "../../vocabulary/actor.ts";
import { validate as isUuid } from "uuid";
import { canonicalIdentifier } from "../../vocabulary/identifiers.ts";
import { lackedPermission } from "../../vocabulary/refusals/lacked_permission.ts";
import type { Db } from "../../platform/db/db.ts";
import { listHolders } from "../grants/holder_store.ts";
import { isNamed, type PrincipalCache } from "../principals/principal_cache.ts";
import type { RoleGraph } from "../roles/role_graph.ts";
import type { Grant, PermissionEvaluator } from "../roles/permission_evaluator.ts";

/** May this subject do this action on this resource, whose `id` is ignored? (AuthZEN 1.0, "Information Model") */
export type Question = {
  subject: { type: string; id: string };
  action: { name: string };
  resource: { type: string; id: string };
  context?: { explain?: unknown } | undefined;
};

/** A step on the path from the subject to the permission. */
export type Step = { type: "user" | "grant" | "role" | "permission"; id: string; expires_at?: string | null };

/** Why, for callers who set `context.explain`. Only callers who may read roles learn their names. */
export type Explanation =
  | { permission: string; path: Step[] }
  | {
    permission: string;
    missing: "subject" | "active_subject" | "permission" | "grant" | "scope";
    /** Roles that would give the permission: first those that hold it themselves, `admin` last. */
    roles?: string[];
    /** Expired grants that gave the permission. */
    expired: { role: string; expires_at: string }[];
  };

export type Decision = { decision: boolean; context?: { explanation: Explanation } };

/** Whether the caller may learn the names of roles and permissions, and the limits of the caller's own credential. */
export type Asker = { seesRoles: boolean; limit?: Limit | undefined };

/** A caller whose credential has scopes, asking about their own user. */
type Limit = { userId: string; scopes: ReadonlySet<string> };

export type Decisions = ReturnType<typeof createDecisions>;

/** The most roles and the most expired grants in an explanation. */
const namedMax = 20;

/** Decides from memory; an unknown subject costs one query. It denies by default, and a failure never allows. */
export function createDecisions({ db, principals, evaluator, countDecision }: {
  db: Db;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  countDecision: (decision: "allow" | "deny") => void;
}) {
  return { decide, prefetch, requireMayAsk, findHolders, findActions };

  /** A value if memory has the subject and the roles (decisions_bench.ts), and a promise otherwise. */
  function decide(question: Question, asker: Asker): Decision | Promise<Decision> {
    const user = userOf(question.subject);
    const graph = evaluator.graph();
    if (user instanceof Promise || graph instanceof Promise) {
      return Promise.all([user, graph]).then(([user, graph]) => evaluate(graph, user, question, asker));
    }
    return evaluate(graph, user, question, asker);
  }

  /** Looks up the subjects that are not in memory, in one query, for the decisions that follow. */
  function prefetch(subjects: Question["subject"][]): void {
    const [ids, names] = [new Set<string>(), new Set<string>()];
    for (const { type, id } of subjects) {
      if (type !== "user" || principals.knownUser(id)) continue;
      if (isUuid(id)) ids.add(id.toLowerCase());
      else names.add(id);
    }
    if (ids.size + names.size > 1) principals.lookUp({ ids: [...ids], names: [...names] });
  }

  /** By id, username or address. A UUID is always an id, even if it is the username of another user. */
  function userOf({ type, id }: Question["subject"]): PrincipalUser | undefined | Promise<PrincipalUser | undefined> {
    if (type !== "user") return undefined;
    return principals.knownUser(id) ?? (isUuid(id) ? principals.user(id.toLowerCase()) : principals.userNamed(id));
  }

  function evaluate(graph: RoleGraph, user: PrincipalUser | undefined, question: Question, asker: Asker): Decision {
    const permission = permissionOf(question);
    const grant = user && !user.disabled ? evaluator.grantGiving(graph, user, permission) : undefined;
    const decision = grant !== undefined && carries(asker, user, permission);
    countDecision(decision ? "allow" : "deny");
    if (question.context?.explain !== true) return { decision };
    const explanation = user && grant && decision
      ? explainAllow(graph, user, grant, permission, asker)
      : explainDeny(graph, user, permission, asker);
    return { decision, context: { explanation } };
  }

  function explainDeny(
    graph: RoleGraph,
    user: PrincipalUser | undefined,
    permission: string,
    asker: Asker,
  ): Explanation {
    const { seesRoles } = asker;
    const registered = !seesRoles || graph.registered.has(permission);
    const inactive = !user ? "subject" : user.disabled ? "active_subject" : undefined;
    const lacking = inactive ?? (carries(asker, user, permission) ? "grant" : "scope");
    const missing = registered ? lacking : "permission";
    const active = user && evaluator.activeGrants(user);
    const expired = user?.grants.filter((grant) => !active!.includes(grant) && graph.gives(grant.role, permission))
      .slice(0, namedMax) ?? [];
    return {
      permission,
      missing,
      ...(seesRoles && { roles: [...graph.rolesGiving(permission).keys().take(namedMax)] }),
      expired: expired.map(({ role, expires_at }) => ({ role, expires_at: isoTime(expires_at)! })),
    };
  }

  /** Callers may ask about themselves; about others with `decisions:evaluate`. @throws {Problem} `forbidden` */
  async function requireMayAsk(caller: Principal, subjects: Question["subject"][]): Promise<Asker> {
    const { user, scopes } = caller;
    const limit = scopes && { userId: user.id, scopes };
    if (await evaluator.holds(caller, "decisions:evaluate")) return { seesRoles: true, limit };
    if (!subjects.every((subject) => isThemselves(user, subject))) {
      const detail = "Asking about other users requires the permission decisions:evaluate.";
      throw lackedPermission("decisions:evaluate", scopes, detail);
    }
    return { seesRoles: await evaluator.holds(caller, "roles:read"), limit };
  }

  /** Active users who may do the action on the resource, by id after `after`. */
  async function findHolders(asked: Pick<Question, "action" | "resource">, after: string | null, limit: number) {
    const names = [...(await evaluator.graph()).rolesGiving(permissionOf(asked))];
    return names.length === 0 ? [] : await listHolders(db, names, after, limit);
  }

  /** The actions that the subject may do on a resource of this type, sorted. */
  async function findActions(subject: Question["subject"], resourceType: string, asker: Asker): Promise<string[]> {
    const user = await userOf(subject);
    if (!user || user.disabled) return [];
    const graph = await evaluator.graph();
    const names = new Set<string>();
    for (const { role } of evaluator.activeGrants(user)) {
      for (const permission of graph.permissionsOf(role)) {
        if (!permission.startsWith(`${resourceType}:`) || !carries(asker, user, permission)) continue;
        names.add(permission.slice(resourceType.length + 1));
      }
    }
    return [...names].sort();
  }
}

function permissionOf({ action, resource }: Pick<Question, "action" | "resource">): string {
  return `${resource.type}:${action.name}`;
}

/** Whether the scopes of the caller's credential, which limit only the caller's own user, include the permission. */
function carries({ limit }: Asker, subject: PrincipalUser | undefined, permission: string): boolean {
  return limit === undefined || subject?.id !== limit.userId || limit.scopes.has(permission);
}

function isThemselves(user: PrincipalUser, { type, id }: Question["subject"]): boolean {
  if (type !== "user") return false;
  return isUuid(id) ? id.toLowerCase() === user.id : isNamed(user, canonicalIdentifier(id));
}

function explainAllow(
  graph: RoleGraph,
  user: PrincipalUser,
  { role, expires_at }: Grant,
  permission: string,
  { seesRoles }: Asker,
): Explanation {
  const line = seesRoles ? graph.path(role, permission)! : [];
  return {
    permission,
    path: [
      { type: "user", id: user.id },
      { type: "grant", id: role, expires_at: isoTime(expires_at) },
      ...line.map((id): Step => ({ type: "role", id })),
      { type: "permission", id: permission },
    ],
  };
}

/** Converts milliseconds since the epoch to RFC 3339. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
