import { Buffer } from "node:buffer";
import { toBase64 } from "./hash_format.ts";

/** The parameters of a Firebase project, in its own terms; key and separator in base64. */
export type FirebaseParameters = { signerKey: string; saltSeparator: string; rounds: number; memoryCost: number };

/**
 * A password hash of the project as Sentinel stores it: what Firebase keeps is the signer key encrypted by adding a key
 * stream to it, so the key stream is left when the signer key is subtracted. Undefined if the sizes do not fit.
 */
export function firebaseHash(
  { signerKey, saltSeparator, rounds, memoryCost }: FirebaseParameters,
  salt: string,
  hash: string,
): string | undefined {
  const [key, encrypted] = [Buffer.from(signerKey, "base64"), Buffer.from(hash, "base64")];
  if (encrypted.length !== key.length || key.length < 32) return undefined;
  const stream = encrypted.map((byte, index) => byte ^ key[index]!).subarray(0, 64);
  const bothSalts = Buffer.concat([Buffer.from(salt, "base64"), Buffer.from(saltSeparator, "base64")]);
  return `$firebase-scrypt$ln=${memoryCost},r=${rounds},p=1$${toBase64(bothSalts)}$${toBase64(stream)}`;
}
