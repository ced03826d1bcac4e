/** How password hashes are written down: PHC and MCF strings, and what each says about its making. */
import { Buffer } from "node:buffer";

/** How new passwords are hashed. `argon2id` is m=19456, t=2, p=1 (OWASP Password Storage Cheat Sheet). */
export type HashPolicy = { kind: "argon2id" } | { kind: "bcrypt"; cost: number };

/** Memory in KiB. */
type Argon2id = { memory: number; passes: number; parallelism: number };

/** Everything but the password that decides a digest. */
export type Recipe =
  & { scheme: string; salt: Uint8Array }
  & (
    | { kind: "argon2id" } & Argon2id
    | { kind: "bcrypt" | "bcrypt-sha256"; cost: number }
  );

const argon2idForm =
  /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{16,86})$/;
const bcryptForm = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{31})$/;
const bcryptSha256Form = /^\$bcrypt-sha256\$v=2,t=2[ab],r=([1-9]\d?)\$([./A-Za-z0-9]{21}[.Oeu])\$([./A-Za-z0-9]{31})$/;

const owasp = { memory: 19_456, passes: 2, parallelism: 1 };

/** The dearest parameters that a stored hash may ask for: 256 MiB or some seconds, lest one row become an attack. */
const memoryMax = 262_144, passesMax = 10, parallelismMax = 4, costMax = 16;

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Names what decides the cost of verifying `stored`: `$argon2id$v=19$m=19456,t=2,p=1`, or `$2$12` for every bcrypt of
 * cost 12. Undefined for what cannot be verified.
 */
export function schemeOf(stored: string): string | undefined {
  return parse(stored)?.recipe.scheme;
}

/** Names the scheme of new hashes under a policy. */
export function schemeOfPolicy(policy: HashPolicy): string {
  return policy.kind === "bcrypt" ? bcryptScheme(policy.cost) : argon2idScheme(owasp);
}

/** Makes a hash of this scheme that no known password has: verifying it costs what verifying a real one costs. */
export function dummyHash(scheme: string): string {
  if (scheme.startsWith("$2$")) return `$2b$${scheme.slice(3)}$${".".repeat(53)}`;
  return `${scheme}$${"A".repeat(22)}$${"A".repeat(43)}`;
}

/**
 * Tells whether `stored`, which `password` matches, is as good as a new hash under the policy. A plain bcrypt hash of a
 * password that bcrypt cuts is not: only its first 72 bytes count.
 */
export function meetsPolicy(stored: string, policy: HashPolicy, password: string): boolean {
  const parsed = parse(stored);
  if (!parsed || parsed.recipe.scheme !== schemeOfPolicy(policy)) return false;
  const { recipe: { kind, salt }, digest } = parsed;
  if (kind === "argon2id") return salt.length >= 16 && digest.length >= 32;
  return kind === "bcrypt-sha256" || !bcryptCuts(password);
}

/**
 * Decides how a new password is hashed, with a salt of its own.
 *
 * @throws {RangeError} when the policy's cost is not 4 to 16.
 */
export function newRecipe(policy: HashPolicy, password: string): Recipe {
  const scheme = schemeOfPolicy(policy), salt = crypto.getRandomValues(new Uint8Array(16));
  if (policy.kind === "argon2id") return { kind: "argon2id", scheme, salt, ...owasp };
  const { cost } = policy;
  if (!isBcryptCost(cost)) throw new RangeError(`bcrypt cost ${cost} is not 4 to ${costMax}`);
  return { kind: bcryptCuts(password) ? "bcrypt-sha256" : "bcrypt", scheme, salt, cost };
}

/** Writes a hash down. */
export function format(recipe: Recipe, digest: Uint8Array): string {
  const { kind, scheme, salt } = recipe;
  if (kind === "argon2id") return `${scheme}$${toBase64(salt)}$${toBase64(digest)}`;
  const [saltText, digestText] = [toBcrypt64(salt), toBcrypt64(digest)];
  return kind === "bcrypt"
    ? `$2b$${twoDigits(recipe.cost)}$${saltText}${digestText}`
    : `$bcrypt-sha256$v=2,t=2b,r=${recipe.cost}$${saltText}$${digestText}`;
}

/** Reads a stored hash. Undefined for every other text, and for parameters over the caps. */
export function parse(stored: string): { recipe: Recipe; digest: Uint8Array } | undefined {
  return parseArgon2id(stored) ??
    parseBcrypt("bcrypt", bcryptForm.exec(stored)) ??
    parseBcrypt("bcrypt-sha256", bcryptSha256Form.exec(stored));
}

/** PHC string format, canonical only; memory is at least 8 KiB per lane (RFC 9106 §3.1). */
function parseArgon2id(stored: string) {
  const [, m, t, p, saltText, tagText] = argon2idForm.exec(stored) ?? [];
  if (!saltText || !tagText) return undefined;
  const parameters = { memory: Number(m), passes: Number(t), parallelism: Number(p) };
  if (!isAffordable(parameters)) return undefined;
  const [salt, digest] = [fromBase64(saltText), fromBase64(tagText)];
  const recipe: Recipe = { kind: "argon2id", scheme: argon2idScheme(parameters), salt, ...parameters };
  return format(recipe, digest) === stored ? { recipe, digest } : undefined;
}

function isAffordable({ memory, passes, parallelism }: Argon2id) {
  const within = (value: number, min: number, max: number) => value >= min && value <= max;
  return within(parallelism, 1, parallelismMax) && within(passes, 1, passesMax) &&
    within(memory, 8 * parallelism, memoryMax);
}

/** 2a, 2b and 2y differ for passwords with a byte 0xff only (crypt_blowfish), which UTF-8 never has. */
function parseBcrypt(kind: "bcrypt" | "bcrypt-sha256", match: RegExpExecArray | null) {
  const [, cost, salt, digest] = match ?? [];
  if (!salt || !digest || !isBcryptCost(Number(cost))) return undefined;
  const recipe: Recipe = { kind, scheme: bcryptScheme(Number(cost)), salt: fromBcrypt64(salt), cost: Number(cost) };
  return { recipe, digest: fromBcrypt64(digest) };
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

function argon2idScheme({ memory, passes, parallelism }: Argon2id): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}`;
}

function twoDigits(cost: number): string {
  return String(cost).padStart(2, "0");
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

/** A copy of its own: a view of Buffer's pool would take the whole pool along to a worker. */
function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** bcrypt's base64: the usual bit order, another alphabet, no padding. */
export function toBcrypt64(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/./g, (char) => bcryptAlphabet.charAt(base64Alphabet.indexOf(char)));
}

function fromBcrypt64(text: string): Uint8Array {
  return fromBase64(text.replace(/./g, (char) => base64Alphabet.charAt(bcryptAlphabet.indexOf(char))));
}
