import type { Actor } from "../../vocabulary/actor.ts";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { requireHolds } from "../authority/authority.ts";
import {
  deleteExclusion,
  type ExclusionRow,
  findExclusion,
  insertExclusion,
  listExcludedRoles,
  listExclusions,
  listExclusionsOf,
} from "./exclusion_store.ts";
import { exclusionErrors } from "./exclusion_errors.ts";
import { findAnybodyExcluded } from "./violation_store.ts";
import { lockRoleGraph } from "../roles/role_store.ts";
import { requireKnownRoles } from "../roles/unknown_names.ts";

export type { ExclusionRow };

export type NewExclusion = { description: string; roles: string[]; at_most: number };

export type Exclusions = ReturnType<typeof createExclusions>;

const mustHoldRoles = "To create or delete a role exclusion you must hold all of its roles.";

/** Roles of which one user may hold only some, inherited ones too: static separation of duty (INCITS 359 §6.3). */
export function createExclusions({ db }: { db: Database }) {
  return {
    page: (after: string | null, limit: number) => listExclusions(db, after, limit),
    find: (id: string) => requireExclusion(db, id),
    /** Those of these roles that an exclusion names. */
    rolesAmong: async (roles: string[]) => new Set(await listExcludedRoles(db, roles)),
    ofRole: (role: string) => listExclusionsOf(db, role),
    create,
    remove,
  };

  /** @throws {Problem} `invalid_request`, `forbidden`, and `exclusion_violated` if a user violates it already. */
  async function create({ description, at_most, roles }: NewExclusion, actor: Actor): Promise<ExclusionRow> {
    const errors = exclusionErrors(roles, at_most);
    if (errors.length > 0) throw new Problem("invalid_request", { errors });
    const id = uuidv7();
    return await db.transaction(async (tx) => {
      await lockRoleGraph(tx, "edit");
      await requireHolds(tx, actor, { permission: "roles:write", roles }, mustHoldRoles);
      await requireKnownRoles(tx, roles, "#/roles");
      await insertExclusion(tx, { id, description, at_most, roles });
      if (await findAnybodyExcluded(tx, { exclusionId: id })) throw new Problem("exclusion_violated");
      const subject = { type: "role_exclusion" as const, id };
      await recordAudit(tx, { action: "role_exclusion.created", ...actor, subject, details: { roles, at_most } });
      return (await findExclusion(tx, id))!;
    });
  }

  /** @throws {Problem} `not_found`, `forbidden`. */
  async function remove(id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await lockRoleGraph(tx, "edit");
      const { roles, at_most } = await requireExclusion(tx, id);
      await requireHolds(tx, actor, { permission: "roles:write", roles }, mustHoldRoles);
      await deleteExclusion(tx, id);
      const subject = { type: "role_exclusion" as const, id };
      await recordAudit(tx, { action: "role_exclusion.deleted", ...actor, subject, details: { roles, at_most } });
    });
  }
}

/** @throws {Problem} `not_found` */
async function requireExclusion(db: Db, id: string): Promise<ExclusionRow> {
  const exclusion = await findExclusion(db, id);
  if (!exclusion) throw new Problem("not_found");
  return exclusion;
}
