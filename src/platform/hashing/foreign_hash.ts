/** Password hashes in the formats of other systems, for imports. */
import { Buffer } from "node:buffer";
import { schemeOf } from "./hash_format.ts";

/** Formats that differ from Sentinel's, and how to convert each. */
const forms: [form: RegExp, ours: (...parts: string[]) => string][] = [
  // passlib: https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html
  [
    /^\$(pbkdf2-sha(?:256|512))\$(\d+)\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/,
    (name, i, salt, digest) => `$${name}$i=${i}$${standardBase64(salt!)}$${standardBase64(digest!)}`,
  ],
  // PHC: `l` is the length of the digest, which follows from the digest itself.
  [
    /^\$(pbkdf2-sha(?:256|512))\$i=(\d+),l=\d+\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/,
    (name, i, salt, digest) => `$${name}$i=${i}$${salt}$${digest}`,
  ],
  // Django: https://docs.djangoproject.com/en/5.2/topics/auth/passwords/; its salts are text.
  [
    /^pbkdf2_(sha256|sha512)\$(\d+)\$([^$]+)\$([A-Za-z0-9+/]+)=*$/,
    (hash, i, salt, digest) => `$pbkdf2-${hash}$i=${i}$${base64(salt!)}$${digest}`,
  ],
  [
    /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/]+)=*$/,
    (n, salt, r, p, digest) => `$scrypt$ln=${Math.log2(Number(n))},r=${r},p=${p}$${base64(salt!)}$${digest}`,
  ],
  [/^argon2(\$argon2id\$.+)$/, (phc) => phc!],
  [/^bcrypt\$(\$2[aby]\$.+)$/, (mcf) => mcf!],
];

/**
 * Converts a hash of bcrypt, Argon2id, scrypt or PBKDF2 from the formats of passlib, PHC and Django to Sentinel's.
 * Undefined for what Sentinel cannot verify: other formats, and parameters over the limits.
 */
export function fromForeign(hash: string): string | undefined {
  for (const [form, ours] of forms) {
    const [match, ...parts] = form.exec(hash) ?? [];
    if (match) return verifiable(ours(...parts));
  }
  return verifiable(hash);
}

function verifiable(hash: string): string | undefined {
  return schemeOf(hash) === undefined ? undefined : hash;
}

/** passlib's base64 has dots in place of plus signs. */
function standardBase64(text: string): string {
  return text.replaceAll(".", "+");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64").replace(/=+$/, "");
}
