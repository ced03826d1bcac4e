import type { Db } from "../../platform/db/db.ts";
import { loginColumns, type LoginRow } from "../login/login_store.ts";

/** A user, and what signatures of one of their passkeys are verified with. */
export type PasskeyLoginRow = LoginRow & {
  passkey_id: string;
  credential_id: Uint8Array;
  public_key: Uint8Array;
  device_type: "single_device" | "multi_device";
};

/** Whose passkey it is, and what the user's last logins from this network say. `network` is in CIDR notation. */
export type PasskeyQuery = { credentialId: Uint8Array; network: string | null };

/** The users with these passkeys, each with the place of its query, which counts from 1. */
export function listPasskeyLogins(db: Db, queries: PasskeyQuery[]): Promise<(PasskeyLoginRow & { place: number })[]> {
  return db.query<PasskeyLoginRow & { place: number }>(
    "list_passkey_logins",
    `select ${loginColumns}, k.id as passkey_id, k.credential_id, k.public_key, k.device_type, c.place::int
     from unnest($1::bytea[], $2::cidr[]) with ordinality as c (credential_id, network, place)
       join passkeys k on k.credential_id = c.credential_id join users u on u.id = k.user_id`,
    [queries.map(({ credentialId }) => credentialId), queries.map(({ network }) => network)],
    { keepPlan: true },
  );
}
