import type { Db } from "../../platform/db/db.ts";

/** How often an action happened in a part of the time, counted back from now: part 0 is the latest. */
export type ActivityRow = { action: string; part: number; count: number };

/** The latest events of each action that are counted. */
export const countedMax = 20_000;

/** How often each action happened in the last parts of the time. */
export function countActivity(
  db: Db,
  actions: readonly string[],
  { parts, partSeconds }: { parts: number; partSeconds: number },
): Promise<ActivityRow[]> {
  return db.query<ActivityRow>(
    "count_activity",
    `select a.action, floor(extract(epoch from now() - e.occurred_at) / $2::float8)::int as part, count(*)::int as count
     from unnest($1::text[]) as a (action) cross join lateral (
       select occurred_at from audit_events e
       where e.action = a.action and e.occurred_at > now() - make_interval(secs => $2::float8 * $3::float8) and e.occurred_at <= now()
       order by e.occurred_at desc, e.id desc limit ${countedMax}
     ) e
     group by 1, 2`,
    [actions, partSeconds, parts],
  );
}
