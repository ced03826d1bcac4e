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

export async function findExclusion(db: Db, id: string): Promise<ExclusionRow | undefined> {
  const [row] = await db.query<ExclusionRow>(
    "find_exclusion",
    `select ${columns} from role_exclusions e where e.id = $1`,
    [id],
  );
  return row;
}

export async function insertExclusion(
  db: Db,
  { id, description, at_most, roles }: Omit<ExclusionRow, "created_at">,
): Promise<void> {
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

/** Selects a row if these roles, with all that they inherit from, violate an exclusion. */
const excluded = (roles: string) =>
  `with recursive held (role) as (
     ${roles}
     union
     select p.parent from held h join role_parents p on p.role = h.role
   )
   select 1 from role_exclusions e join role_exclusion_members m on m.exclusion_id = e.id join held using (role)
   group by e.id having count(*) > e.at_most limit 1`;

/** Whether the user's active grants violate an exclusion. */
export async function findUserExcluded(db: Db, userId: string): Promise<boolean> {
  const active = "select role from active_grants where user_id = $1";
  return (await db.query("find_user_excluded", excluded(active), [userId])).length > 0;
}

/** Whether these roles violate an exclusion. */
export async function findRolesExcluded(db: Db, roles: string[]): Promise<boolean> {
  const named = `select unnest($1::text[]) collate "C"`;
  return (await db.query("find_roles_excluded", excluded(named), [roles])).length > 0;
}

/**
 * Whether any single role, or the active grants of any user, violate the exclusion with this id, or an exclusion of
 * this role or a role that it inherits from.
 */
export async function findAnybodyExcluded(db: Db, by: { role: string } | { exclusionId: string }): Promise<boolean> {
  const { role = null, exclusionId = null } = by as { role?: string; exclusionId?: string };
  const rows = await db.query(
    "find_anybody_excluded",
    `with recursive
     line (role) as (
       select $1::text collate "C" union select p.parent from line l join role_parents p on p.role = l.role
     ),
     concerned as (
       select e.id, e.at_most from role_exclusions e
       where e.id = $2 or exists (select from role_exclusion_members m join line using (role) where m.exclusion_id = e.id)
     ),
     gives (exclusion_id, role, member) as (
       select m.exclusion_id, m.role, m.role from role_exclusion_members m join concerned c on c.id = m.exclusion_id
       union
       select g.exclusion_id, p.role, g.member from gives g join role_parents p on p.parent = g.role
     )
     (select 1 from gives g join concerned c on c.id = g.exclusion_id
      group by c.id, c.at_most, g.role having count(*) > c.at_most limit 1)
     union all
     (select 1 from gives g join concerned c on c.id = g.exclusion_id join active_grants a on a.role = g.role
      group by c.id, c.at_most, a.user_id having count(distinct g.member) > c.at_most limit 1)`,
    [role, exclusionId],
  );
  return rows.length > 0;
}
