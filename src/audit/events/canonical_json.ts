import { createHash } from "node:crypto";

/** `SHA-256(salt ‖ details)` of {@link canonicalJson}: it commits to the details without revealing them. */
export function detailsDigest(salt: Uint8Array, details: string): Uint8Array {
  return createHash("sha256").update(salt).update(details).digest();
}

/** JSON with sorted members and no white space: a value from the database has the same digest (RFC 8785 §3.2.3). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Sorts the members of all objects in the value. */
export function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}
