import type { Db } from "../../platform/db/db.ts";

/** The roles that the user has now. */
export async function listRolesOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ role: string }>(
    "list_roles_of",
    "select role from active_grants where user_id = $1",
    [userId],
  );
  return rows.map(({ role }) => role);
}

/** What the user is called. */
export type NamesRow = { id: string; username: string | null; email: string | null };

export async function findNames(db: Db, userId: string): Promise<NamesRow> {
  const [row] = await db.query<NamesRow>("find_names", "select id, username, email from users where id = $1", [userId]);
  return row!;
}

/** How many users have a second factor. */
export async function countEnrolled(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_enrolled",
    `select count(*)::int as count from (
       select user_id from totp_factors where confirmed_at is not null union select user_id from passkeys
     ) f`,
  );
  return row!.count;
}

/** How many persons without a second factor may sign in: all, or those who hold one of the roles now. */
export async function countMissing(db: Db, roles: string[] | "all"): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_missing_factors",
    `select count(*)::int as count from users u
     where u.disabled_at is null and u.kind = 'person'
       and not exists (select from totp_factors f where f.user_id = u.id and f.confirmed_at is not null)
       and not exists (select from passkeys p where p.user_id = u.id)
       and ($1::text[] is null or u.id in (select g.user_id from active_grants g where g.role = any($1)))`,
    [roles === "all" ? null : roles],
  );
  return row!.count;
}
