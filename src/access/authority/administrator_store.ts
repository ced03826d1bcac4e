import type { Db } from "../../platform/db/db.ts";

/** Locks the administrators until this transaction ends. Foreign keys to the role do not wait. */
export async function lockAdministrators(db: Db): Promise<void> {
  await db.query("lock_administrators", "select from roles where name = 'admin' for no key update");
}

/** The number of active administrators: users who are not disabled and whose grant has no end. */
export async function countAdministrators(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_administrators",
    `select count(*)::int as count from grants g join users u on u.id = g.user_id
     where g.role = 'admin' and g.expires_at is null and u.disabled_at is null and u.kind = 'person'`,
  );
  return row!.count;
}
