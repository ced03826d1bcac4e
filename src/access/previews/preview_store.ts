import type { UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";

/** A user by what they are called. */
export type NamedUser = { id: string; kind: UserKind; name: string };

/** A user, and the place in the order of all names. */
type Holder = NamedUser & { disabled: boolean; place: number };

/** Active grants; their ends in milliseconds since the epoch, null being never. */
type HeldGrants = { role: string; expires_at: number | null }[];

const name = "coalesce(u.username, u.email, u.service_name) as name";
const byName = "coalesce(u.username_canonical, u.email_canonical, u.service_name)";

/** Users with the same grants: how many, and the first of them by name. */
export type HolderGroup = { grants: HeldGrants; user_count: number; users: Holder[] };

type HolderGroupRow = Omit<Holder, "place"> & {
  key: string;
  user_count: number;
  is_named: boolean;
  is_all: boolean;
};

/**
 * The users of up to `limit` active grants of these roles, grouped by what they hold among `relevant`: of each group up
 * to `named` users of these kinds, by name. `isAll`: whether there are no more such grants. The limit bounds the work
 * where a million users hold a role.
 */
export async function listHolderGroups(
  db: Db,
  { roles, relevant, kinds, limit, named }: {
    roles: string[];
    relevant: string[];
    kinds: UserKind[];
    limit: number;
    named: number;
  },
): Promise<{ groups: HolderGroup[]; isAll: boolean }> {
  const rows = await db.query<HolderGroupRow>(
    "list_holder_groups",
    `with reached as materialized (select user_id from active_grants where role = any($1::text[]) limit $2 + 1),
     placed as (
       select u.id, u.kind, ${name}, ${byName} as by_name, u.disabled_at is not null as disabled, h.key,
              u.kind = any($4::text[]) as is_named, count(*) over (partition by h.key)::int as user_count,
              row_number() over (partition by h.key order by u.kind = any($4::text[]) desc, ${byName}, u.id) as place
       from users u cross join lateral (
         select json_agg(
           json_build_object('role', role, 'expires_at', extract(epoch from expires_at) * 1000) order by role
         )::text as key
         from active_grants where user_id = u.id and role = any($3::text[])
       ) h
       where u.id = any (array(select user_id from reached limit $2)) and h.key is not null
     )
     select id, kind, name, disabled, key, is_named, user_count, (select count(*) from reached) <= $2 as is_all
     from placed where place <= $5 order by by_name, id`,
    [roles, limit, relevant, kinds, named],
  );
  const placed = rows.map((row, place) => ({ ...row, place }));
  const groups = [...Map.groupBy(placed, ({ key }) => key)].map(([key, members]): HolderGroup => {
    const users = members.filter(({ is_named }) => is_named)
      .map(({ id, kind, name, disabled, place }) => ({ id, kind, name, disabled, place }));
    return { grants: JSON.parse(key), user_count: members[0]!.user_count, users };
  });
  return { groups, isAll: rows[0]?.is_all ?? true };
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
