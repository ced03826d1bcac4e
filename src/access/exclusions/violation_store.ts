import type { Db } from "../../platform/db/db.ts";

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

/** Whether any role or any user's active grants violate this exclusion, or one of the role or its ancestors. */
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
