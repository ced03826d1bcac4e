import type { Db } from "../../platform/db/db.ts";

/** A passkey as its user sees it. `rp_id`: the domain that it is for. */
export type PasskeyRow = {
  id: string;
  name: string;
  created_at: Date;
  last_used_at: Date | null;
  device_type: DeviceType;
  backed_up: boolean;
  counter_regressed_at: Date | null;
  rp_id: string;
};

/** Whether the key stays on one device or may be copied to others of its user (WebAuthn §6.1.3). */
export type DeviceType = "single_device" | "multi_device";

/** A passkey that is offered to an authenticator. */
export type PasskeyDescriptor = { credential_id: Uint8Array; transports: string[] };

/** A passkey that a signature is checked with. */
export type PasskeyKey = {
  id: string;
  user_id: string;
  credential_id: Uint8Array;
  public_key: Uint8Array;
  device_type: DeviceType;
};

export type NewPasskey = PasskeyKey & {
  counter: number;
  transports: string[];
  backed_up: boolean;
  aaguid: string;
  name: string;
  rp_id: string;
};

/** Violates `passkeys_credential_id_key` or `passkeys_name_key` where these exist. */
export async function insertPasskey(db: Db, passkey: NewPasskey): Promise<void> {
  const { id, credential_id, user_id, public_key, counter, transports, device_type, backed_up, aaguid, name, rp_id } =
    passkey;
  await db.query(
    "insert_passkey",
    `insert into passkeys (id, credential_id, user_id, public_key, counter, transports, device_type, backed_up, aaguid,
                           name, rp_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [id, credential_id, user_id, public_key, counter, transports, device_type, backed_up, aaguid, name, rp_id],
  );
}

/** The user's passkeys, oldest first. */
export function listPasskeys(db: Db, userId: string): Promise<PasskeyRow[]> {
  return db.query<PasskeyRow>(
    "list_passkeys",
    `select id, name, created_at, last_used_at, device_type, backed_up, counter_regressed_at, rp_id
     from passkeys where user_id = $1 order by id`,
    [userId],
  );
}

/** The user's passkeys for this domain, oldest first. */
export function listPasskeyDescriptors(db: Db, userId: string, rpId: string): Promise<PasskeyDescriptor[]> {
  return db.query<PasskeyDescriptor>(
    "list_passkey_descriptors",
    "select credential_id, transports from passkeys where user_id = $1 and rp_id = $2 order by id",
    [userId, rpId],
  );
}

export async function findPasskeyKey(db: Db, credentialId: Uint8Array): Promise<PasskeyKey | undefined> {
  const [row] = await db.query<PasskeyKey>(
    "find_passkey_key",
    "select id, user_id, credential_id, public_key, device_type from passkeys where credential_id = $1",
    [credentialId],
    { keepPlan: true },
  );
  return row;
}

/** Whether an authenticator that counts has not counted on since the last use of the passkey `k` (WebAuthn §6.1.1). */
const isRegressed = (counter: string) => `${counter} <= k.counter and (${counter} > 0 or k.counter > 0)`;

/** Notes a use of the passkey with this counter. `regressed`: it {@link isRegressed}. Undefined if it is gone. */
export async function updatePasskeyUsed(
  db: Db,
  id: string,
  { counter, backedUp }: { counter: number; backedUp: boolean },
): Promise<{ name: string; regressed: boolean } | undefined> {
  const [row] = await db.query<{ name: string; regressed: boolean }>(
    "update_passkey_used",
    `with before as (
       select ${isRegressed("$2")} as regressed from passkeys k where id = $1 for update
     )
     update passkeys set counter = $2, backed_up = $3, last_used_at = now(),
       counter_regressed_at = case when b.regressed then now() else counter_regressed_at end
     from before b where id = $1 returning name, regressed`,
    [id, counter, backedUp],
    { keepPlan: true },
  );
  return row;
}

/** A use of a passkey. */
export type PasskeyUse = { passkeyId: string; counter: number; backedUp: boolean };

/**
 * Locks the passkeys that are there and whose counter has not {@link isRegressed}, and returns their ids. Leaves out
 * those that are locked.
 */
export async function lockPasskeys(db: Db, uses: PasskeyUse[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "lock_passkeys",
    `select k.id from unnest($1::uuid[], $2::bigint[]) as u (id, counter) join passkeys k on k.id = u.id
     where not (${isRegressed("u.counter")}) for no key update of k skip locked`,
    [uses.map(({ passkeyId }) => passkeyId), uses.map(({ counter }) => counter)],
    { keepPlan: true },
  );
  return rows.map(({ id }) => id);
}

/** Notes uses of passkeys that {@link lockPasskeys} has locked. */
export async function updatePasskeysUsed(db: Db, uses: PasskeyUse[]): Promise<void> {
  await db.query(
    "update_passkeys_used",
    `update passkeys k set counter = u.counter, backed_up = u.backed_up, last_used_at = now()
     from unnest($1::uuid[], $2::bigint[], $3::boolean[]) as u (id, counter, backed_up) where k.id = u.id`,
    [
      uses.map(({ passkeyId }) => passkeyId),
      uses.map(({ counter }) => counter),
      uses.map(({ backedUp }) => backedUp),
    ],
    { keepPlan: true },
  );
}

/** Renames the passkey of this user; false if there is none. Violates `passkeys_name_key` where the name exists. */
export async function updatePasskeyName(db: Db, userId: string, id: string, name: string): Promise<boolean> {
  const rows = await db.query(
    "update_passkey_name",
    "update passkeys set name = $3 where id = $2 and user_id = $1 returning id",
    [userId, id, name],
  );
  return rows.length > 0;
}

/** Deletes one passkey of the user, or all, and returns their ids and names. */
export function deletePasskeys(db: Db, userId: string, id: string | null): Promise<{ id: string; name: string }[]> {
  return db.query(
    "delete_passkeys",
    "delete from passkeys where user_id = $1 and ($2::uuid is null or id = $2) returning id, name",
    [userId, id],
  );
}

/** A domain besides this one that passkeys are for. */
export async function findOtherRpId(db: Db, rpId: string): Promise<string | undefined> {
  const [row] = await db.query<{ rp_id: string }>(
    "find_other_rp_id",
    "select rp_id from passkeys where rp_id < $1 or rp_id > $1 limit 1",
    [rpId],
  );
  return row?.rp_id;
}
