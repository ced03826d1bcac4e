import type { Db } from "../../platform/db/db.ts";

/** A role with its own permissions and its parents. `mfa_required`: its holders must have a second factor. */
export type RoleRow = { name: string; mfa_required: boolean; permissions: string[]; parents: string[] };

/** A role as administrators see it. */
export type RoleDetailRow = RoleRow & { description: string; built_in: boolean; created_at: Date };

const ownOfRole = `array(select permission from role_permissions p where p.role = r.name order by 1) as permissions,
            array(select parent from role_parents p where p.role = r.name order by 1) as parents`;

const details = `r.name, r.description, r.built_in, r.mfa_required, ${ownOfRole}, r.created_at`;

export function listRoles(db: Db): Promise<RoleRow[]> {
  return db.query<RoleRow>(
    "list_roles",
    `select r.name, r.mfa_required, p.permissions, i.parents
     from roles r
     left join (select role, array_agg(permission) as permissions from role_permissions group by role) p on p.role = r.name
     left join (select role, array_agg(parent) as parents from role_parents group by role) i on i.role = r.name
     order by r.name`,
  ).then((rows) =>
    rows.map(({ permissions, parents, ...role }) => ({
      ...role,
      permissions: permissions ?? [],
      parents: parents ?? [],
    }))
  );
}

/** A page of the roles whose names begin with `prefix`, in the order of their names, after `after`. */
export function listRoleDetails(
  db: Db,
  prefix: string,
  after: string | null,
  limit: number,
): Promise<RoleDetailRow[]> {
  return db.query(
    "list_role_details",
    `select ${details} from roles r
     where r.name ^@ $1 and ($2::text is null or r.name > $2) order by r.name limit $3`,
    [prefix, after, limit],
  );
}

export async function findRole(db: Db, name: string): Promise<RoleDetailRow | undefined> {
  const [row] = await db.query<RoleDetailRow>("find_role", `select ${details} from roles r where r.name = $1`, [name]);
  return row;
}

/** Locks the role graph: shared for grants, exclusive for edits of roles. */
export async function lockRoleGraph(db: Db, to: "grant" | "edit"): Promise<void> {
  await db.query("lock_role_graph", `select from role_graph for ${to === "edit" ? "update" : "share"}`);
}

/** What is said of a role beside its permissions and its place in the hierarchy. */
export type RoleFacts = Pick<RoleDetailRow, "description" | "mfa_required">;

export async function insertRole(db: Db, name: string, { description, mfa_required }: RoleFacts): Promise<void> {
  await db.query("insert_role", "insert into roles (name, description, mfa_required) values ($1, $2, $3)", [
    name,
    description,
    mfa_required,
  ]);
}

export async function updateRole(db: Db, name: string, { description, mfa_required }: RoleFacts): Promise<void> {
  await db.query("update_role", "update roles set description = $2, mfa_required = $3 where name = $1", [
    name,
    description,
    mfa_required,
  ]);
}

/** Deletes the role, its permissions and its place in the hierarchy. Its grants and exclusions must be gone. */
export async function deleteRole(db: Db, name: string): Promise<void> {
  await db.query(
    "delete_role",
    "with heirs as (delete from role_parents where parent = $1) delete from roles where name = $1",
    [name],
  );
}

/** One of these names that is not a role. */
export async function findUnknownRole(db: Db, names: string[]): Promise<string | undefined> {
  const [row] = await db.query<{ name: string }>(
    "find_unknown_role",
    `select a.name from unnest($1::text[]) as a (name)
     where not exists (select from roles r where r.name = a.name) limit 1`,
    [names],
  );
  return row?.name;
}

/** Returns whether at least one permission was new. */
export async function insertRolePermissions(db: Db, role: string, permissions: string[]): Promise<boolean> {
  const rows = await db.query(
    "insert_role_permissions",
    `insert into role_permissions (role, permission) select $1, unnest($2::text[]) on conflict do nothing returning 1`,
    [role, permissions],
  );
  return rows.length > 0;
}

/** Returns whether the role had at least one of the permissions. */
export async function deleteRolePermissions(db: Db, role: string, permissions: string[]): Promise<boolean> {
  const rows = await db.query(
    "delete_role_permissions",
    "delete from role_permissions where role = $1 and permission = any($2::text[]) returning 1",
    [role, permissions],
  );
  return rows.length > 0;
}

/** Returns whether at least one parent was new. */
export async function insertRoleParents(db: Db, role: string, parents: string[]): Promise<boolean> {
  const rows = await db.query(
    "insert_role_parents",
    "insert into role_parents (role, parent) select $1, unnest($2::text[]) on conflict do nothing returning 1",
    [role, parents],
  );
  return rows.length > 0;
}

/** Returns whether the role had at least one of the parents. */
export async function deleteRoleParents(db: Db, role: string, parents: string[]): Promise<boolean> {
  const rows = await db.query(
    "delete_role_parents",
    "delete from role_parents where role = $1 and parent = any($2::text[]) returning 1",
    [role, parents],
  );
  return rows.length > 0;
}

/** Whether one of the roles is `ancestor`, or inherits from it at any distance. */
export async function findInherits(db: Db, roles: string[], ancestor: string): Promise<boolean> {
  const [row] = await db.query<{ inherits: boolean }>(
    "find_inherits",
    `with recursive line (role) as (
       select unnest($1::text[]) collate "C" union select p.parent from line l join role_parents p on p.role = l.role
     )
     select exists (select from line where role = $2) as inherits`,
    [roles, ancestor],
  );
  return row!.inherits;
}
