import type { Actor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Expected } from "../../platform/revision.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import { requireHolds, requireMay, requireMayEditRole } from "../authority/authority.ts";
import { findAnybodyExcluded } from "../exclusions/violation_store.ts";
import { deleteGrantsOfRole } from "../grants/grant_store.ts";
import { countMembers, listMembers, type MemberRow } from "../grants/member_store.ts";
import type { PrincipalCache } from "../principals/principal_cache.ts";
import {
  type ListChange,
  listChange,
  requireMayBecomeParents,
  requireNotAdmin,
  type RoleContents,
} from "./role_contents.ts";
import {
  deleteRole,
  deleteRoleParents,
  deleteRolePermissions,
  findInherits,
  findRole,
  insertRole,
  insertRoleParents,
  insertRolePermissions,
  listRoleDetails,
  lockRoleGraph,
  type RoleDetailRow,
  updateRole,
} from "./role_store.ts";
import type { PermissionEvaluator } from "./permission_evaluator.ts";
import { requireKnownPermissions } from "./unknown_names.ts";

export type { MemberRow, RoleDetailRow };

export type NewRole = {
  name: string;
  description: string;
  /** Whether its holders must have a second factor. */
  mfa_required?: boolean;
  permissions: string[];
  parents: string[];
};

/** What can be changed in a role. Absent members stay unchanged. */
export type RoleChange = RoleContents & { description?: string | undefined; mfa_required?: boolean | undefined };

/** So many members of a role are counted: a role may have a million. */
const countedMembersMax = 1_000;

export type Roles = ReturnType<typeof createRoles>;

const mustHoldContents =
  "You may edit only roles that you hold or that no user holds, and you may add only what you hold " +
  "without an end.";

/**
 * Creates and edits roles. The editor must hold the role, unless no user does, and its permissions before and after.
 * Creating a role grants it to nobody: its name, which applications may trust, gives its author nothing.
 */
export function createRoles(
  { db, evaluator, principals }: { db: Database; evaluator: PermissionEvaluator; principals: PrincipalCache },
) {
  return {
    find: (name: string) => requireRole(db, name),
    page: (prefix: string, after: string | null, limit: number) => listRoleDetails(db, prefix, after, limit),
    memberCounts,
    /** Users with an active grant of the role itself, the oldest accounts first, after the id `after`. */
    members: (name: string, after: string | null, limit: number) => listMembers(db, name, after, limit),
    create,
    change,
    remove,
    addPermission,
    removePermission,
    addParent,
    removeParent,
  };

  /** How many users have an active grant of each role itself. `isMore`: there are more than are counted. */
  async function memberCounts(names: string[]): Promise<Map<string, { count: number; isMore: boolean }>> {
    const counts = await countMembers(db, names, countedMembersMax + 1);
    const bounded = (count: number) => ({
      count: Math.min(count, countedMembersMax),
      isMore: count > countedMembersMax,
    });
    return new Map([...counts].map(([name, count]) => [name, bounded(count)]));
  }

  /** @throws {Problem} `role_taken`, `forbidden`, `exclusion_violated`, `invalid_request` for an unknown name. */
  async function create(
    { name, description, mfa_required = false, permissions, parents }: NewRole,
    actor: Actor,
  ): Promise<RoleDetailRow> {
    return await edit(async (tx) => {
      await requireMay(tx, actor, "roles:write");
      await insertRole(tx, name, { description, mfa_required }).catch(refuseOn({ roles_pkey: "role_taken" }));
      if (permissions.length > 0) await addPermissions(tx, name, permissions, "#/permissions", actor);
      if (parents.length > 0) await addParents(tx, name, parents, "#/parents", actor);
      await record(tx, "role.created", name, actor, { permissions, parents, ...(mfa_required && { mfa_required }) });
      return await requireRole(tx, name);
    });
  }

  /**
   * Everything in one transaction: removes what is no longer named, then adds what is new. @throws {Problem}
   * `not_found`, `role_built_in`, `forbidden`, `precondition_failed`, `exclusion_violated`, `invalid_request` for an
   * unknown name or a cycle.
   */
  async function change(name: string, wanted: RoleChange, expected: Expected, actor: Actor): Promise<RoleDetailRow> {
    return await editRole(name, expected, actor, async (tx, role) => {
      await changeRow(tx, role, wanted, actor);
      const permissions = listChange(role.permissions, wanted.permissions);
      const parents = listChange(role.parents, wanted.parents);
      if (permissions.removed.length > 0) await deleteRolePermissions(tx, name, permissions.removed);
      if (parents.removed.length > 0) await deleteRoleParents(tx, name, parents.removed);
      if (permissions.added.length > 0) await addPermissions(tx, name, permissions.added, "#/permissions", actor);
      if (parents.added.length > 0) await addParents(tx, name, parents.added, "#/parents", actor);
      await recordContents(tx, name, actor, { permissions, parents });
      return await requireRole(tx, name);
    });
  }

  /**
   * Also revokes it from every user. @throws {Problem} `not_found`, `role_built_in`, `forbidden`,
   * `precondition_failed`, `role_excluded`.
   */
  async function remove(name: string, expected: Expected, actor: Actor): Promise<void> {
    await editRole(name, expected, actor, async (tx, { permissions, parents }) => {
      tx.afterwards(principals.forgetAll); // else a cached grant would give a later role of the same name
      const grants = await deleteGrantsOfRole(tx, name);
      await deleteRole(tx, name).catch(refuseOn({ role_exclusion_members_role_fkey: "role_excluded" }));
      await record(tx, "role.deleted", name, actor, { permissions, parents, grants });
    });
  }

  /** @throws {Problem} `not_found`, `role_built_in`, `forbidden`, `precondition_failed`. */
  async function addPermission(name: string, permission: string, expected: Expected, actor: Actor): Promise<void> {
    await editRole(name, expected, actor, async (tx) => {
      if (!await addPermissions(tx, name, [permission], "#/path/permission", actor)) return;
      await record(tx, "role.permission_added", name, actor, { permission });
    });
  }

  /** @throws {Problem} `not_found`, `role_built_in`, `forbidden`, `precondition_failed`. */
  async function removePermission(name: string, permission: string, expected: Expected, actor: Actor): Promise<void> {
    await editRole(name, expected, actor, async (tx) => {
      if (!await deleteRolePermissions(tx, name, [permission])) return;
      await record(tx, "role.permission_removed", name, actor, { permission });
    });
  }

  /** @throws {Problem} as {@link addPermission}, and `exclusion_violated`, `invalid_request` for a cycle. */
  async function addParent(name: string, parent: string, expected: Expected, actor: Actor): Promise<void> {
    await editRole(name, expected, actor, async (tx) => {
      if (!await addParents(tx, name, [parent], "#/path/parent", actor)) return;
      await record(tx, "role.parent_added", name, actor, { parent });
    });
  }

  /** @throws {Problem} `not_found`, `role_built_in`, `forbidden`, `precondition_failed`. */
  async function removeParent(name: string, parent: string, expected: Expected, actor: Actor): Promise<void> {
    await editRole(name, expected, actor, async (tx) => {
      if (!await deleteRoleParents(tx, name, [parent])) return;
      await record(tx, "role.parent_removed", name, actor, { parent });
    });
  }

  async function edit<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await db.transaction(async (tx) => {
      await lockRoleGraph(tx, "edit");
      tx.afterwards(evaluator.forget);
      return await work(tx);
    });
  }

  async function editRole<T>(
    name: string,
    expected: Expected,
    actor: Actor,
    work: (tx: Tx, role: RoleDetailRow) => Promise<T>,
  ): Promise<T> {
    return await edit(async (tx) => {
      const role = await requireRole(tx, name);
      if (role.built_in) throw new Problem("role_built_in");
      await requireMayEditRole(tx, actor, name, mustHoldContents);
      if (!expected(role)) throw new Problem("precondition_failed");
      return await work(tx, role);
    });
  }
}

