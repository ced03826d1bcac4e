import type { Db } from "../../platform/db/db.ts";

/** `no_epoch` if a crash emptied the table. */
export type TakeOutcome = "taken" | "used" | "before_epoch" | "no_epoch";

/** Takes the key, unless it is taken already or the proof was issued before the table was complete. */
export async function insertUsedOnce(db: Db, key: Uint8Array, expiresAt: Date, issuedAt: Date): Promise<TakeOutcome> {
  const [row] = await db.query<{ outcome: TakeOutcome }>(
    "insert_used_once",
    `with epoch as (select expires_at as began_at from used_once where key = ''),
       taken as (
         insert into used_once (key, expires_at) select $1, $2 from epoch where began_at <= $3
         on conflict (key) do nothing returning 1
       )
     select case
       when exists (select from taken) then 'taken'
       when not exists (select from epoch) then 'no_epoch'
       when (select began_at from epoch) <= $3 then 'used'
       else 'before_epoch' end as outcome`,
    [key, expiresAt, issuedAt],
    { keepPlan: true },
  );
  return row!.outcome;
}

/** The table is complete from now on, if it is not already. */
export async function insertEpoch(db: Db): Promise<void> {
  await db.query(
    "insert_used_once_epoch",
    "insert into used_once (key, expires_at) values ('', clock_timestamp()) on conflict (key) do nothing",
  );
}

/** Deletes at most `limit` keys that have expired, and returns their number. */
export async function deleteExpiredUsedOnce(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    "delete_expired_used_once",
    `delete from used_once where key in (
       select key from used_once where expires_at < now() and key <> ''
       order by expires_at limit $1 for update skip locked
     ) returning 1`,
    [limit],
  );
  return rows.length;
}
