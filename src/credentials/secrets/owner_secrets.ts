import { v7 as uuidv7 } from "uuid";
import type { Db, Tx } from "../../platform/db/db.ts";
import { createOpaqueSecret, type SecretKind } from "../../tokens/opaque/opaque_secret.ts";
import { Problem } from "../../vocabulary/problems.ts";
import {
  deleteExpiredSecrets,
  deleteSecret,
  deleteSecrets,
  insertSecret,
  limitSecrets,
  listSecrets,
  type SecretRow,
} from "../api_keys/secret_store.ts";

const secretsMax = 2;

type OwnedKind = Extract<SecretKind, "pat" | "svc" | "cs">;

/** Stores a new secret of an API key or a client, and answers its text, which is shown once. */
export async function issueSecret(tx: Tx, kind: OwnedKind, ownerId: string): Promise<string> {
  const { text, hash, hint } = createOpaqueSecret(kind, ownerId);
  await insertSecret(tx, { id: uuidv7(), kind, owner_id: ownerId, hash, hint });
  return text;
}

/**
 * The caller has locked the owner, so there are never more than two. Without an overlap the older one ends with this
 * transaction, whatever the clock of a replica says. @throws {Problem} `too_many_secrets`
 */
export async function rotateSecret(tx: Tx, kind: OwnedKind, ownerId: string, overlapSeconds: number): Promise<string> {
  await deleteExpiredSecrets(tx, ownerId);
  if (await limitSecrets(tx, ownerId, overlapSeconds) >= secretsMax) throw new Problem("too_many_secrets");
  if (overlapSeconds === 0) await deleteSecrets(tx, ownerId);
  return await issueSecret(tx, kind, ownerId);
}

/** Deletes one secret of the owner, and answers whether there was such a one. */
export function removeSecretOf(tx: Tx, ownerId: string, id: string): Promise<boolean> {
  return deleteSecret(tx, ownerId, id);
}

/** Deletes all secrets of the owner. */
export function removeSecretsOf(tx: Tx, ownerId: string): Promise<void> {
  return deleteSecrets(tx, ownerId);
}

/** The secrets of the owner that live, newest first, without their hashes. */
export function secretsOf(db: Db, ownerId: string): Promise<SecretRow[]> {
  return listSecrets(db, ownerId);
}
