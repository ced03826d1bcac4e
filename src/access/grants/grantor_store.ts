import type { Db } from "../../platform/db/db.ts";

/** Who granted a role last, as the audit log has it: no id for commands, and no name for users who are gone. */
export type Grantor = { role: string; id: string | null; name: string | null };

/** The most recent events of a user that are searched for grants. */
const searchedMax = 1_000;

/** Who granted the user each role last, by the latest events of the user. */
export function listGrantors(db: Db, userId: string): Promise<Grantor[]> {
  return db.query<Grantor>(
    "list_grantors",
    `select distinct on (e.facts->>'role') e.facts->>'role' as role, e.actor_id as id,
            coalesce(u.username, u.email, u.service_name) as name
     from (
       select action, actor_id, facts, occurred_at, id from audit_events
       where subject_type = 'user' and subject_id = $1
       order by occurred_at desc, id desc limit ${searchedMax}
     ) e left join users u on u.id = e.actor_id
     where e.action = 'role.granted'
     order by e.facts->>'role', e.occurred_at desc, e.id desc`,
    [userId],
  );
}
