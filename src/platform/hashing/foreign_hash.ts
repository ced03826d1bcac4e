/** Password hashes in the formats of other systems, for imports. */
import { Buffer } from "node:buffer";
import { fromCrypt64 } from "./crypt.ts";
import { firebaseHash } from "./firebase_hash.ts";
import { schemeOf, toBase64 } from "./hash_format.ts";
import { type HashName, hashSizeBytes } from "./phc_families.ts";

/** The hash as Sentinel stores it, or one sentence that says why it cannot be verified and what to do. */
export type ForeignHash = { stored: string } | { refused: string };

const refusals = {
  unknown: "The password hash has a format that Sentinel does not know: give the user a new password.",
  costly: "The password hash has parameters over Sentinel's limits, or impossible ones: give the user a new password.",
  des: "The hash is one of DES crypt, which reads only eight characters of a password: give the user a new password.",
  bare: "A bare digest does not say how it was made: write it in one of the forms of the documents, such as " +
    "$md5$ or {SHA}.",
  argon2: "The hash is one of Argon2d, of Argon2 before version 1.3, or with a key: give the user a new password.",
} as const;

/** Formats that differ from Sentinel's, and how to convert each; undefined for what is none after all. */
const forms: [form: RegExp, ours: (...parts: string[]) => string | undefined][] = [
  // bcrypt, also with Django's prefix and after LDAP's {CRYPT} or {BCRYPT}
  [/^bcrypt\$(\$2[aby]\$.+)$/, (mcf) => mcf],
  // passlib: https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html; LDAP's in braces
  [
    /^(?:\$|\{)pbkdf2(|-sha1|-sha256|-sha512)(?:\$|\})(\d+)\$([A-Za-z0-9./+]*)\$([A-Za-z0-9./+]+)=*$/i,
    (name, i, salt, digest) => pbkdf2(name!.toLowerCase() || "-sha1", i!, bytes(salt!), digest!),
  ],
  // Django: https://docs.djangoproject.com/en/5.2/topics/auth/passwords/; its salts are text.
  [
    /^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$([A-Za-z0-9+/]+)=*$/,
    (hash, i, salt, digest) => pbkdf2(`-${hash}`, i!, Buffer.from(salt!), digest!),
  ],
  [/^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/]+)=*$/, (n, salt, r, p, digest) => (
    scrypt(Math.log2(Number(n)), r!, p!, Buffer.from(salt!), digest!)
  )],
  [/^argon2(\$argon2.+)$/, (phc) => fromPhc(phc!)],
  [/^(md5|sha1)\$([^$]*)\$([0-9a-f]{32,40})$/, (hash, salt, digest) => (
    salted(hash as HashName, Buffer.from(salt!), Buffer.alloc(0), Buffer.from(digest!, "hex"))
  )],
  // Werkzeug: https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.security.generate_password_hash
  [/^pbkdf2:(sha1|sha256|sha512):(\d+)\$([^$]+)\$([0-9a-f]+)$/, (hash, i, salt, digest) => (
    pbkdf2(`-${hash}`, i!, Buffer.from(salt!), Buffer.from(digest!, "hex").toString("base64"))
  )],
  [/^scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$([0-9a-f]+)$/, (n, r, p, salt, digest) => (
    scrypt(Math.log2(Number(n)), r!, p!, Buffer.from(salt!), Buffer.from(digest!, "hex").toString("base64"))
  )],
  // crypt(3)
  [/^\$(1|apr1)\$([^$]{0,8})\$([./A-Za-z0-9]{22})$/, (id, salt, digest) => (
    crypt(id === "1" ? "md5" : "apr1", "1000", salt!, digest!)
  )],
  [/^\$([56])\$(?:rounds=(\d+)\$)?([^$]{0,16})\$([./A-Za-z0-9]+)$/, (id, rounds, salt, digest) => (
    crypt(id === "5" ? "sha256" : "sha512", rounds ?? "5000", salt!, digest!)
  )],
  // LDAP (RFC 2307, and OpenLDAP's slapd-pw-sha2): the digest, then the salt
  [/^\{(S?)(MD5|SHA|SHA1|SHA256|SHA384|SHA512)\}([A-Za-z0-9+/]+=*)$/i, (saltedMark, name, text) => {
    const hash = name!.toLowerCase().replace(/^sha$/, "sha1") as HashName;
    const both = Buffer.from(text!, "base64"), size = hashSizeBytes[hash];
    if (saltedMark ? both.length <= size : both.length !== size) return undefined;
    return salted(hash, Buffer.alloc(0), both.subarray(size), both.subarray(0, size));
  }],
  // Ory Kratos: https://www.ory.com/docs/kratos/manage-identities/import-user-accounts-identities
  [/^\$(md5|sha1|sha256|sha512)\$([A-Za-z0-9+/]+=*)$/, (hash, digest) => (
    salted(hash as HashName, Buffer.alloc(0), Buffer.alloc(0), bytes(digest!))
  )],
  [/^\$(md5|sha1|sha256|sha512)\$pf=([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]*=*)\$([A-Za-z0-9+/]+=*)$/, (...parts) => (
    fromTemplate(parts as [HashName, string, string, string])
  )],
  [/^\$hmac-(md5|sha1|sha224|sha256|sha384|sha512)\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/, (hash, digest, key) => (
    hmac(hash as HashName, bytes(key!), bytes(digest!))
  )],
  [
    /^\$firescrypt\$ln=(\d+),r=(\d+),p=1\$([^$]*)\$([^$]+)\$([^$]*)\$([^$]+)$/,
    (ln, r, salt, digest, separator, key) => (
      firebaseHash(
        { signerKey: key!, saltSeparator: separator!, rounds: Number(r), memoryCost: Number(ln) },
        salt!,
        digest!,
      )
    ),
  ],
  // GoTrue: https://github.com/supabase/auth/blob/master/internal/crypto/password.go
  [
    /^\$fbscrypt\$v=1,n=(\d+),r=(\d+),p=1(?:,ss=([^,$]+))?,sk=([^,$]+)\$([^$]+)\$([^$]+)$/,
    (n, r, separator, key, salt, digest) => (
      firebaseHash(
        { signerKey: key!, saltSeparator: separator ?? "", rounds: Number(r), memoryCost: Number(n) },
        salt!,
        digest!,
      )
    ),
  ],
];