/** Adds the permissions, which the request names at `pointer`, to the role. Returns whether at least one was new. */
async function addPermissions(tx: Tx, role: string, permissions: string[], pointer: string, actor: Actor) {
  await requireHolds(tx, actor, { permission: "roles:write", permissions, until: null }, mustHoldContents);
  await requireKnownPermissions(tx, permissions, pointer);
  return await insertRolePermissions(tx, role, permissions);
}

/** Adds the parents at `pointer` of the request. Returns whether at least one was new. */
async function addParents(tx: Tx, role: string, parents: string[], pointer: string, actor: Actor): Promise<boolean> {
  requireNotAdmin(parents);
  await requireHolds(tx, actor, { permission: "roles:write", roles: parents, until: null }, mustHoldContents);
  await requireMayBecomeParents(tx, parents, pointer, () => findInherits(tx, parents, role));
  if (!await insertRoleParents(tx, role, parents)) return false;
  if (await findAnybodyExcluded(tx, { role })) throw new Problem("exclusion_violated");
  return true;
}

/** Changes the description, and whether holders must have a second factor. */
async function changeRow(tx: Tx, role: RoleDetailRow, wanted: RoleChange, actor: Actor): Promise<void> {
  const { description = role.description, mfa_required = role.mfa_required } = wanted;
  const isRedescribed = description !== role.description;
  const isSwitched = mfa_required !== role.mfa_required;
  if (!isRedescribed && !isSwitched) return;
  await updateRole(tx, role.name, { description, mfa_required });
  await record(tx, "role.changed", role.name, actor, {
    ...(isRedescribed && { before: role.description, after: description }),
    ...(isSwitched && { mfa_required }),
  });
}

/** One event for each permission and each parent, as if they had been changed one after the other. */
async function recordContents(
  tx: Tx,
  role: string,
  actor: Actor,
  { permissions, parents }: Record<"permissions" | "parents", ListChange>,
): Promise<void> {
  for (const permission of permissions.removed) {
    await record(tx, "role.permission_removed", role, actor, { permission });
  }
  for (const parent of parents.removed) await record(tx, "role.parent_removed", role, actor, { parent });
  for (const permission of permissions.added) await record(tx, "role.permission_added", role, actor, { permission });
  for (const parent of parents.added) await record(tx, "role.parent_added", role, actor, { parent });
}

/** @throws {Problem} `not_found` */
async function requireRole(db: Db, name: string): Promise<RoleDetailRow> {
  const role = await findRole(db, name);
  if (!role) throw new Problem("not_found", { detail: "There is no such role." });
  return role;
}

function record(tx: Tx, action: AuditAction, id: string, actor: Actor, details: Record<string, unknown>) {
  return recordAudit(tx, { action, ...actor, subject: { type: "role", id }, details });
}
