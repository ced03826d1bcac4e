/** Encrypts texts that are kept in the database: AES-256-GCM, with the name of the row as additional data. */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const nonceSizeBytes = 12; // NIST SP 800-38D §8.2.2: random, 96 bits
const tagSizeBytes = 16;

/** Encrypts with `key` to nonce ‖ ciphertext ‖ tag. */
export function sealText(key: Uint8Array, name: string, plain: string): Uint8Array {
  const nonce = randomBytes(nonceSizeBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts the result of {@link sealText} for the same key and name; throws for anything else. */
export function openText(key: Uint8Array, name: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceSizeBytes)).setAAD(Buffer.from(name));
  decipher.setAuthTag(bytes.subarray(-tagSizeBytes));
  return decipher.update(bytes.subarray(nonceSizeBytes, -tagSizeBytes), undefined, "utf8") + decipher.final("utf8");
}
