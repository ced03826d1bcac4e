import { Buffer } from "node:buffer";
import { hkdfSync } from "node:crypto";

/** The purpose of a subkey. Each has its own key (RFC 5869 §3.2, `info`). */
export type SecretUse =
  | "refresh"
  | "client refresh"
  | "keys"
  | "cursors"
  | "throttle"
  | "dummy_scheme"
  | "audit"
  | "checkpoints"
  | "export"
  | "forms"
  | "cookie"
  | "factors"
  | "passkey"
  | `mail ${MailPurpose}`;

/** What a mailed link or code proves. Each purpose has a key of its own, so that none is of use for another. */
export type MailPurpose =
  | "password_reset"
  | "email_verification"
  | "email_change_old"
  | "email_change_new"
  | "invitation";

/** What the operator can do. */
export const lostSecret = 'if it is lost, "sentinel secret reset --help" explains how to continue without it';

const unknownSecret = (wanted: string, id: string) =>
  `The database's keys are sealed with the secret that has the id ${wanted}, and this installation's has the id ${id}. ` +
  `Set SENTINEL_SECRET to the secret that the database was used with; ${lostSecret}.`;

/** Subkeys of the installation's secret, which is never used directly. */
export type Secrets = ReturnType<typeof createSecrets>;

/** A row names a secret that this installation does not have. */
export class UnknownSecret extends Error {
  override readonly name = "UnknownSecret";
}

/** Subkeys of 32 bytes by HKDF-SHA256 (RFC 5869) of the secret and, during a rotation, of the previous one. */
export function createSecrets(current: Uint8Array, previous?: Uint8Array) {
  const id = derive(current, "id", 8).toString("hex");
  const known = new Map([[id, current]]);
  if (previous) known.set(derive(previous, "id", 8).toString("hex"), previous);
  const subkeys = new Map<string, Uint8Array<ArrayBuffer>>();

  return { id, ids: [...known.keys()], subkey };

  /** The subkey for `use`, derived from the secret `secretId`. @throws {UnknownSecret} */
  function subkey(use: SecretUse, secretId: string = id): Uint8Array<ArrayBuffer> {
    const secret = known.get(secretId);
    if (!secret) throw new UnknownSecret(unknownSecret(secretId, id));
    const name = `${secretId} ${use}`;
    let key = subkeys.get(name);
    if (!key) subkeys.set(name, key = new Uint8Array(derive(secret, use, 32)));
    return key;
  }
}

const derive = (secret: Uint8Array, use: string, sizeBytes: number) =>
  Buffer.from(hkdfSync("sha256", secret, "", `sentinel ${use}`, sizeBytes));
