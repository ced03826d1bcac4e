import { hash, randomBytes } from "node:crypto";
import { crc32 } from "../../platform/text/crc32.ts";

/**
 * Whose secret it is: an API key of a user or of a service account, an OAuth client, an authorization code, a pushed
 * authorization request, a device that signs a user in, or a login that waits for a second factor.
 */
export type SecretKind = "pat" | "svc" | "cs" | "ac" | "pr" | "dc" | "lt";

/** What a secret says: its kind, and the id of what it belongs to. */
export type OpaqueSecret = { kind: SecretKind; ownerId: string };

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const form = /^snt_(pat|svc|cs|ac|pr|dc|lt)_([0-9A-Za-z]{22})[0-9A-Za-z]{43}([0-9A-Za-z]{6})$/;
const lengthMin = 78, lengthMax = 79;
const checksumLength = 6;

/** How many characters at the end of a secret lists show. */
export const hintLength = 4;

/** Characters of base62 that hold an id of 128 bits, and a secret of 256. */
const idLength = 22, randomLength = 43;

/**
 * A new secret: `snt_<kind>_`, the owner's id, 256 random bits and the CRC-32 of all before it, each in base62. Only
 * its SHA-256 is stored: against 256 bits no guessing helps, so a slow hash would protect nothing.
 */
export function createOpaqueSecret(
  kind: SecretKind,
  ownerId: string,
): { text: string; hash: string; hint: string } {
  const id = base62(BigInt(`0x${ownerId.replaceAll("-", "")}`), idLength);
  const body = `snt_${kind}_${id}${base62(BigInt(`0x${randomBytes(32).toString("hex")}`), randomLength)}`;
  const text = body + checksum(body);
  return { text, hash: hashOf(text), hint: text.slice(-hintLength) };
}

/** Reads a secret without judging it; undefined unless it has the form and the checksum: garbage costs no look-up. */
export function parseOpaqueSecret(text: string): OpaqueSecret | undefined {
  if (text.length < lengthMin || text.length > lengthMax) return undefined;
  const [, kind, id, sum] = form.exec(text) ?? [];
  if (id === undefined || checksum(text.slice(0, -checksumLength)) !== sum) return undefined;
  const ownerId = uuidOf(id);
  return ownerId === undefined ? undefined : { kind: kind as SecretKind, ownerId };
}

/** What is stored of a secret: its SHA-256, in hex. */
export function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), checksumLength);
}

/** As many digits as it takes, most significant first, after leading zeros. */
function base62(value: bigint, length: number): string {
  let digits = "";
  for (let rest = value; digits.length < length; rest /= 62n) digits = alphabet[Number(rest % 62n)] + digits;
  return digits;
}

/** The UUID that 22 digits stand for; undefined past 128 bits. Digits are added up in steps that a number holds. */
function uuidOf(id: string): string | undefined {
  const value = (BigInt(numberOf(id, 0, 8)) * 62n ** 8n + BigInt(numberOf(id, 8, 16))) * 62n ** 6n +
    BigInt(numberOf(id, 16, 22));
  if (value >> 128n !== 0n) return undefined;
  const hex = value.toString(16).padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function numberOf(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 62 + digitOf(text.charCodeAt(i));
  return value;
}

/** Of an ASCII digit or letter. */
function digitOf(code: number): number {
  return code < 58 ? code - 48 : code < 91 ? code - 55 : code - 61;
}