/** Reads a hash in the format of Sentinel or of another system. What is stored is read as it is. */
export function readForeignHash(hash: string): ForeignHash {
  const [, inner] = /^\{(?:CRYPT|BCRYPT|ARGON2)\}(.+)$/i.exec(hash) ?? [];
  if (inner !== undefined) return readForeignHash(inner);
  if (schemeOf(hash) !== undefined) return { stored: hash };
  for (const [form, ours] of forms) {
    const match = form.exec(hash);
    const stored = match ? ours(...match.slice(1)) : undefined;
    if (stored !== undefined) return schemeOf(stored) === undefined ? { refused: refusals.costly } : { stored };
  }
  const phc = fromPhc(hash);
  if (phc !== undefined) return schemeOf(phc) === undefined ? { refused: refusals.costly } : { stored: phc };
  return { refused: refusalOf(hash) };
}

function refusalOf(hash: string): string {
  if (/^[./0-9A-Za-z]{13}$/.test(hash)) return refusals.des;
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i.test(hash)) return refusals.bare;
  if (/^\$argon2/.test(hash)) return refusals.argon2;
  if (/^\$2[abxy]?\$\d\d\$|^\$5\$|^\$6\$/.test(hash)) return refusals.costly;
  return refusals.unknown;
}

/**
 * A PHC string with its parameters in another order, with a length of the digest among them, with the cost of scrypt
 * itself in place of its logarithm (as Kratos writes it), or with padding.
 */
