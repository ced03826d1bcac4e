/** The stored form of password hashes: PHC and MCF strings. */
import { Buffer } from "node:buffer";
import { digestSizeOf, isSound, type PhcParameters, phcParameters, phcScheme } from "./phc_families.ts";

/** How new passwords are hashed. `argon2id` is m=19456, t=2, p=1 (OWASP Password Storage Cheat Sheet). */
export type HashPolicy = { kind: "argon2id" } | { kind: "bcrypt"; cost: number };

/**
 * What bcrypt gets in place of the password. `hmac` is passlib's bcrypt-sha256 version 2: HMAC-SHA256 keyed with the
 * salt. `base64` is its version 1 and `hex` is Django's; both are plain SHA-256.
 */
export type Prehash = "hmac" | "base64" | "hex";

/** Everything except the password that determines a digest. */
export type Recipe =
  & { scheme: string; salt: Uint8Array }
  & (PhcParameters | { kind: "bcrypt"; cost: number; prehash?: Prehash });

/** PHC string format: the parameters of the cost, then salt and digest in base64 without padding. */
const phcForm =
  /^\$([a-z][a-z0-9-]*(?:\$v=19)?)\$([a-z]+=\d{1,7}(?:,[a-z]+=\d{1,7})*)\$([A-Za-z0-9+/]{0,684})\$([A-Za-z0-9+/]{16,86})$/;
const bcryptForms: { form: RegExp; prehash?: Prehash }[] = [
  { form: /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{31})$/ },
  {
    form: /^\$bcrypt-sha256\$v=2,t=2[ab],r=([1-9]\d?)\$([./A-Za-z0-9]{21}[.Oeu])\$([./A-Za-z0-9]{31})$/,
    prehash: "hmac",
  },
  {
    form: /^\$bcrypt-sha256\$2[aby],([1-9]\d?)\$([./A-Za-z0-9]{21}[.Oeu])\$([./A-Za-z0-9]{31})$/,
    prehash: "base64",
  },
  { form: /^bcrypt_sha256\$\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{31})$/, prehash: "hex" },
];

const owasp = { memory: 19_456, passes: 2, parallelism: 1 };

const costMax = 16;

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The scheme of `stored`, which determines the cost of verifying it: `$argon2id$v=19$m=19456,t=2,p=1`,
 * `$scrypt$ln=16,r=8,p=1`, `$pbkdf2-sha256$i=600000`, or `$2$12` for every bcrypt hash of cost 12. The database derives
 * the same (`users.password_scheme`). Undefined for what cannot be verified.
 */
export function schemeOf(stored: string): string | undefined {
  return parse(stored)?.recipe.scheme;
}

export function schemeOfPolicy(policy: HashPolicy): string {
  return policy.kind === "bcrypt" ? bcryptScheme(policy.cost) : phcScheme({ kind: "argon2id", ...owasp });
}

/** Creates a hash of this scheme that matches no known password. Verifying it takes as long as verifying a real one. */
export function dummyHash(scheme: string): string {
  if (scheme.startsWith("$2$")) return `$2b$${scheme.slice(3)}$${".".repeat(53)}`;
  const digest = new Uint8Array(parsePhcScheme(scheme) ?? 32);
  return `${scheme}$${toBase64(new Uint8Array(8))}$${toBase64(digest)}`;
}

/** Whether `stored` is as good as a new hash. Plain bcrypt of over 72 bytes is not, as bcrypt ignores the rest. */
export function meetsPolicy(stored: string, policy: HashPolicy, password: string): boolean {
  const parsed = parse(stored);
  if (!parsed || parsed.recipe.scheme !== schemeOfPolicy(policy)) return false;
  const { recipe, digest } = parsed;
  if (recipe.kind === "bcrypt") return recipe.prehash ? recipe.prehash === "hmac" : !bcryptCuts(password);
  return recipe.salt.length >= 16 && digest.length >= 32;
}

