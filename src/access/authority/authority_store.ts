import type { Db } from "../../platform/db/db.ts";
import type { Scopes, UserKind } from "../../vocabulary/actor.ts";

/** Locks these users by id, and returns those that exist. Every change of a user's grants takes this lock. */
export async function lockUsers(db: Db, ids: string[]): Promise<{ id: string; kind: UserKind }[]> {
  return await db.query(
    "lock_users",
    "select id, kind from users where id = any($1::uuid[]) order by id for no key update",
    [ids],
  );
}

/**
 * What an actor must hold: `permission`, now; `permissions`, `roles` and all that they give until `until` (null: for
 * ever); what the roles `givenBy` give; and what the user `userId` has, if `lasting` for as long. A role is held by a
 * grant of it or of a role that inherits from it, and by `admin`; every user holds `user`.
 */
export type Asked = {
  permission?: string;
  roles?: string[];
  givenBy?: string[];
  permissions?: string[];
  until?: Date | null;
  userId?: string;
  lasting?: boolean;
};

/** The user who acts, and the permissions to which the credential is limited. */
export type Holder = { id: string; scopes?: Scopes };

/**
 * Whether the actor is active and holds everything in `asked`, by what this statement sees. With scopes, only
 * permissions within them count, and the role `admin` does not stand for other roles.
 */
export async function findHoldsAll(db: Db, { id: actorId, scopes }: Holder, asked: Asked): Promise<boolean> {
  const { permission = null, roles = [], givenBy = [], permissions = [], userId = null, lasting = false, until } =
    asked;
  const end = until === undefined ? "-infinity" : until?.toISOString() ?? "infinity";
  const [row] = await db.query<{ holds_all: boolean }>(
    "find_holds_all",
    `with recursive
     active as (
       select user_id, role, coalesce(expires_at, 'infinity') as until from active_grants where user_id in ($1, $4)
     ),
     held (role, until) as (
       select role, until from active join users u on u.id = user_id where user_id = $1 and u.disabled_at is null
       union
       select p.parent, h.until from held h join role_parents p on p.role = h.role
     ),
     asked (role, until, itself) as (
       (
         select unnest($2::text[]) collate "C", $6::timestamptz, true
         union
         select unnest($8::text[]) collate "C", $6, false
         union
         select role, case when $7 then until else '-infinity' end, true from active where user_id = $4
       )
       union
       select p.parent, a.until, a.itself from asked a join role_parents p on p.role = a.role
     ),
     administers as (select max(until) as until from held where role = 'admin' and $9::text[] is null),
     has as (select role, max(until) as until from held where $9 is null or role <> 'admin' group by role),
     carried (permission, until) as (
       select permission, until from role_permissions join held using (role) where $9 is null or permission = any($9)
       union all
       select unnest($9) collate "C", until from held where role = 'admin'
     ),
     holds as (select permission, max(until) as until from carried group by permission),
     needed as (
       select permission, until from role_permissions join asked using (role)
       union
       select unnest($3::text[]) collate "C", $6::timestamptz
     )
     select ($5::text is null or exists (select from holds where permission = $5) or a.until is not null)
       and not exists (
         select from needed n left join holds h using (permission)
         where coalesce(greatest(h.until, a.until) < n.until, true)
       )
       and not exists (
         select from asked n left join has h using (role)
         where n.itself and n.role <> 'user' and coalesce(greatest(h.until, a.until) < n.until, true)
       ) as holds_all
     from administers a`,
    [actorId, roles, permissions, userId, permission, end, lasting, givenBy, scopes ? [...scopes] : null],
  );
  return row!.holds_all;
}

/** Whether any user, even a disabled one, has an active grant of the role or of a role that inherits from it. */
export async function findHeld(db: Db, role: string): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(
    "find_held",
    `with recursive giving (role) as (
       select $1::text collate "C" union select p.role from giving g join role_parents p on p.parent = g.role
     )
     select exists (select from active_grants join giving using (role)) as held`,
    [role],
  );
  return row!.held;
}