function fromPhc(text: string): string | undefined {
  const form = /^\$([a-z][a-z0-9-]*)(?:\$v=(\d+))?\$([a-z]+=\d+(?:,[a-z]+=\d+)*)\$([^$]*)\$([^$]+)$/;
  const [, name, version, list, salt, digest] = form.exec(text) ?? [];
  if (!name || !list || !digest) return undefined;
  if (/\b(?:data|keyid)=/.test(list)) return undefined; // the key is not here
  const { m, t, p, ln, r, i, v = version } = Object.fromEntries(list.split(",").map((pair) => pair.split("=")));
  if (name === "scrypt") {
    const log2 = Number(ln) > 63 ? Math.log2(Number(ln)) : Number(ln);
    return scrypt(log2, r!, p!, bytes(salt!), digest);
  }
  if (name.startsWith("pbkdf2-")) return pbkdf2(name.slice("pbkdf2".length), i!, bytes(salt!), digest);
  if ((name !== "argon2id" && name !== "argon2i") || v !== "19") return undefined;
  return `$${name}$v=19$m=${m},t=${t},p=${p}$${toBase64(bytes(salt!))}$${toBase64(bytes(digest))}`;
}

/** Only the first block of a longer digest is kept, as it alone proves the password. */
function pbkdf2(dashedHash: string, i: string, salt: Uint8Array, digest: string): string | undefined {
  const size: number | undefined = { "-sha1": 20, "-sha256": 32, "-sha512": 64 }[dashedHash];
  return size === undefined
    ? undefined
    : `$pbkdf2${dashedHash}$i=${Number(i)}$${toBase64(salt)}$${toBase64(bytes(digest).subarray(0, size))}`;
}

function scrypt(log2: number, r: string, p: string, salt: Uint8Array, digest: string): string {
  return `$scrypt$ln=${log2},r=${r},p=${p}$${toBase64(salt)}$${toBase64(bytes(digest).subarray(0, 64))}`;
}

function crypt(form: "md5" | "apr1" | "sha256" | "sha512", rounds: string, salt: string, text: string) {
  const digest = fromCrypt64(text, form);
  return digest && `$${form}-crypt$i=${rounds}$${toBase64(Buffer.from(salt))}$${toBase64(digest)}`;
}

/** A digest of this hash over the bytes before, the password, and the bytes after it. */
export function salted(hash: HashName, before: Uint8Array, after: Uint8Array, digest: Uint8Array): string | undefined {
  if (before.length > 255 || digest.length !== hashSizeBytes[hash]) return undefined;
  return `$${hash}$i=1$${toBase64(Buffer.concat([Buffer.of(before.length), before, after]))}$${toBase64(digest)}`;
}

/** An HMAC of the password, whose digest Kratos spells in hexadecimal first. */
export function hmac(hash: HashName, key: Uint8Array, spelled: Uint8Array): string {
  const digest = spelled.length === hashSizeBytes[hash] ? spelled : Buffer.from(Buffer.from(spelled).toString(), "hex");
  return `$hmac-${hash}$i=1$${toBase64(key)}$${toBase64(digest)}`;
}

/** Kratos' template with {SALT} and {PASSWORD} and any other text. */
function fromTemplate([hash, template, salt, digest]: [HashName, string, string, string]): string | undefined {
  const [before, after, ...more] = bytes(template).toString("latin1").split("{PASSWORD}")
    .map((part) => Buffer.from(part.replaceAll("{SALT}", bytes(salt).toString("latin1")), "latin1"));
  return before && after && more.length === 0 ? salted(hash, before, after, bytes(digest)) : undefined;
}

/** The bytes of base64, with or without padding, in passlib's alphabet too, which has dots in place of plus signs. */
function bytes(base64: string): Buffer {
  return Buffer.from(base64.replaceAll(".", "+"), "base64");
}
