import type { Db } from "../../platform/db/db.ts";

/** A permission of Sentinel itself or of an application. */
export type PermissionRow = { name: string; description: string; built_in: boolean; created_at: Date };

export async function listPermissionNames(db: Db): Promise<string[]> {
  const rows = await db.query<{ name: string }>("list_permission_names", "select name from permissions");
  return rows.map(({ name }) => name);
}

/** A page of the permissions whose names begin with `prefix`, in the order of their names, after `after`. */
export function listPermissions(
  db: Db,
  prefix: string,
  after: string | null,
  limit: number,
): Promise<PermissionRow[]> {
  return db.query(
    "list_permissions",
    `select name, description, built_in, created_at from permissions
     where name ^@ $1 and ($2::text is null or name > $2) order by name limit $3`,
    [prefix, after, limit],
  );
}

export async function findPermission(db: Db, name: string): Promise<PermissionRow | undefined> {
  const [row] = await db.query<PermissionRow>(
    "find_permission",
    "select name, description, built_in, created_at from permissions where name = $1",
    [name],
  );
  return row;
}

/** Those of these names that are registered. */
export async function findKnownPermissions(db: Db, names: string[]): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    "find_known_permissions",
    "select name from permissions where name = any($1::text[]) order by name",
    [names],
  );
  return rows.map(({ name }) => name);
}

/** One of these names that is not registered. */
export async function findUnknownPermission(db: Db, names: string[]): Promise<string | undefined> {
  const [row] = await db.query<{ name: string }>(
    "find_unknown_permission",
    `select a.name from unnest($1::text[]) as a (name)
     where not exists (select from permissions p where p.name = a.name) limit 1`,
    [names],
  );
  return row?.name;
}

export async function insertPermission(db: Db, name: string, description: string): Promise<void> {
  const text = "insert into permissions (name, description) values ($1, $2)";
  await db.query("insert_permission", text, [name, description]);
}

export async function deletePermission(db: Db, name: string): Promise<void> {
  await db.query("delete_permission", "delete from permissions where name = $1", [name]);
}
