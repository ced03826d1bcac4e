import type { Principal, PrincipalUser, UserKind } from "../../vocabulary/actor.ts";
import { noSuchUser } from "../authority/authority.ts";
import type { PrincipalCache } from "../principals/principal_cache.ts";
import type { Grant, PermissionEvaluator } from "../roles/permission_evaluator.ts";
import type { RoleGraph } from "../roles/role_graph.ts";
import type { Decisions } from "./decisions.ts";

/** A way from a grant to a permission: the roles from the granted one to the one that holds the permission itself. */
export type AccessPath = { role: string; expires_at: number | null; roles: string[] };

/** Why a user may do something or may not, in full. */
export type AccessAnswer = {
  permission: string;
  decision: boolean;
  /** Every active grant that gives the permission, by its shortest path; the shortest first. */
  paths: AccessPath[];
  /** Expired grants that gave it. */
  expired: AccessPath[];
  /** Why not: no such permission, a disabled user, the caller's own limits, or no grant. */
  missing?: "permission" | "active_subject" | "scope" | "grant";
  /**
   * The active grant that comes nearest: of a role that gives another permission on the same resource, if there is one.
   */
  nearest?: { role: string; expires_at: number | null };
  /** Roles that give the permission: first those that hold it themselves, `admin` last. */
  rolesGiving: string[];
  /** Permissions that there are on the same resource, or all resources if there are none, for one that there is not. */
  alternatives: string[];
  grantsChecked: number;
};

export type Explanations = ReturnType<typeof createExplanations>;

/** The most roles and permissions that an answer names. */
const namedMax = 20;

/** Explains decisions to administrators: every path, and what is missing where there is none. */
export function createExplanations({ principals, evaluator, decisions }: {
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  decisions: Pick<Decisions, "decide" | "requireMayAsk">;
}) {
  return { explain };

  /**
   * The decision is that of `POST /access/v1/evaluation`. @throws {Problem} `not_found`; `forbidden` for callers who
   * may ask about themselves only.
   */
  async function explain(
    userId: string,
    permission: string,
    caller: Principal,
    kind: UserKind = "person",
  ): Promise<AccessAnswer> {
    const subject = { type: "user", id: userId };
    const asker = await decisions.requireMayAsk(caller, [subject]);
    const user = await principals.user(userId);
    if (user?.kind !== kind) throw noSuchUser(kind);
    const graph = await evaluator.graph();
    const { decision } = await decisions.decide({ subject, ...questionOf(permission) }, asker);
    const active = evaluator.activeGrants(user);
    const ended = user.grants.filter((grant) => !active.includes(grant));
    return {
      permission,
      decision,
      paths: user.disabled ? [] : pathsOf(graph, active, permission),
      expired: pathsOf(graph, ended, permission),
      ...(!decision && missingOf(graph, user, active, permission)),
      rolesGiving: [...graph.rolesGiving(permission).keys().take(namedMax)],
      alternatives: graph.registered.has(permission) ? [] : alternativesTo(graph, permission),
      grantsChecked: active.length,
    };
  }
}

function questionOf(permission: string) {
  const colon = permission.indexOf(":");
  const [type, name] = colon < 0 ? ["", permission] : [permission.slice(0, colon), permission.slice(colon + 1)];
  return { action: { name }, resource: { type, id: "any" } };
}

function pathsOf(graph: RoleGraph, grants: Grant[], permission: string): AccessPath[] {
  return grants
    .flatMap(({ role, expires_at }) => {
      const roles = graph.path(role, permission);
      return roles ? [{ role, expires_at, roles }] : [];
    })
    .sort((a, b) => a.roles.length - b.roles.length);
}

function missingOf(graph: RoleGraph, user: PrincipalUser, active: Grant[], permission: string) {
  if (!graph.registered.has(permission)) return { missing: "permission" } as const;
  if (user.disabled) return { missing: "active_subject" } as const;
  if (active.some(({ role }) => graph.gives(role, permission))) return { missing: "scope" } as const;
  const resource = permission.slice(0, permission.indexOf(":") + 1);
  const isNear = ({ role }: Grant) => [...graph.permissionsOf(role)].some((each) => each.startsWith(resource));
  const nearest = active.find(isNear) ?? active.find(({ role }) => graph.permissionsOf(role).size > 0) ?? active[0];
  return { missing: "grant", ...(nearest && { nearest }) } as const;
}

function alternativesTo(graph: RoleGraph, permission: string): string[] {
  const names = [...graph.registered].sort();
  const [resource = "", action = ""] = permission.includes(":") ? permission.split(":") : ["", permission];
  const near = names.filter((name) => name.startsWith(`${resource}:`) || name.endsWith(`:${action}`));
  return (near.length > 0 ? near : names).slice(0, namedMax);
}
