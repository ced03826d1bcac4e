import type { Db } from "../../platform/db/db.ts";
import type { Identifiers, Names } from "../../vocabulary/identifiers.ts";

export type NewUser = Identifiers & { id: string; password_hash: string };

/** A user as administrators see it. */
export type UserRow = Names & HeldRoles & {
  id: string;
  email_verified: boolean;
  external_id: string | null;
  created_at: Date;
  disabled_at: Date | null;
};

/** The columns of {@link heldRoles}. `roles` are the active ones; times are in milliseconds since the epoch. */
export type HeldRoles = {
  roles: string[];
  grants: { role: string; granted_at: number; expires_at: number | null }[];
};

/** Filters: a prefix of the canonical name, an active role, disabled or not, the external id. */
export type UserFilter = {
  /** A prefix of the name by which the list is sorted: the username or, without one, the e-mail address. */
  name?: string | undefined;
  username?: string | undefined;
  email?: string | undefined;
  role?: string | undefined;
  disabled?: boolean | undefined;
  external_id?: string | undefined;
};

/**
 * The active roles of the user `u`, and every grant. Times are numbers: as text in the session's time zone, the end of
 * the year 9999 may be in the year 10000, which JavaScript cannot parse.
 */
export const heldRoles = `array(select role from active_grants g where g.user_id = u.id order by role) as roles,
            coalesce((
              select json_agg(json_build_object(
                'role', role, 'granted_at', extract(epoch from granted_at) * 1000,
                'expires_at', extract(epoch from expires_at) * 1000
              ) order by role)
              from grants g where g.user_id = u.id
            ), '[]') as grants`;

const columns =
  `u.id, u.username, u.email, u.email_verified_at is not null as email_verified, u.external_id, u.created_at,
  u.disabled_at, ${heldRoles}`;

/** Which of the two identifiers is already in use. */
export async function findTaken(db: Db, usernameCanonical: string | null, emailCanonical: string | null) {
  const [row] = await db.query<{ username_taken: boolean; email_taken: boolean }>(
    "find_taken",
    `select exists (select from users where username_canonical = $1) as username_taken,
            exists (select from users where email_canonical = $2) as email_taken`,
    [usernameCanonical, emailCanonical],
  );
  return row!;
}

/** Inserts the user and returns the time of creation. */
export async function insertUser(db: Db, user: NewUser): Promise<{ created_at: Date }> {
  const [row] = await db.query<{ created_at: Date }>(
    "insert_user",
    `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
     values ($1, $2, $3, $4, $5, $6) returning created_at`,
    [user.id, user.username, user.username_canonical, user.email, user.email_canonical, user.password_hash],
  );
  return row!;
}

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  const [row] = await db.query<UserRow>(
    "find_user",
    `select ${columns} from users u where u.id = $1 and u.kind = 'person'`,
    [id],
  );
  return row;
}

/** Writes the names. An address that differs in more than ASCII case is another mailbox, which nobody has proved. */
export async function updateIdentifiers(db: Db, id: string, identifiers: Identifiers): Promise<void> {
  const { username, username_canonical, email, email_canonical } = identifiers;
  await db.query(
    "update_identifiers",
    `update users set username = $2, username_canonical = $3, email = $4, email_canonical = $5, updated_at = now(),
       credential_epoch = credential_epoch + (email_canonical is distinct from $5)::int,
       email_verified_at = case when lower(email) = lower($4) then email_verified_at end
     where id = $1`,
    [id, username, username_canonical, email, email_canonical],
  );
}

/** Notes that the address was proved; false if that had been noted before, or there is none. */
export async function updateEmailVerified(db: Db, id: string): Promise<boolean> {
  const rows = await db.query(
    "update_email_verified",
    `update users set email_verified_at = now(), updated_at = now()
     where id = $1 and email is not null and email_verified_at is null returning id`,
    [id],
  );
  return rows.length > 0;
}

export async function updateDisabled(db: Db, id: string, disabled: boolean): Promise<void> {
  await db.query(
    "update_disabled",
    `update users set disabled_at = case when $2 then now() end, updated_at = now(),
       credential_epoch = credential_epoch + $2::boolean::int
     where id = $1`,
    [id, disabled],
  );
}

/** Deletes the user. Sessions and grants are deleted by cascade. */
export async function deleteUser(db: Db, id: string): Promise<void> {
  await db.query("delete_user", "delete from users where id = $1", [id]);
}

/** The sort key of a user: the canonical username or, without a username, the canonical e-mail address. */
const listName = "coalesce(u.username_canonical, u.email_canonical)";

/**
 * A page of users in the order of their names, after `after`. Those of a role have a statement of their own, so that
 * the database can begin with the members of a role that few have. A username is the name in the list, which has an
 * index.
 */
export function listUsers(
  db: Db,
  { name, username, email, role, disabled, external_id }: UserFilter,
  after: string | null,
  limit: number,
): Promise<(UserRow & { list_name: string })[]> {
  const given = [after, username, email, disabled, external_id, limit, name];
  const [statement, condition, values] = role === undefined
    ? ["list_users", "", given]
    : ["list_users_of_role", ofRole, [...given, role]];
  return db.query(statement, usersWhere(condition), values);
}

const ofRole = "and exists (select from active_grants g where g.user_id = u.id and g.role = $8)";

function usersWhere(condition: string): string {
  return `select ${columns}, ${listName} as list_name from users u
     where u.kind = 'person' and ($1::text is null or ${listName} > $1)
       and ($2::text is null or ${listName} ^@ $2 and u.username_canonical ^@ $2)
       and ($3::text is null or u.email_canonical ^@ $3)
       and ($4::boolean is null or (u.disabled_at is not null) = $4)
       and ($5::text is null or u.external_id = $5)
       and ($7::text is null or ${listName} ^@ $7) ${condition}
     order by ${listName} limit $6`;
}

/** The user whose canonical username or e-mail address this is. */
export async function findUserByName(db: Db, canonical: string): Promise<Names & { id: string } | undefined> {
  const [row] = await db.query<Names & { id: string }>(
    "find_user_by_name",
    "select id, username, email from users where username_canonical = $1 or email_canonical = $1",
    [canonical],
  );
  return row;
}
