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
