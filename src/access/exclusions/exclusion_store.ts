import type { Db } from "../../platform/db/db.ts";

/** One user may hold at most `at_most` of the roles, granted or inherited. */
export type ExclusionRow = { id: string; description: string; at_most: number; roles: string[]; created_at: Date };

const columns = `e.id, e.description, e.at_most,
            array(select role from role_exclusion_members m where m.exclusion_id = e.id order by 1) as roles, e.created_at`;

/** A page of exclusions, oldest first. */
export function listExclusions(db: Db, after: string | null, limit: number): Promise<ExclusionRow[]> {
  return db.query(
    "list_exclusions",
    `select ${columns} from role_exclusions e where $1::uuid is null or e.id > $1 order by e.id limit $2`,
    [after, limit],
  );
}

/** The exclusions that name the role, oldest first. */
export function listExclusionsOf(db: Db, role: string): Promise<ExclusionRow[]> {
  return db.query(
    "list_exclusions_of",
    `select ${columns} from role_exclusions e join role_exclusion_members o on o.exclusion_id = e.id and o.role = $1
     order by e.id`,
    [role],
  );
}

/** Those of these roles that an exclusion names. */
export async function listExcludedRoles(db: Db, roles: string[]): Promise<string[]> {
  const rows = await db.query<{ role: string }>(
    "list_excluded_roles",
    "select distinct role from role_exclusion_members where role = any($1::text[])",
    [roles],
  );
  return rows.map(({ role }) => role);
}

export async function findExclusion(db: Db, id: string): Promise<ExclusionRow | undefined> {
  const [row] = await db.query<ExclusionRow>(
    "find_exclusion",
    `select ${columns} from role_exclusions e where e.id = $1`,
    [id],
  );
  return row;
}

export async function insertExclusion(db: Db, { id, description, at_most, roles }: Omit<ExclusionRow, "created_at">) {
  await db.query(
    "insert_exclusion",
    `with exclusion as (insert into role_exclusions (id, description, at_most) values ($1, $2, $3) returning id)
     insert into role_exclusion_members (exclusion_id, role) select id, unnest($4::text[]) from exclusion`,
    [id, description, at_most, roles],
  );
}

export async function deleteExclusion(db: Db, id: string): Promise<void> {
  await db.query("delete_exclusion", "delete from role_exclusions where id = $1", [id]);
}
