import type { UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";

/** A user by what they are called. */
export type NamedUser = { id: string; kind: UserKind; name: string };

/** A user with all active grants; their ends in milliseconds since the epoch, null being never. */
export type HolderRow = NamedUser & { disabled: boolean; grants: { role: string; expires_at: number | null }[] };

const name = "coalesce(u.username, u.email, u.service_name) as name";
const byName = "coalesce(u.username_canonical, u.email_canonical, u.service_name)";

/**
 * The users of up to `limit` active grants of these roles, by name, each with all of their active grants; and whether
 * there are more such grants. The limit bounds the work where a million users hold a role.
 */
export async function listHoldersOfAny(db: Db, roles: string[], limit: number) {
  const rows = await db.query<HolderRow & { is_all: boolean }>(
    "list_holders_of_any",
    `with reached as materialized (select user_id from active_grants where role = any($1::text[]) limit $2 + 1),
     found as (select distinct user_id from (select user_id from reached limit $2) r)
     select u.id, u.kind, ${name}, u.disabled_at is not null as disabled, g.grants,
            (select count(*) from reached) <= $2 as is_all
     from found f join users u on u.id = f.user_id
     cross join lateral (
       select json_agg(json_build_object('role', role, 'expires_at', extract(epoch from expires_at) * 1000) order by role)
         as grants
       from active_grants where user_id = u.id
     ) g
     order by ${byName}, u.id`,
    [roles, limit],
  );
  const holders = rows.map(({ is_all: _, ...holder }): HolderRow => holder);
  return { holders, isAll: rows[0]?.is_all ?? true };
}

/** An exclusion: a user may hold at most `at_most` of its roles. */
export type ConcernedExclusion = { id: string; description: string; at_most: number; roles: string[] };

/** The exclusions that name one of these roles, oldest first. */
export function listExclusionsOfAny(db: Db, roles: string[]): Promise<ConcernedExclusion[]> {
  return db.query(
    "list_exclusions_of_any",
    `select e.id, e.description, e.at_most,
            array(select role from role_exclusion_members m where m.exclusion_id = e.id order by 1) as roles
     from role_exclusions e
     where exists (select from role_exclusion_members m where m.exclusion_id = e.id and m.role = any($1::text[]))
     order by e.id`,
    [roles],
  );
}

/**
 * Up to `limit` users who would hold more than `atMost` members of an exclusion, if each role `giving[i].role` gives
 * the member `giving[i].member`.
 */
export function listUsersExceeding(
  db: Db,
  giving: { role: string; member: string }[],
  atMost: number,
  limit: number,
): Promise<NamedUser[]> {
  return db.query(
    "list_users_exceeding",
    `with exceeding as (
       select a.user_id from unnest($1::text[], $2::text[]) as g (role, member) join active_grants a on a.role = g.role
       group by a.user_id having count(distinct g.member) > $3 limit $4
     )
     select u.id, u.kind, ${name} from exceeding e join users u on u.id = e.user_id order by ${byName}, u.id`,
    [giving.map(({ role }) => role), giving.map(({ member }) => member), atMost, limit],
  );
}
