import type { ClientKey, ClientKeySet } from "../../vocabulary/actor.ts";
import { type AssertionAlgorithm, secretKeyMembers } from "../../vocabulary/algorithms.ts";

/** The most keys of a client, and the longest kid. */
export const keysMax = 10, kidLengthMax = 255;

/** Smaller moduli are too weak (RFC 7518 §3.3); larger ones cost time that a request does not have. */
const modulusBits = { min: 2_048, max: 4_096 };

/** The algorithms that a key is for, by its kind. */
export function algorithmsOf({ kty, crv, alg }: ClientKey): readonly AssertionAlgorithm[] {
  const all: AssertionAlgorithm[] = kty === "RSA"
    ? ["PS256", "RS256"]
    : crv === "P-256"
    ? ["ES256"]
    : [...ed25519Names];
  return alg === undefined ? all : all.filter((each) => isSameAlgorithm(each, alg));
}

/** EdDSA with keys of the curve Ed25519 is the same as Ed25519, and libraries write either (RFC 9864 §2.2). */
export function isSameAlgorithm(one: string, other: string): boolean {
  return one === other || isEd25519(one) && isEd25519(other);
}

const ed25519Names = ["EdDSA", "Ed25519"] as const;

const isEd25519 = (alg: string) => ed25519Names.some((each) => each === alg);

/** The public keys of a JWK Set (RFC 7517 §5) that a client may use, or what is wrong with the set, as a sentence. */
export function readKeySet(given: unknown): ClientKeySet | string {
  const keys = listOf(given);
  if (!keys) return "A JWK Set is an object with a list of keys (RFC 7517 section 5).";
  if (keys.length === 0 || keys.length > keysMax) return `A JWK Set has 1 to ${keysMax} keys.`;
  const read = keys.map(readKey);
  const problem = read.find((each) => typeof each === "string");
  if (problem !== undefined) return problem;
  const kids = read.map((key) => (key as ClientKey).kid);
  return new Set(kids).size === kids.length ? { keys: read as ClientKey[] } : "Each key needs a kid of its own.";
}

/**
 * The keys of a set that others maintain: those that a client cannot use, and later ones with the same kid, are left
 * out.
 */
export function usableKeys(given: unknown): ClientKey[] | undefined {
  const keys = listOf(given)?.slice(0, keysMax).map(readKey).filter((key) => typeof key !== "string");
  return keys?.filter(({ kid }, place) => keys.findIndex((other) => other.kid === kid) === place);
}

function listOf(given: unknown): unknown[] | undefined {
  const { keys } = (given ?? {}) as { keys?: unknown };
  return Array.isArray(keys) ? keys : undefined;
}

/** The members of the public key, in the order in which the database has them, or what is wrong. */
function readKey(given: unknown): ClientKey | string {
  if (typeof given !== "object" || given === null) return "A key is an object (RFC 7517 section 4).";
  const key = given as Record<string, unknown>;
  const { e, n, x, y, alg, crv, kid, kty, use } = key;
  if (secretKeyMembers.some((member) => key[member] !== undefined)) {
    return "Send public keys only: a private or symmetric key must never leave its owner.";
  }
  if (typeof kid !== "string" || kid === "" || kid.length > kidLengthMax) {
    return `Each key needs a kid of at most ${kidLengthMax} characters.`;
  }
  if (use !== undefined && use !== "sig") return `The key ${kid} is not for signatures.`;
  const named = { ...typeof alg === "string" && { alg }, ...use === "sig" && { use } as const };
  const shared = { ...named, kid };
  const read = kty === "EC" && crv === "P-256" && isBytes(x, 32) && isBytes(y, 32)
    ? { x, y, crv, kty, ...shared } as const
    : kty === "OKP" && crv === "Ed25519" && isBytes(x, 32)
    ? { x, crv, kty, ...shared } as const
    : kty === "RSA" && isModulus(n) && typeof e === "string" && /^[\w-]{2,8}$/.test(e)
    ? { e, n, kty, ...shared } as const
    : undefined;
  if (!read || algorithmsOf(read).length === 0) {
    return `The key ${kid} must be one of P-256, Ed25519 or RSA with ${modulusBits.min} to ${modulusBits.max} bits, for ` +
      "ES256, EdDSA, PS256 or RS256.";
  }
  return inOrder(read);
}

/** As the database keeps the members of an object, so that equal sets look equal. */
function inOrder(key: ClientKey): ClientKey {
  const entries = Object.entries(key).toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(entries) as ClientKey;
}

function isBytes(value: unknown, length: number): value is string {
  return typeof value === "string" && bytesOf(value)?.length === length;
}

function isModulus(value: unknown): value is string {
  const bytes = typeof value === "string" ? bytesOf(value) : undefined;
  if (!bytes || bytes[0] === 0 || bytes[0] === undefined) return false;
  const bits = 8 * bytes.length - Math.clz32(bytes[0]) + 24;
  return bits >= modulusBits.min && bits <= modulusBits.max;
}

function bytesOf(text: string): Uint8Array | undefined {
  if (!/^[\w-]{1,700}$/.test(text)) return undefined;
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}
