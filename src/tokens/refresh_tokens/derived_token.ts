import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "../../platform/text/crc32.ts";
import { parse as parseUuid, stringify as stringifyUuid } from "uuid";

/** The claims of a derived token: its session, and the session's counter when it was derived. */
export type DerivedClaims = { sessionId: string; counter: number; mac: Uint8Array };

const payloadSizeBytes = 16 + 6 + 32;

/**
 * Tokens that are derived from a session and stored nowhere: the prefix, which lets secret scanners find them, then
 * base64url(session id ‖ counter as 48 bits ‖ MAC), then the CRC-32 in hex, which distinguishes a token from a similar
 * text. The MAC is HMAC-SHA256(subkey, kind ‖ seed ‖ id ‖ counter): forging a token requires both the database (the
 * seed) and the secret (the subkey).
 */
export function derivedTokens(prefix: string, kind: string) {
  const pattern = new RegExp(`^${prefix}([A-Za-z0-9_-]{72})([0-9a-f]{8})$`);
  return { derive, format, parse, verify };

  /** The token, and its MAC, by which it can be recognized. */
  function derive(subkey: Uint8Array, seed: Uint8Array, sessionId: string, counter: number) {
    const head = encodeClaims(sessionId, counter);
    const mac = computeMac(subkey, seed, head);
    const body = prefix + Buffer.concat([head, mac]).toString("base64url");
    return { token: body + checksum(body), mac };
  }

  function format(subkey: Uint8Array, seed: Uint8Array, sessionId: string, counter: number): string {
    return derive(subkey, seed, sessionId, counter).token;
  }

  /** Parses a token without verifying it. Undefined unless it has the right form and checksum. */
  function parse(token: string): DerivedClaims | undefined {
    const [, payload, sum] = pattern.exec(token) ?? [];
    if (payload === undefined || checksum(token.slice(0, -8)) !== sum) return undefined;
    const bytes = Buffer.from(payload, "base64url");
    if (bytes.length !== payloadSizeBytes || bytes[6]! >> 4 !== 7 || bytes[8]! >> 6 !== 2) return undefined; // UUIDv7
    return { sessionId: stringifyUuid(bytes), counter: bytes.readUIntBE(16, 6), mac: bytes.subarray(22) };
  }

  /** Whether the MAC of the claims was made with this subkey and seed, compared in constant time. */
  function verify(subkey: Uint8Array, seed: Uint8Array, claims: DerivedClaims): boolean {
    return timingSafeEqual(computeMac(subkey, seed, encodeClaims(claims.sessionId, claims.counter)), claims.mac);
  }

  function computeMac(subkey: Uint8Array, seed: Uint8Array, head: Uint8Array): Buffer {
    return createHmac("sha256", subkey).update(kind).update(seed).update(head).digest();
  }
}

function encodeClaims(sessionId: string, counter: number): Buffer {
  const head = Buffer.alloc(22);
  head.set(parseUuid(sessionId));
  head.writeUIntBE(counter, 16, 6);
  return head;
}

const checksum = (body: string) => crc32(body).toString(16).padStart(8, "0");
