import { Buffer } from "node:buffer";
import { hkdfSync } from "node:crypto";

/** What a subkey is for; each use has a key of its own (RFC 5869 §3.2, `info`). */
export type SecretUse =
  | "refresh"
  | "keys"
  | "cursors"
  | "throttle"
  | "dummy_scheme"
  | "audit"
  | "checkpoints"
  | "export";

/** What an operator does about it. */
export const lostSecret = 'if it is lost, "sentinel secret reset --help" says how to go on without it';

const unknownSecret = (wanted: string, id: string) =>
  `The database's keys are sealed with the secret of id ${wanted}, and this installation's has id ${id}. ` +
  `Set SENTINEL_SECRET to the one that the database was used with; ${lostSecret}.`;

/** The installation's secret, never used itself. */
export type Secrets = ReturnType<typeof createSecrets>;

/** A row names a secret that this installation does not have. */
export class UnknownSecret extends Error {
  override readonly name = "UnknownSecret";
}

/** Subkeys of 32 bytes by HKDF-SHA256 (RFC 5869) from the secret, and from the previous one while rotating. */
export function createSecrets(current: Uint8Array, previous?: Uint8Array) {
  const id = derive(current, "id", 8).toString("hex");
  const known = new Map([[id, current]]);
  if (previous) known.set(derive(previous, "id", 8).toString("hex"), previous);
  const subkeys = new Map<string, Uint8Array<ArrayBuffer>>();

  return { id, ids: [...known.keys()], subkey };

  /** The subkey for `use` under the secret that `secretId` names. @throws {UnknownSecret} */
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
