import type { UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";

/** A user with a grant of a role. */
export type MemberRow = {
  id: string;
  kind: UserKind;
  name: string;
  disabled: boolean;
  granted_at: Date;
  expires_at: Date | null;
};

/** A page of users with an active grant of the role, in the order of their ids, after `after`. */
export function listMembers(db: Db, role: string, after: string | null, limit: number): Promise<MemberRow[]> {
  return db.query(
    "list_members",
    `select u.id, u.kind, coalesce(u.username, u.email, u.service_name) as name, u.disabled_at is not null as disabled,
            g.granted_at, g.expires_at
     from active_grants g join users u on u.id = g.user_id
     where g.role = $1 and ($2::uuid is null or g.user_id > $2)
     order by g.user_id limit $3`,
    [role, after, limit],
  );
}

/** How many active grants each of these roles has, counted up to `max`. */
export async function countMembers(db: Db, roles: string[], max: number): Promise<Map<string, number>> {
  const rows = await db.query<{ role: string; count: number }>(
    "count_members",
    `select r.role, (select count(*)::int from (select from active_grants g where g.role = r.role limit $2) c) as count
     from unnest($1::text[]) as r (role)`,
    [roles, max],
  );
  return new Map(rows.map(({ role, count }) => [role, count]));
}
