/** How each kind of hash is computed. */
import { createCipheriv, createHash, createHmac, scrypt as scryptCallback } from "node:crypto";
import { argon2 } from "./argon2.ts";
import { cryptPasswordMax } from "./crypt.ts";
import { type Prehash, type Recipe, toBcrypt64 } from "./hash_format.ts";
import type { createHashThreads } from "./hash_threads.ts";

type RecipeOf<Kind extends Recipe["kind"]> = Extract<Recipe, { kind: Kind }>;

/** Computes a digest: natively off the event loop, or on a thread; a single digest, which takes microseconds, here. */
export async function derive(
  recipe: Recipe,
  password: string,
  digestBytes: number,
  threads: ReturnType<typeof createHashThreads>,
): Promise<Uint8Array> {
  switch (recipe.kind) {
    case "argon2id":
    case "argon2i":
      return await argon2({ ...recipe, password: encode(password), digestBytes });
    case "scrypt":
      return await (recipe.firebase ? firebaseScrypt : scrypt)(recipe, password, digestBytes);
    case "pbkdf2":
      return await pbkdf2(recipe, password, digestBytes);
    case "digest":
      return saltedDigest(recipe, password);
    case "crypt": {
      const { form, salt, rounds } = recipe;
      return await threads.derive({ kind: "crypt", form, password: cut(password, cryptPasswordMax), salt, rounds });
    }
    case "bcrypt": {
      const { salt, cost, prehash } = recipe;
      const input = prehash ? prehashes[prehash](password, salt) : password;
      return await threads.derive({ kind: "bcrypt", password: cut(input, 72), salt, cost });
    }
  }
}

/**
 * Whether another password may have the same key. bcrypt repeats the password with a NUL between, HMAC pads a short key
 * with NULs (RFC 2104 §2), and crypt(3) ends at a NUL and at its longest password.
 */
export function mayTakeTwo(recipe: Recipe, password: string): boolean {
  if (recipe.kind === "argon2id" || recipe.kind === "argon2i") return false;
  if (recipe.kind === "crypt" && encode(password).length > cryptPasswordMax) return true;
  return password.includes("\0") && !(recipe.kind === "bcrypt" && recipe.prehash);
}

/** scrypt (RFC 7914), native and off the event loop. */
function scrypt(recipe: RecipeOf<"scrypt">, password: string, digestBytes: number): Promise<Uint8Array> {
  const { salt, costLog2, blockSize: r, parallelism: p } = recipe;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const options = { N: 2 ** costLog2, r, p, maxmem: 2 * 128 * r * (2 ** costLog2 + p) };
  scryptCallback(encode(password), salt, digestBytes, options, (error, key) => error ? reject(error) : resolve(key));
  return promise;
}

/**
 * Firebase Authentication encrypts the project's signer key with AES-256-CTR, under scrypt's key and a counter from 0
 * (https://github.com/firebase/scrypt). That adds the key stream to a constant, so an import subtracts it, and the key
 * stream alone is stored: the signer key is no more needed.
 */
async function firebaseScrypt(recipe: RecipeOf<"scrypt">, password: string, digestBytes: number) {
  const key = await scrypt(recipe, password, 32);
  return new Uint8Array(createCipheriv("aes-256-ctr", key, new Uint8Array(16)).update(new Uint8Array(digestBytes)));
}

const subtleNames = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" } as const;

/** PBKDF2 with HMAC (RFC 8018 §5.2), native and off the event loop; several times faster than `node:crypto`. */
async function pbkdf2(recipe: RecipeOf<"pbkdf2">, password: string, digestBytes: number) {
  const { hash, iterations } = recipe, salt = new Uint8Array(recipe.salt);
  const key = await crypto.subtle.importKey("raw", encode(password), "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: subtleNames[hash], salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, digestBytes * 8));
}

/** The first byte of the salt is the number of its bytes that go before the password; the others go behind. */
function saltedDigest({ hash, mac, salt }: RecipeOf<"digest">, password: string): Uint8Array {
  if (mac) return createHmac(hash, salt).update(password).digest();
  const end = 1 + salt[0]!;
  return createHash(hash).update(salt.subarray(1, end)).update(password).update(salt.subarray(end)).digest();
}

const prehashes: Record<Prehash, (password: string, salt: Uint8Array) => string> = {
  hmac: (password, salt) => createHmac("sha256", toBcrypt64(salt)).update(password).digest("base64"),
  base64: (password) => createHash("sha256").update(password).digest("base64"),
  hex: (password) => createHash("sha256").update(password).digest("hex"),
};

function cut(text: string, bytes: number): Uint8Array {
  return encode(text).slice(0, bytes);
}

function encode(text: string) {
  return new TextEncoder().encode(text);
}
