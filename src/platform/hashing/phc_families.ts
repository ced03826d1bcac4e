/** The families of hashes that are stored in PHC form: their parameters, and how much each may cost. */
import type { CryptForm } from "./crypt.ts";

export type HashName = "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

/** Memory in KiB. */
type Argon2 = { kind: "argon2id" | "argon2i"; memory: number; passes: number; parallelism: number };
/** N is 2 to the power of `costLog2` (RFC 7914 §2). `firebase` names the variant of Firebase Authentication. */
type Scrypt = { kind: "scrypt"; costLog2: number; blockSize: number; parallelism: number; firebase: boolean };
type Pbkdf2 = { kind: "pbkdf2"; hash: "sha1" | "sha256" | "sha512"; iterations: number };
type Crypt = { kind: "crypt"; form: CryptForm; rounds: number };
/** One digest of salt and password, or with `mac` an HMAC of the password with the salt as its key. */
type Digest = { kind: "digest"; hash: HashName; mac: boolean };

export type PhcParameters = Argon2 | Scrypt | Pbkdf2 | Crypt | Digest;

export const hashSizeBytes = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const;

/** The most expensive stored hash: 256 MiB or a few seconds, so that no stored row can exhaust the server. */
const memoryMax = 262_144, passesMax = 10, lanesMax = 8, iterationsMax = 4_000_000, roundsMax = 1_000_000;

/** What each name stands for; missing parameters are NaN, which no limit accepts. */
const families: Record<string, (parameters: Record<string, number>) => PhcParameters> = {
  "argon2id$v=19": argon2("argon2id"),
  "argon2i$v=19": argon2("argon2i"),
  "scrypt": scrypt(false),
  "firebase-scrypt": scrypt(true),
  ...Object.fromEntries((["sha1", "sha256", "sha512"] as const).map((hash) => [
    `pbkdf2-${hash}`,
    ({ i = NaN }) => ({ kind: "pbkdf2", hash, iterations: i }),
  ])),
  ...Object.fromEntries((["md5", "apr1", "sha256", "sha512"] as const).map((form) => [
    `${form}-crypt`,
    ({ i = NaN }) => ({ kind: "crypt", form, rounds: i }),
  ])),
  ...Object.fromEntries((Object.keys(hashSizeBytes) as HashName[]).flatMap((hash) => [
    [hash, () => ({ kind: "digest", hash, mac: false })],
    [`hmac-${hash}`, () => ({ kind: "digest", hash, mac: true })],
  ])),
};

function argon2(kind: Argon2["kind"]) {
  return ({ m = NaN, t = NaN, p = NaN }): Argon2 => ({ kind, memory: m, passes: t, parallelism: p });
}

function scrypt(firebase: boolean) {
  return ({ ln = NaN, r = NaN, p = NaN }): Scrypt => (
    { kind: "scrypt", costLog2: ln, blockSize: r, parallelism: p, firebase }
  );
}

/** The parameters, by the name of the family and their list in PHC form; undefined if unknown or over the limits. */
export function phcParameters(name: string, list: string): PhcParameters | undefined {
  const numbers = Object.fromEntries(list.split(",").map((pair) => pair.split("=")).map(([k, v]) => [k, Number(v)]));
  const parameters = Object.hasOwn(families, name) ? families[name]!(numbers) : undefined;
  return parameters && isAffordable(parameters) ? parameters : undefined;
}

/** The beginning of a stored hash with these parameters. It determines the cost. */
export function phcScheme(parameters: PhcParameters): string {
  switch (parameters.kind) {
    case "pbkdf2":
      return `$pbkdf2-${parameters.hash}$i=${parameters.iterations}`;
    case "crypt":
      return `$${parameters.form}-crypt$i=${parameters.rounds}`;
    case "digest":
      return `$${parameters.mac ? "hmac-" : ""}${parameters.hash}$i=1`;
    case "scrypt": {
      const { costLog2, blockSize, parallelism, firebase } = parameters;
      return `$${firebase ? "firebase-" : ""}scrypt$ln=${costLog2},r=${blockSize},p=${parallelism}`;
    }
    default: {
      const { kind, memory, passes, parallelism } = parameters;
      return `$${kind}$v=19$m=${memory},t=${passes},p=${parallelism}`;
    }
  }
}

/** Argon2 needs at least 8 KiB per lane (RFC 9106 §3.1); scrypt takes 128·N·r bytes and passes over them p times. */
function isAffordable(parameters: PhcParameters): boolean {
  const within = (value: number, min: number, max: number) => value >= min && value <= max;
  switch (parameters.kind) {
    case "pbkdf2":
      return within(parameters.iterations, 1, iterationsMax);
    case "crypt":
      return within(parameters.rounds, 1000, isSha(parameters.form) ? roundsMax : 1000);
    case "digest":
      return true;
    case "scrypt": {
      const { costLog2, blockSize, parallelism } = parameters;
      const kibibytes = 2 ** costLog2 * blockSize / 8;
      return costLog2 >= 1 && kibibytes <= memoryMax && within(kibibytes * parallelism, 1 / 8, 2 * memoryMax);
    }
    default: {
      const { memory, passes, parallelism } = parameters;
      return within(parallelism, 1, lanesMax) && within(passes, 1, passesMax) &&
        within(memory, 8 * parallelism, memoryMax);
    }
  }
}

/** The size of the family's digests, in bytes; undefined if they may have several. */
export function digestSizeOf(parameters: PhcParameters): number | undefined {
  if (parameters.kind === "digest") return hashSizeBytes[parameters.hash];
  if (parameters.kind === "crypt") return hashSizeBytes[isSha(parameters.form) ? parameters.form : "md5"];
  return parameters.kind === "pbkdf2" ? hashSizeBytes[parameters.hash] : undefined;
}

/**
 * Whether salt and digest have sizes of the family. A digest of PBKDF2 longer than its hash would cost twice as much
 * and prove no more (RFC 8018 §5.2 computes each block alone), so an import shortens it. Argon2 needs 8 bytes of salt
 * (RFC 9106 §3.1).
 */
export function isSound(parameters: PhcParameters, salt: Uint8Array, digest: Uint8Array): boolean {
  const size = digestSizeOf(parameters);
  switch (parameters.kind) {
    case "pbkdf2":
      return digest.length <= size!;
    case "crypt":
      return digest.length === size && salt.length <= (isSha(parameters.form) ? 16 : 8);
    case "digest":
      return digest.length === size && (parameters.mac || salt.length > (salt[0] ?? Infinity));
    case "scrypt":
      return true;
    default:
      return salt.length >= 8;
  }
}

function isSha(form: CryptForm): form is "sha256" | "sha512" {
  return form === "sha256" || form === "sha512";
}
