import type { Db } from "../../platform/db/db.ts";

/** Grants the role until `expiresAt`, or without an end if it is null. Returns whether anything changed. */
export async function upsertGrant(db: Db, userId: string, role: string, expiresAt: Date | null): Promise<boolean> {
  const rows = await db.query(
    "upsert_grant",
    `insert into grants (user_id, role, expires_at) values ($1, $2, $3)
     on conflict (user_id, role) do update set expires_at = excluded.expires_at, granted_at = now()
     where grants.expires_at is distinct from excluded.expires_at
     returning 1`,
    [userId, role, expiresAt],
  );
  return rows.length > 0;
}

/** Grants each user, who must have no grants yet, the role without an end. */
export async function insertGrants(db: Db, grants: { user_id: string; role: string }[]): Promise<void> {
  await db.query(
    "insert_grants",
    "insert into grants (user_id, role) select * from unnest($1::uuid[], $2::text[])",
    [grants.map(({ user_id }) => user_id), grants.map(({ role }) => role)],
  );
}

/** Revokes the role and returns whether the user had it. */
export async function deleteGrant(db: Db, userId: string, role: string): Promise<boolean> {
  const rows = await db.query(
    "delete_grant",
    "delete from grants where user_id = $1 and role = $2 returning 1",
    [userId, role],
  );
  return rows.length > 0;
}

/** Revokes the role from every user and returns their number. */
export async function deleteGrantsOfRole(db: Db, role: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "delete_grants_of_role",
    "with gone as (delete from grants where role = $1 returning 1) select count(*)::int as count from gone",
    [role],
  );
  return row!.count;
}
