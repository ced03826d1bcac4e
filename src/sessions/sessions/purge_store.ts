import type { Db } from "../../platform/db/db.ts";

/** Whether this transaction got the purge lock. */
export async function tryPurgeLock(db: Db): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(
    "try_purge_lock",
    "select pg_try_advisory_xact_lock(hashtextextended('sentinel:purge:' || current_schema(), 0)) as held",
  );
  return row!.held;
}

/**
 * Deletes at most `limit` sessions whose absolute end was at least `keptSeconds` ago, and returns their number. One
 * with children stays, because they would go with it.
 */
export async function deleteExpiredSessions(db: Db, limit: number, keptSeconds: number): Promise<number> {
  const rows = await db.query(
    "delete_expired_sessions",
    `delete from sessions where id in (
       select id from sessions s where expires_at < now() - make_interval(secs => $2)
         and not exists (select from sessions c where c.parent_id = s.id)
       order by expires_at limit $1 for update skip locked
     ) returning id`,
    [limit, keptSeconds],
  );
  return rows.length;
}
