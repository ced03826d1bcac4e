import type { Db } from "../../platform/db/db.ts";

/** Records that the erasure of the user is not complete. */
export async function insertErasure(db: Db, userId: string): Promise<void> {
  await db.query("insert_erasure", "insert into audit_erasures (user_id) values ($1)", [userId]);
}

/** The users whose erasure is not complete, in the order of their deletion. */
export async function listErasures(db: Db): Promise<string[]> {
  const rows = await db.query<{ user_id: string }>(
    "list_erasures",
    "select user_id from audit_erasures order by created_at, user_id",
  );
  return rows.map(({ user_id }) => user_id);
}

/** Locks the erasure for this transaction. Returns false when another transaction has it, or it is complete. */
export async function lockErasure(db: Db, userId: string): Promise<boolean> {
  const rows = await db.query(
    "lock_erasure",
    "select 1 from audit_erasures where user_id = $1 for update skip locked",
    [userId],
  );
  return rows.length > 0;
}

export async function deleteErasure(db: Db, userId: string): Promise<void> {
  await db.query("delete_erasure", "delete from audit_erasures where user_id = $1", [userId]);
}
