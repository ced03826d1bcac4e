import type { Actor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database } from "../../platform/db/db.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import { requireMay } from "../authority/authority.ts";
import { isOfSentinel } from "./permission_name.ts";
import {
  deletePermission,
  findPermission,
  insertPermission,
  listPermissions,
  type PermissionRow,
} from "./permission_store.ts";
import { lockRoleGraph } from "../roles/role_store.ts";
import type { PermissionEvaluator } from "../roles/permission_evaluator.ts";

export type { PermissionRow };

export type PermissionRegistry = ReturnType<typeof createPermissionRegistry>;

/** Registers permissions of applications. `admin` holds them at once. */
export function createPermissionRegistry({ db, evaluator }: { db: Database; evaluator: PermissionEvaluator }) {
  return {
    find,
    page: (prefix: string, after: string | null, limit: number) => listPermissions(db, prefix, after, limit),
    register,
    remove,
  };

  /** @throws {Problem} `not_found` */
  async function find(name: string): Promise<PermissionRow> {
    const permission = await findPermission(db, name);
    if (!permission) throw new Problem("not_found");
    return permission;
  }

  /** @throws {Problem} `forbidden`, `permission_taken`, `invalid_request` for a resource of Sentinel itself. */
  async function register(name: string, description: string, actor: Actor): Promise<PermissionRow> {
    if (isOfSentinel(name)) {
      const detail = "This resource belongs to Sentinel itself. Choose another name for yours.";
      throw new Problem("invalid_request", { errors: [{ pointer: "#/name", code: "reserved", detail }] });
    }
    return await db.transaction(async (tx) => {
      await requireMay(tx, actor, "permissions:write");
      tx.afterwards(evaluator.forget);
      await insertPermission(tx, name, description).catch(refuseOn({ permissions_pkey: "permission_taken" }));
      const subject = { type: "permission" as const, id: name };
      await recordAudit(tx, { action: "permission.created", ...actor, subject, details: { description } });
      return (await findPermission(tx, name))!;
    });
  }

  /** @throws {Problem} `forbidden`, `not_found`, `permission_in_use`, also for a permission of Sentinel itself. */
  async function remove(name: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await lockRoleGraph(tx, "edit");
      await requireMay(tx, actor, "permissions:write");
      tx.afterwards(evaluator.forget);
      const permission = await findPermission(tx, name);
      if (!permission) throw new Problem("not_found");
      if (permission.built_in) {
        throw new Problem("permission_in_use", {
          detail: "This permission belongs to Sentinel itself and cannot be deleted.",
        });
      }
      await deletePermission(tx, name).catch(refuseOn({ role_permissions_permission_fkey: "permission_in_use" }));
      const { description } = permission;
      const subject = { type: "permission" as const, id: name };
      await recordAudit(tx, { action: "permission.deleted", ...actor, subject, details: { description } });
    });
  }
}
