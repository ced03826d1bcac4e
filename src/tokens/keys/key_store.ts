import type { JWK } from "jose";
import type { Db } from "../../platform/db/db.ts";
import type { SigningAlgorithm } from "../../vocabulary/algorithms.ts";

/** next: published, does not sign yet. active: signs. retiring: only verifies. retired: removed from the key set. */
export type KeyState = "next" | "active" | "retiring" | "retired";

/** A stored signing key. The private part is encrypted with the subkey of `secret_id`. */
export type KeyRow = {
  kid: string;
  alg: SigningAlgorithm;
  state: KeyState;
  public_jwk: JWK;
  private_key: Uint8Array;
  secret_id: string;
};

export type UsableKey = KeyRow & { activated_at: Date | null };

/** All keys that verify. */
export function listUsableKeys(db: Db): Promise<UsableKey[]> {
  return db.query<UsableKey>(
    "list_usable_keys",
    `select kid, alg, state, public_jwk, private_key, secret_id, activated_at from signing_keys
     where state <> 'retired' order by created_at, kid`,
  );
}

/** For how many days a retired key still verifies what clients send back to us. */
const hintDaysMax = 400;

/** The public part of a key that has retired, but not too long ago. */
export async function findRetiredKey(
  db: Db,
  kid: string,
): Promise<Pick<KeyRow, "alg" | "public_jwk"> | undefined> {
  const [row] = await db.query<Pick<KeyRow, "alg" | "public_jwk">>(
    "find_retired_key",
    `select alg, public_jwk from signing_keys
     where kid = $1 and state = 'retired' and retired_at > now() - make_interval(days => ${hintDaysMax})`,
    [kid],
  );
  return row;
}

/** Whether a signing key was ever created. */
export async function hasKeys(db: Db): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>("has_keys", "select exists (select from signing_keys) as found");
  return row!.found;
}

/** Prevents other transactions from changing signing keys until this one ends. */
export async function lockKeys(db: Db): Promise<void> {
  await db.query(
    "lock_keys",
    "select pg_advisory_xact_lock(hashtextextended('sentinel:keys:' || current_schema(), 0))",
  );
}

/** The algorithms that ever had a key. */
export async function listAlgorithms(db: Db): Promise<SigningAlgorithm[]> {
  const rows = await db.query<{ alg: SigningAlgorithm }>(
    "list_algorithms",
    "select distinct alg from signing_keys order by alg",
  );
  return rows.map(({ alg }) => alg);
}

/** Stores a key. Unique indexes allow one `active` and one `next` key of an algorithm. */
export async function insertKey(db: Db, key: KeyRow): Promise<void> {
  await db.query(
    "insert_key",
    `insert into signing_keys (kid, state, public_jwk, private_key, secret_id, alg, activated_at)
     values ($1, $2, $3, $4, $5, $6, case when $2 = 'active' then now() end)`,
    [key.kid, key.state, JSON.stringify(key.public_jwk), key.private_key, key.secret_id, key.alg],
  );
}

/** A key in lists for operators. */
export type KeyListing = {
  kid: string;
  alg: SigningAlgorithm;
  state: KeyState;
  created_at: Date;
  activated_at: Date | null;
  retiring_at: Date | null;
  retired_at: Date | null;
  age_seconds: number;
  /** Retiring for longer than the lifetime of any token that it signed. */
  outlived: boolean;
};

/** The longest lifetime of an access token, of whatever audience, in seconds. */
export const accessTokenTtlSecondsMax = 86_400;

/** All keys, including retired ones, oldest first. */
export function listKeys(db: Db): Promise<KeyListing[]> {
  return db.query<KeyListing>(
    "list_keys",
    `select kid, alg, state, created_at, activated_at, retiring_at, retired_at,
            extract(epoch from now() - created_at)::float8 as age_seconds,
            state = 'retiring' and retiring_at < now() - make_interval(secs => ${accessTokenTtlSecondsMax}) as outlived
     from signing_keys order by created_at, kid`,
  );
}

/** Changes the state of the key and records the time. */
export async function updateKeyState(db: Db, kid: string, state: Exclude<KeyState, "next">): Promise<void> {
  await db.query(
    "update_key_state",
    `update signing_keys set state = $2,
       activated_at = case when $2 = 'active' then now() else activated_at end,
       retiring_at = case when $2 = 'retiring' then now() else retiring_at end,
       retired_at = case when $2 = 'retired' then now() else retired_at end
     where kid = $1`,
    [kid, state],
  );
}

/** Replaces the encrypted private part, and records the secret that encrypts it. */
export async function updateKeySeal(db: Db, kid: string, privateKey: Uint8Array, secretId: string): Promise<void> {
  await db.query(
    "update_key_seal",
    "update signing_keys set private_key = $2, secret_id = $3 where kid = $1",
    [kid, privateKey, secretId],
  );
}
