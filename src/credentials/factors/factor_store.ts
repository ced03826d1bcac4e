import type { Db } from "../../platform/db/db.ts";

/** What a user can prove beside the password. */
export type Held = { totp: boolean; passkey: boolean; recovery_code: boolean };

export async function findHeld(db: Db, userId: string): Promise<Held> {
  const [row] = await db.query<Held>(
    "find_held_factors",
    `select exists (select from totp_factors where user_id = $1 and confirmed_at is not null) as totp,
            exists (select from passkeys where user_id = $1) as passkey,
            exists (select from recovery_codes where user_id = $1 and used_at is null) as recovery_code`,
    [userId],
  );
  return row!;
}

/** As {@link findHeld}, of many users. */
export function listHeld(db: Db, userIds: string[]): Promise<(Held & { user_id: string })[]> {
  return db.query(
    "list_held_factors",
    `select u.id as user_id,
            exists (select from totp_factors where user_id = u.id and confirmed_at is not null) as totp,
            exists (select from passkeys where user_id = u.id) as passkey,
            exists (select from recovery_codes where user_id = u.id and used_at is null) as recovery_code
     from unnest($1::uuid[]) as u (id)`,
    [userIds],
  );
}

/** Ends the tickets that were issued for the credentials of before. */
export async function updateCredentialEpoch(db: Db, userId: string): Promise<void> {
  await db.query(
    "update_credential_epoch",
    "update users set credential_epoch = credential_epoch + 1 where id = $1",
    [userId],
  );
}