/** The recipe of a new hash, with a new salt. @throws {RangeError} when the policy's cost is not 4 to 16. */
export function newRecipe(policy: HashPolicy, password: string): Recipe {
  const scheme = schemeOfPolicy(policy), salt = crypto.getRandomValues(new Uint8Array(16));
  if (policy.kind === "argon2id") return { kind: "argon2id", scheme, salt, ...owasp };
  const { cost } = policy;
  if (!isBcryptCost(cost)) throw new RangeError(`bcrypt cost ${cost} is not 4 to ${costMax}`);
  return { kind: "bcrypt", scheme, salt, cost, ...(bcryptCuts(password) && { prehash: "hmac" }) };
}

export function format(recipe: Recipe, digest: Uint8Array): string {
  const { kind, scheme, salt } = recipe;
  if (kind !== "bcrypt") return `${scheme}$${toBase64(salt)}$${toBase64(digest)}`;
  const [saltText, digestText] = [toBcrypt64(salt), toBcrypt64(digest)];
  return recipe.prehash
    ? `$bcrypt-sha256$v=2,t=2b,r=${recipe.cost}$${saltText}$${digestText}`
    : `$2b$${twoDigits(recipe.cost)}$${saltText}${digestText}`;
}

/** Parses a stored hash. Undefined for any other text, and for parameters over the limits. */
export function parse(stored: string): { recipe: Recipe; digest: Uint8Array } | undefined {
  const phc = phcForm.exec(stored);
  if (phc) return parsePhc(stored, phc);
  for (const { form, prehash } of bcryptForms) {
    const match = form.exec(stored);
    if (match) return parseBcrypt(match, prehash);
  }
  return undefined;
}

/** Accepts only the canonical form: formatting the result must give the same text. */
function parsePhc(stored: string, [, name, list, saltText, digestText]: RegExpExecArray) {
  const parameters = phcParameters(name!, list!);
  if (!parameters) return undefined;
  const [salt, digest] = [fromBase64(saltText!), fromBase64(digestText!)];
  const recipe: Recipe = { ...parameters, scheme: phcScheme(parameters), salt };
  return isSound(parameters, salt, digest) && format(recipe, digest) === stored ? { recipe, digest } : undefined;
}

/** The size of a digest of this scheme, in bytes; undefined if it may have several. */
function parsePhcScheme(scheme: string): number | undefined {
  const [, name, list] = phcForm.exec(`${scheme}$$${"A".repeat(16)}`) ?? [];
  const parameters = name && list ? phcParameters(name, list) : undefined;
  return parameters && digestSizeOf(parameters);
}

/** 2a, 2b and 2y differ only for passwords with a byte 0xff (crypt_blowfish), which does not occur in UTF-8. */
function parseBcrypt([, costText, salt, digest]: RegExpExecArray, prehash: Prehash | undefined) {
  const cost = Number(costText);
  if (!isBcryptCost(cost)) return undefined;
  const scheme = bcryptScheme(cost);
  const recipe: Recipe = { kind: "bcrypt", scheme, salt: fromBcrypt64(salt!), cost, ...(prehash && { prehash }) };
  return { recipe, digest: fromBcrypt64(digest!) };
}

function bcryptCuts(password: string): boolean {
  return password.includes("\0") || Buffer.byteLength(password) > 72;
}

function isBcryptCost(cost: number): boolean {
  return Number.isInteger(cost) && cost >= 4 && cost <= costMax;
}

function bcryptScheme(cost: number): string {
  return `$2$${twoDigits(cost)}`;
}

function twoDigits(cost: number): string {
  return String(cost).padStart(2, "0");
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

/** Copies the bytes, because a view of Buffer's pool would send the whole pool to a worker. */
export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** bcrypt's base64: the usual bit order, another alphabet, no padding. */
export function toBcrypt64(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/./g, (char) => bcryptAlphabet.charAt(base64Alphabet.indexOf(char)));
}

function fromBcrypt64(text: string): Uint8Array {
  return fromBase64(text.replace(/./g, (char) => base64Alphabet.charAt(bcryptAlphabet.indexOf(char))));
}
