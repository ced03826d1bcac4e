/**
 * Auth0: the export of password hashes, one object a line, and the schema of bulk imports
 * (https://auth0.com/docs/manage-users/user-migration/bulk-user-import-schema).
 */
import { Buffer } from "node:buffer";
import { hmac, salted } from "../../platform/hashing/foreign_hash.ts";
import { toBase64 } from "../../platform/hashing/hash_format.ts";
import { type HashName, hashSizeBytes } from "../../platform/hashing/phc_families.ts";
import { type Arrival, fittingNames, flagOf, leftOver, membersOf, type Row, textOf, timeOf } from "./arrival.ts";
import type { Layout } from "./rows.ts";

export const auth0Layout: Layout = { paths: ["", "*"] };

const taken = ["_id", "user_id", "email", "email_verified", "username", "blocked", "created_at", "password_hash"]
  .concat(["passwordHash", "custom_password_hash", "password_set_date", "tenant", "connection", "_tmp_is_unique"])
  .concat(["version", "updated_at", "last_password_reset"]);

export function fromAuth0(at: string, row: Row): Arrival {
  const custom = membersOf(row.custom_password_hash);
  const object = textOf(membersOf(row._id).$oid);
  return {
    at,
    ...fittingNames(textOf(row.username), textOf(row.email)),
    password_hash: textOf(row.passwordHash ?? row.password_hash) ??
      (custom.algorithm === undefined ? null : hashOf(custom)),
    roles: [],
    disabled: flagOf(row.blocked) === true,
    email_verified: flagOf(row.email_verified) === true,
    external_id: textOf(row.user_id) ?? (object && `auth0|${object}`),
    created_at: timeOf(membersOf(row.created_at).$date ?? row.created_at),
    dropped: leftOver(row, taken),
  };
}

/** The hash in a form that Sentinel reads; of another one what says so. */
function hashOf({ algorithm, hash, salt, password, ...cost }: Row): string {
  const { value, encoding, digest, key } = membersOf(hash);
  const plain = textOf(value) ?? "", name = textOf(algorithm) ?? "";
  const typed = textOf(membersOf(password).encoding) ?? "utf8";
  if (!["utf8", "utf-8", "ascii", "latin1"].includes(typed)) return "of a password in another encoding";
  const bytes = decoded(plain, textOf(encoding) ?? "utf8");
  const { value: saltText, encoding: saltEncoding, position = "prefix" } = membersOf(salt);
  const seasoning = decoded(textOf(saltText) ?? "", textOf(saltEncoding) ?? "utf8"), none = Buffer.alloc(0);
  if (name === "hmac") {
    const { value: secret, encoding: spelled } = membersOf(key);
    return isHash(digest) ? hmac(digest, decoded(textOf(secret) ?? "", textOf(spelled) ?? "utf8"), bytes) : "";
  }
  if (isHash(name)) {
    const [before, after] = position === "suffix" ? [none, seasoning] : [seasoning, none];
    return salted(name, before, after, bytes) ?? "";
  }
  if (name === "scrypt" && !plain.startsWith("$")) {
    const { cost: n = 16384, blockSize = 8, parallelization = 1 } = cost;
    return `$scrypt$ln=${Math.log2(Number(n))},r=${blockSize},p=${parallelization}$${toBase64(seasoning)}$${
      toBase64(bytes)
    }`;
  }
  return plain; // argon2, bcrypt, ldap and pbkdf2 spell their parameters themselves
}

function isHash(name: unknown): name is HashName {
  return typeof name === "string" && Object.hasOwn(hashSizeBytes, name);
}

function decoded(text: string, encoding: string): Buffer {
  return Buffer.from(text, encoding === "hex" || encoding === "base64" ? encoding : "utf8");
}
