import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { findKnownPermissions, findUnknownPermission } from "../permissions/permission_store.ts";
import { findUnknownRole } from "./role_store.ts";

/** @throws {Problem} `invalid_request` at `pointer`, or `not_found` for one into the path, such as `#/path/role`. */
export async function requireKnownRoles(tx: Db, names: string[], pointer: string): Promise<void> {
  const unknown = await findUnknownRole(tx, names);
  if (unknown !== undefined) throw unknownName("role", unknown, pointer);
}

/** `hint`: what else the name could have been. @throws {Problem} as {@link requireKnownRoles} does. */
export async function requireKnownPermissions(tx: Db, names: string[], pointer: string, hint = ""): Promise<void> {
  const unknown = await findUnknownPermission(tx, names);
  if (unknown !== undefined) throw unknownName("permission", unknown, pointer, hint);
}

/** Those of these names that are permissions. */
export function permissionsAmong(tx: Db, names: string[]): Promise<string[]> {
  return findKnownPermissions(tx, names);
}

function unknownName(kind: "role" | "permission", name: string, pointer: string, hint = ""): Problem {
  const detail = `There is no ${kind} ${JSON.stringify(name)}.${hint}`;
  if (pointer.startsWith("#/path/")) return new Problem("not_found", { detail });
  return new Problem("invalid_request", { errors: [{ pointer, code: `unknown_${kind}`, detail }] });
}
