import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from "jose";
import type { Trust } from "../platform/change_feed.ts";
import type { Db } from "../platform/db.ts";
import { createLiveValue } from "../platform/live_value.ts";
import type { Secrets } from "../secrets.ts";
import { insertFirstKey, type KeyRow, listUsableKeys } from "./key_store.ts";

/** The only algorithm that signs and verifies here (RFC 8037 §3.1). */
export const signingAlgorithm = "EdDSA";

/** Keys as they are now: one that signs, and by kid all that verify. */
export type KeyRing = {
  active: { kid: string; privateKey: CryptoKey };
  verifying: Map<string, CryptoKey>;
  jwks: JSONWebKeySet;
};

export type Keys = ReturnType<typeof createKeys>;

/** Signing keys: generated here, stored encrypted, held in memory, and read again when the change feed says so. */
export function createKeys({ db, secrets, trust }: { db: Db; secrets: Secrets; trust: Trust }) {
  const ring = createLiveValue(async () => await openRing(await listUsableKeys(db), secrets), trust);

  return { ensureActive, ring: ring.get, known: ring.peek, forget: ring.forget };

  /**
   * Makes the first key where there is none. Of many replicas that try at once, one succeeds.
   *
   * @throws {UnknownSecret} when a key was encrypted under a secret that this installation does not have: Sentinel
   * never signs with a key that it made because it could not read the real one.
   */
  async function ensureActive(): Promise<KeyRing> {
    const existing = await listUsableKeys(db);
    if (!existing.some(({ state }) => state === "active")) await insertFirstKey(db, await generateKey(secrets));
    ring.forget();
    return await ring.get();
  }
}

async function generateKey(secrets: Secrets): Promise<Omit<KeyRow, "state">> {
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk); // RFC 7638
  const plain = JSON.stringify(await exportJWK(privateKey));
  return {
    kid,
    public_jwk: { ...jwk, kid, alg: signingAlgorithm, use: "sig" },
    private_key: encrypt(secrets.subkey("keys"), kid, plain),
    secret_id: secrets.id,
  };
}

async function openRing(rows: KeyRow[], secrets: Secrets): Promise<KeyRing> {
  const active = rows.find(({ state }) => state === "active");
  if (!active) throw new Error("no active signing key");
  const privateJwk: JWK = JSON.parse(decrypt(secrets.subkey("keys", active.secret_id), active.kid, active.private_key));
  const verifying = rows.filter(({ state }) => state !== "next");
  const publicKeys = verifying.map(async ({ kid, public_jwk }) => [kid, await asCryptoKey(public_jwk)] as const);
  return {
    active: { kid: active.kid, privateKey: await asCryptoKey(privateJwk) },
    verifying: new Map(await Promise.all(publicKeys)),
    jwks: { keys: rows.map(({ public_jwk }) => public_jwk) },
  };
}

const asCryptoKey = async (jwk: JWK) => await importJWK(jwk, signingAlgorithm) as CryptoKey;

const nonceSizeBytes = 12; // NIST SP 800-38D §8.2.2: random, 96 bits
const tagSizeBytes = 16;

/** AES-256-GCM, the kid as additional data: nonce ‖ ciphertext ‖ tag. */
function encrypt(key: Uint8Array, kid: string, plain: string): Uint8Array {
  const nonce = randomBytes(nonceSizeBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(kid));
  return Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, kid: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceSizeBytes)).setAAD(Buffer.from(kid));
  decipher.setAuthTag(bytes.subarray(-tagSizeBytes));
  return decipher.update(bytes.subarray(nonceSizeBytes, -tagSizeBytes), undefined, "utf8") + decipher.final("utf8");
}
