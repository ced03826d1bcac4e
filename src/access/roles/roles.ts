import type { Actor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Expected } from "../../platform/revision.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import { requireHolds, requireMay, requireMayEditRole } from "../authority/authority.ts";
import { findAnybodyExcluded } from "../exclusions/violation_store.ts";
import { deleteGrantsOfRole } from "../grants/grant_store.ts";
import type { PrincipalCache } from "../principals/principal_cache.ts";
import { adminRole } from "./role_graph.ts";
import {
  deleteRole,
  deleteRoleParent,
  deleteRolePermission,
  findInherits,
  findRole,
  insertRole,
  insertRoleParents,
  insertRolePermissions,
  lockRoleGraph,
  type RoleDetailRow,
  updateRole,
} from "./role_store.ts";
import type { PermissionEvaluator } from "./permission_evaluator.ts";
import { requireKnownPermissions, requireKnownRoles } from "./unknown_names.ts";

export type NewRole = {
  name: string;
  description: string;
  /** Whether its holders must have a second factor. */
  mfa_required?: boolean;
  permissions: string[];
  parents: string[];
};

/** What of a role is changed. */
export type RoleChange = { description?: string | undefined; mfa_required?: boolean | undefined };

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
    create,
    change,
    remove,
    addPermission,
    removePermission,
    addParent,
    removeParent,
  };

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

  /** @throws {Problem} `not_found`, `role_built_in`, `forbidden`, `precondition_failed`. */
  async function change(name: string, wanted: RoleChange, expected: Expected, actor: Actor): Promise<RoleDetailRow> {
    return await editRole(name, expected, actor, async (tx, role) => {
      const { description = role.description, mfa_required = role.mfa_required } = wanted;
      const isRedescribed = description !== role.description;
      const isSwitched = mfa_required !== role.mfa_required;
      if (!isRedescribed && !isSwitched) return role;
      await updateRole(tx, name, { description, mfa_required });
      await record(tx, "role.changed", name, actor, {
        ...(isRedescribed && { before: role.description, after: description }),
        ...(isSwitched && { mfa_required }),
      });
      return { ...role, description, mfa_required };
    });
  }

  /** Also revokes it from every user. @throws {Problem} as {@link change}, and `role_excluded`. */
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
      if (!await deleteRolePermission(tx, name, permission)) return;
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
      if (!await deleteRoleParent(tx, name, parent)) return;
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
  if (parents.includes(adminRole)) throw new Problem("role_built_in", { detail: "No role may inherit from admin." });
  await requireHolds(tx, actor, { permission: "roles:write", roles: parents, until: null }, mustHoldContents);
  await requireKnownRoles(tx, parents, pointer);
  if (await findInherits(tx, parents, role)) {
    const detail = "The role would inherit from itself.";
    throw new Problem("invalid_request", { errors: [{ pointer, code: "role_cycle", detail }] });
  }
  if (!await insertRoleParents(tx, role, parents)) return false;
  if (await findAnybodyExcluded(tx, { role })) throw new Problem("exclusion_violated");
  return true;
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
