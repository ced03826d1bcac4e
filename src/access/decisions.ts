import { validate as isUuid } from "uuid";
import { Problem } from "../problems.ts";
import type { Db } from "../platform/db.ts";
import { listHolders } from "./grant_store.ts";
import type { LiveState, LiveUser } from "./live_state.ts";
import type { RoleGraph } from "./role_graph.ts";
import type { Grant, Roles } from "./roles.ts";

/** May this subject do this action on this resource, whose `id` is ignored? (AuthZEN 1.0, "Information Model") */
export type Question = {
  subject: { type: string; id: string };
  action: { name: string };
  resource: { type: string; id?: string | undefined };
  context?: { explain?: unknown } | undefined;
};

/** A step on the way from the subject to the permission. */
export type Step = { type: "user" | "grant" | "role" | "permission"; id: string; expires_at?: string | null };

/** Why, for whoever sets `context.explain`. */
export type Explanation =
  | { permission: string; path: Step[] }
  | {
    permission: string;
    missing: "subject" | "active_subject" | "permission" | "grant";
    /** Roles that would give it, those that hold it themselves first and `admin` last. */
    roles: string[];
    /** Grants that gave it until they ended. */
    expired: { role: string; expires_at: string }[];
  };

export type Decision = { decision: boolean; context?: { explanation: Explanation } };

export type Decisions = ReturnType<typeof createDecisions>;

/** Roles that an explanation names at most. */
const namedMax = 20;

/**
 * Decides from memory; a subject seen for the first time costs one query. Whatever is unknown is denied, and an error is
 * an error: it never means allow (T168).
 */
export function createDecisions({ db, live, roles, counted }: {
  db: Db;
  live: LiveState;
  roles: Roles;
  counted: (decision: "allow" | "deny") => void;
}) {
  return { decide, expect, refuseUnlessMayAsk, holders, actions };

  function decide(question: Question): Decision | Promise<Decision> {
    const { subject, context } = question;
    const user = userOf(subject);
    const graph = roles.graph();
    if (user instanceof Promise || graph instanceof Promise) {
      return Promise.all([user, graph]).then(([user, graph]) =>
        judge(graph, user, question, context?.explain === true)
      );
    }
    return judge(graph, user, question, context?.explain === true);
  }

  /** Looks up, in one query, those of these subjects whom memory lacks, for the decisions that follow. */
  function expect(subjects: Question["subject"][]): void {
    const unknown = new Set<string>();
    for (const { type, id } of subjects) {
      if (type === "user" && !live.knownUser(id) && isUuid(id)) unknown.add(id.toLowerCase());
    }
    if (unknown.size > 1) live.lookUp([...unknown]);
  }

  function userOf({ type, id }: Question["subject"]): LiveUser | undefined | Promise<LiveUser | undefined> {
    if (type !== "user") return undefined;
    return live.knownUser(id) ?? (isUuid(id) ? live.user(id.toLowerCase()) : undefined);
  }

  function judge(graph: RoleGraph, user: LiveUser | undefined, question: Question, explain: boolean): Decision {
    const permission = `${question.resource.type}:${question.action.name}`;
    const grant = user && !user.disabled ? roles.grantGiving(graph, user, permission) : undefined;
    counted(grant ? "allow" : "deny");
    const decision = grant !== undefined;
    if (!explain) return { decision };
    const explanation = user && grant ? way(graph, user, grant, permission) : lack(graph, user, permission);
    return { decision, context: { explanation } };
  }

  function lack(graph: RoleGraph, user: LiveUser | undefined, permission: string): Explanation {
    const registered = graph.registered.has(permission);
    const missing = !registered ? "permission" : !user ? "subject" : user.disabled ? "active_subject" : "grant";
    const active = user && roles.activeGrants(user);
    const expired = user?.grants.filter((grant) => !active!.includes(grant) && graph.gives(grant.role, permission)) ??
      [];
    return {
      permission,
      missing,
      roles: [...graph.rolesGiving(permission).keys().take(namedMax)],
      expired: expired.map(({ role, expires_at }) => ({ role, expires_at: isoTime(expires_at)! })),
    };
  }

  /** Whoever asks about others holds `decisions:evaluate`. @throws {Problem} `forbidden` */
  async function refuseUnlessMayAsk({ user }: { user: LiveUser }, subjects: Question["subject"][]): Promise<void> {
    if (await roles.holds(user, "decisions:evaluate")) return;
    if (subjects.some(({ type, id }) => type !== "user" || id.toLowerCase() !== user.id)) {
      throw new Problem("forbidden", { detail: "Asking about others takes the permission decisions:evaluate." });
    }
  }

  /** Active users who hold the permission, by id after `after`. */
  async function holders(permission: string, after: string | null, limit: number): Promise<string[]> {
    const names = [...(await roles.graph()).rolesGiving(permission)];
    return names.length === 0 ? [] : await listHolders(db, names, after, limit);
  }

  /** The actions that the subject may do on a resource of this type, sorted. */
  async function actions(subject: Question["subject"], resourceType: string): Promise<string[]> {
    const user = await userOf(subject);
    if (!user || user.disabled) return [];
    const graph = await roles.graph();
    const names = new Set<string>();
    for (const { role } of roles.activeGrants(user)) {
      for (const permission of graph.permissionsOf(role)) {
        if (permission.startsWith(`${resourceType}:`)) names.add(permission.slice(resourceType.length + 1));
      }
    }
    return [...names].sort();
  }
}

function way(graph: RoleGraph, user: LiveUser, { role, expires_at }: Grant, permission: string): Explanation {
  const line = graph.path(role, permission)!;
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

/** Milliseconds since the epoch as RFC 3339. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
