import type { Db } from "../../platform/db/db.ts";

/** A factor with its encrypted secret. `resting`: after too many wrong codes. */
export type SealedFactor = { id: string; secret_sealed: Uint8Array; secret_id: string; resting: boolean };

/** A confirmed factor as its user sees it. */
export type TotpRow = { id: string; name: string; created_at: Date; last_used_at: Date | null; resting: boolean };

/** Consecutive wrong codes after which a factor rests. */
export const failuresMax = 100;

const isPending = "confirmed_at is null and created_at > now() - interval '10 minutes'";

export async function insertTotp(
  db: Db,
  factor: { id: string; user_id: string; name: string; secret_sealed: Uint8Array; secret_id: string },
): Promise<void> {
  const { id, user_id, name, secret_sealed, secret_id } = factor;
  await db.query(
    "insert_totp",
    "insert into totp_factors (id, user_id, name, secret_sealed, secret_id) values ($1, $2, $3, $4, $5)",
    [id, user_id, name, secret_sealed, secret_id],
  );
}

/** The user's confirmed factors, oldest first. */
export function listTotp(db: Db, userId: string): Promise<TotpRow[]> {
  return db.query<TotpRow>(
    "list_totp",
    `select id, name, created_at, last_used_at, failures >= $2 as resting from totp_factors
     where user_id = $1 and confirmed_at is not null order by id`,
    [userId, failuresMax],
  );
}

/** As {@link listTotp}, with the secrets. */
export function listSealedTotp(db: Db, userId: string): Promise<SealedFactor[]> {
  return db.query<SealedFactor>(
    "list_sealed_totp",
    `select id, secret_sealed, secret_id, failures >= $2 as resting from totp_factors
     where user_id = $1 and confirmed_at is not null order by id`,
    [userId, failuresMax],
  );
}

/** The factor, if it still waits for its first code. */
export async function findPendingTotp(db: Db, userId: string, id: string): Promise<SealedFactor | undefined> {
  const [row] = await db.query<SealedFactor>(
    "find_pending_totp",
    `select id, secret_sealed, secret_id, false as resting from totp_factors
     where id = $2 and user_id = $1 and ${isPending}`,
    [userId, id],
  );
  return row;
}

/** Confirms the factor by a code of this time step, and returns its name; undefined if it no longer waits for one. */
export async function updateTotpConfirmed(db: Db, id: string, step: number): Promise<string | undefined> {
  const [row] = await db.query<{ name: string }>(
    "update_totp_confirmed",
    `update totp_factors set confirmed_at = now(), last_step = $2, last_used_at = now()
     where id = $1 and ${isPending} returning name`,
    [id, step],
  );
  return row?.name;
}

/** Notes a code of this time step; false if one of this step or a later one was used, at any replica. */
export async function updateTotpUsed(db: Db, id: string, step: number): Promise<boolean> {
  const rows = await db.query(
    "update_totp_used",
    `update totp_factors set last_step = $2, last_used_at = now() where id = $1 and last_step < $2 and failures < $3
     returning id`,
    [id, step, failuresMax],
  );
  return rows.length > 0;
}

/** Counts a wrong code, and returns the factors that rest from now on. */
export async function updateTotpFailed(db: Db, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string; rests: boolean }>(
    "update_totp_failed",
    `update totp_factors set failures = failures + 1
     where user_id = $1 and confirmed_at is not null and failures < $2 returning id, failures >= $2 as rests`,
    [userId, failuresMax],
  );
  return rows.filter(({ rests }) => rests).map(({ id }) => id);
}

/** Forgets the wrong codes of all the user's factors. */
export async function updateTotpFailures(db: Db, userId: string): Promise<void> {
  await db.query("update_totp_failures", "update totp_factors set failures = 0 where user_id = $1 and failures > 0", [
    userId,
  ]);
}

/** Deletes one confirmed factor of the user, or all, and returns their ids and names. */
export function deleteTotp(db: Db, userId: string, id: string | null): Promise<{ id: string; name: string }[]> {
  return db.query(
    "delete_totp",
    `delete from totp_factors where user_id = $1 and ($2::uuid is null or id = $2) and confirmed_at is not null
     returning id, name`,
    [userId, id],
  );
}

/** Deletes the user's factors that wait for a first code, or those of everyone that no longer do. */
export async function deletePendingTotp(db: Db, userId: string | null): Promise<void> {
  await db.query(
    "delete_pending_totp",
    `delete from totp_factors where confirmed_at is null and case when $1::uuid is null
       then created_at <= now() - interval '10 minutes' else user_id = $1 end`,
    [userId],
  );
}

/** At most `limit` factors that are encrypted with this secret, locked. */
export function lockTotpSealedWith(db: Db, secretId: string, limit: number): Promise<SealedFactor[]> {
  return db.query<SealedFactor>(
    "lock_totp_sealed_with",
    `select id, secret_sealed, secret_id, false as resting from totp_factors where secret_id = $1
     order by id limit $2 for update`,
    [secretId, limit],
  );
}

export async function updateTotpSeal(db: Db, id: string, sealed: Uint8Array, secretId: string): Promise<void> {
  await db.query("update_totp_seal", "update totp_factors set secret_sealed = $2, secret_id = $3 where id = $1", [
    id,
    sealed,
    secretId,
  ]);
}
