import { createHash, randomBytes } from "node:crypto";
import type { Db, Tx } from "../../platform/db/db.ts";
import { normalForm } from "../../platform/text/normal_form.ts";
import {
  consumeRecoveryCode,
  countRecoveryCodes,
  deleteRecoveryCodes,
  insertRecoveryCodes,
} from "./recovery_code_store.ts";

const codesPerUser = 10;

/** Crockford's base32: no letter looks like a digit. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 24 letters of 5 bits: 120 bits. Guesses need no slow hash. */
const codeLength = 24;

/** Replaces the user's recovery codes, used or not, by ten new ones, which only their hashes are kept of. */
export async function replaceRecoveryCodes(tx: Tx, userId: string): Promise<string[]> {
  const codes = Array.from({ length: codesPerUser }, newCode);
  await deleteRecoveryCodes(tx, userId);
  await insertRecoveryCodes(tx, userId, codes.map(hashOf));
  return codes.map(grouped);
}

/** Uses up a code; false if it is wrong, was used, or was replaced. */
export async function useRecoveryCode(tx: Tx, userId: string, text: string): Promise<boolean> {
  const code = canonicalCode(text);
  return code.length === codeLength && await consumeRecoveryCode(tx, userId, hashOf(code));
}

/** The number of codes that are left. */
export function recoveryCodesLeft(db: Db, userId: string): Promise<number> {
  return countRecoveryCodes(db, userId);
}

export async function removeRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await deleteRecoveryCodes(tx, userId);
}

function newCode(): string {
  return [...randomBytes(codeLength)].map((byte) => letters[byte % letters.length]).join("");
}

/** `0123-4567-89AB-CDEF-GHJK-MNPQ` */
function grouped(code: string): string {
  return code.match(/.{4}/g)!.join("-");
}

/** In any case, with any spaces and hyphens, and with the letters that look like digits as these. */
function canonicalCode(text: string): string {
  return normalForm(text, "NFKC").replaceAll(/[\s-]/g, "").toUpperCase().replaceAll("O", "0").replaceAll(/[IL]/g, "1");
}

function hashOf(code: string): Uint8Array {
  return createHash("sha256").update(code).digest();
}
