import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { parse as parseUuid, stringify as stringifyUuid } from "uuid";

/** The claims of a refresh token: its session, and its position in the rotation. */
export type RefreshClaims = { sessionId: string; counter: number; mac: Uint8Array };

/** Lets secret scanners find tokens. The CRC-32 at the end distinguishes a token from a similar text. */
const prefix = "snt_rt_";
const payloadSizeBytes = 16 + 6 + 32;
const tokenPattern = new RegExp(`^${prefix}([A-Za-z0-9_-]{72})([0-9a-f]{8})$`);

/**
 * `snt_rt_` + base64url(session id ‖ counter as 48 bits ‖ MAC) + CRC-32 in hex. The MAC is HMAC-SHA256(subkey, seed ‖
 * id ‖ counter): forging a token requires both the database (the seed) and the secret (the subkey).
 */
export function formatRefreshToken(subkey: Uint8Array, seed: Uint8Array, sessionId: string, counter: number): string {
  const head = encodeClaims(sessionId, counter);
  const body = prefix + Buffer.concat([head, computeMac(subkey, seed, head)]).toString("base64url");
  return body + checksum(body);
}

/** Parses a token without verifying it. Undefined unless it has the right form and checksum. */
export function parseRefreshToken(token: string): RefreshClaims | undefined {
  const [, payload, sum] = tokenPattern.exec(token) ?? [];
  if (payload === undefined || checksum(token.slice(0, -8)) !== sum) return undefined;
  const bytes = Buffer.from(payload, "base64url");
  if (bytes.length !== payloadSizeBytes || bytes[6]! >> 4 !== 7 || bytes[8]! >> 6 !== 2) return undefined; // UUIDv7
  return { sessionId: stringifyUuid(bytes), counter: bytes.readUIntBE(16, 6), mac: bytes.subarray(22) };
}

/** Whether the MAC of the claims was made with this subkey and seed, compared in constant time. */
export function verifyRefreshMac(subkey: Uint8Array, seed: Uint8Array, claims: RefreshClaims): boolean {
  return timingSafeEqual(computeMac(subkey, seed, encodeClaims(claims.sessionId, claims.counter)), claims.mac);
}

const computeMac = (subkey: Uint8Array, seed: Uint8Array, head: Uint8Array) =>
  createHmac("sha256", subkey).update(seed).update(head).digest();

function encodeClaims(sessionId: string, counter: number): Buffer {
  const head = Buffer.alloc(22);
  head.set(parseUuid(sessionId));
  head.writeUIntBE(counter, 16, 6);
  return head;
}

const checksum = (body: string) => crc32(body).toString(16).padStart(8, "0");
