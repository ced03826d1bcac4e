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

/** How many persons have a second factor, and how many of the others must have one. */
export type FactorCounts = { enrolled: number; missing: number };

/** The last user of a batch that begins after `after`; undefined if there are fewer than `size`. */
export async function findBatchEnd(db: Db, after: string | null, size: number): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    "find_batch_end",
    "select id from users where $1::uuid is null or id > $1 order by id offset $2 limit 1",
    [after, size - 1],
  );
  return row?.id;
}

/**
 * Counts the persons after `after`, up to and with `until`, who may sign in. `roles`: whose holders must have a factor.
 */
export async function countFactors(
  db: Db,
  roles: string[] | "all",
  after: string | null,
  until: string | null,
): Promise<FactorCounts> {
  const [row] = await db.query<FactorCounts>(
    "count_factors",
    `select count(*) filter (where has_factor)::int as enrolled,
            count(*) filter (where not has_factor and must_have)::int as missing
     from (
       select exists (select from totp_factors f where f.user_id = u.id and f.confirmed_at is not null) or
              exists (select from passkeys p where p.user_id = u.id) as has_factor,
              $3::text[] is null or
              exists (select from active_grants g where g.user_id = u.id and g.role = any($3)) as must_have
       from users u
       where ($1::uuid is null or u.id > $1) and ($2::uuid is null or u.id <= $2)
         and u.kind = 'person' and u.disabled_at is null
     ) persons`,
    [after, until, roles === "all" ? null : roles],
  );
  return row!;
}
