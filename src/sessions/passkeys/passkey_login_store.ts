import type { Db } from "../../platform/db/db.ts";
import { loginColumns, type LoginRow } from "../login/login_store.ts";

/** A user, and what signatures of one of their passkeys are verified with. */
export type PasskeyLoginRow = LoginRow & {
  passkey_id: string;
  credential_id: Uint8Array;
  public_key: Uint8Array;
  device_type: "single_device" | "multi_device";
};

/** The user with this passkey. `network` is in CIDR notation. */
export async function findPasskeyLogin(
  db: Db,
  credentialId: Uint8Array,
  network: string | null,
): Promise<PasskeyLoginRow | undefined> {
  const [row] = await db.query<PasskeyLoginRow>(
    "find_passkey_login",
    `select ${loginColumns}, k.id as passkey_id, k.credential_id, k.public_key, k.device_type
     from passkeys k join users u on u.id = k.user_id where k.credential_id = $1`,
    [credentialId, network],
    { keepPlan: true },
  );
  return row;
}
