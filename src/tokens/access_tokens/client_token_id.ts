import { uuidAt } from "../../platform/text/uuid_at.ts";

/**
 * The `jti` of a new token of an OAuth client: a UUIDv7, whose time says to the millisecond whether the token was
 * issued before the client's `notBefore`; that may be some milliseconds ahead. Both in milliseconds since the epoch.
 */
export function clientTokenId(now: number, notBefore: number): string {
  return uuidAt(Math.max(Math.floor(now), notBefore));
}

/**
 * The `iat` of a new token of an OAuth client, in seconds: not before the client's `notBefore`, so that verifiers that
 * go by whole seconds do not refuse it with the tokens before. Times in milliseconds since the epoch.
 */
export function clientTokenIat(now: number, notBefore: number): number {
  return Math.max(Math.floor(now / 1_000), Math.ceil(notBefore / 1_000));
}

/** The time of a UUIDv7, in milliseconds since the epoch (RFC 9562 §5.7). */
export function issuedAt(jti: string): number {
  return parseInt(jti.slice(0, 8) + jti.slice(9, 13), 16);
}
