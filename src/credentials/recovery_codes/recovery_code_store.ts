import type { Db } from "../../platform/db/db.ts";

/** Uses up the code; false if it is wrong or was used. Of many uses at once, one succeeds. */
export async function consumeRecoveryCode(db: Db, userId: string, hash: Uint8Array): Promise<boolean> {
  const rows = await db.query(
    "consume_recovery_code",
    "update recovery_codes set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null returning user_id",
    [userId, hash],
  );
  return rows.length > 0;
}

export async function insertRecoveryCodes(db: Db, userId: string, hashes: Uint8Array[]): Promise<void> {
  await db.query(
    "insert_recovery_codes",
    "insert into recovery_codes (user_id, code_hash) select $1, hash from unnest($2::bytea[]) as hash",
    [userId, hashes],
  );
}

export async function deleteRecoveryCodes(db: Db, userId: string): Promise<void> {
  await db.query("delete_recovery_codes", "delete from recovery_codes where user_id = $1", [userId]);
}

/** The number of unused codes. */
export async function countRecoveryCodes(db: Db, userId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_recovery_codes",
    "select count(*)::int as count from recovery_codes where user_id = $1 and used_at is null",
    [userId],
  );
  return row!.count;
}
