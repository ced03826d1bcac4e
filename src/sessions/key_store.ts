import type { JWK } from "jose";
import type { Db } from "../platform/db.ts";

/** next → active → retiring → retired: published, signing, still verifying, gone. */
export type KeyState = "next" | "active" | "retiring" | "retired";

/** A signing key as stored: the public part in the clear, the private one encrypted under `secret_id`'s subkey. */
export type KeyRow = { kid: string; state: KeyState; public_jwk: JWK; private_key: Uint8Array; secret_id: string };

/** Every key that verifies, or will. */
export function listUsableKeys(db: Db): Promise<KeyRow[]> {
  return db.query<KeyRow>(
    "list_usable_keys",
    `select kid, state, public_jwk, private_key, secret_id from signing_keys
     where state <> 'retired' order by created_at, kid`,
  );
}

/** Makes the key the active one, unless there is one already. */
export async function insertFirstKey(db: Db, key: Omit<KeyRow, "state">): Promise<void> {
  await db.query(
    "insert_first_key",
    `insert into signing_keys (kid, state, public_jwk, private_key, secret_id, activated_at)
     select $1, 'active', $2, $3, $4, now()
     where not exists (select from signing_keys where state = 'active')
     on conflict do nothing`,
    [key.kid, JSON.stringify(key.public_jwk), key.private_key, key.secret_id],
  );
}
