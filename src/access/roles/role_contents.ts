import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { adminRole } from "../authority/authority.ts";
import { requireKnownRoles } from "./unknown_names.ts";

/** What a role is to give from now on. An absent member stays unchanged. */
export type RoleContents = { permissions?: string[] | undefined; parents?: string[] | undefined };

/** What a change to `wanted` adds to a list and removes from it. */
export type ListChange = { added: string[]; removed: string[] };

/** How `current` differs from the list that is wanted; not at all if none is. */
export function listChange(current: readonly string[], wanted: readonly string[] = current): ListChange {
  const [before, after] = [new Set(current), new Set(wanted)];
  return { added: [...after.difference(before)], removed: [...before.difference(after)] };
}

/** Refuses parents that no role may inherit from. @throws {Problem} `role_built_in` */
export function requireNotAdmin(parents: string[]): void {
  if (parents.includes(adminRole)) throw new Problem("role_built_in", { detail: "No role may inherit from admin." });
}

/**
 * Refuses unknown roles, and parents by which the role would inherit from itself. @throws {Problem}
 * `invalid_request` at `pointer`, or `not_found` as {@link requireKnownRoles} does.
 */
export async function requireMayBecomeParents(
  db: Db,
  parents: string[],
  pointer: string,
  isCycle: () => boolean | Promise<boolean>,
): Promise<void> {
  await requireKnownRoles(db, parents, pointer);
  if (!await isCycle()) return;
  const detail = "The role would inherit from itself.";
  throw new Problem("invalid_request", { errors: [{ pointer, code: "role_cycle", detail }] });
}
