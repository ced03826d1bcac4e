/**
 * md5-crypt of FreeBSD and Apache, and sha-crypt (https://www.akkadia.org/drepper/SHA-crypt.txt), the hashes of
 * crypt(3) that begin with `$1$`, `$apr1$`, `$5$` and `$6$`.
 */
import { createMD5, createSHA256, createSHA512 } from "hash-wasm";

export type CryptForm = "md5" | "apr1" | "sha256" | "sha512";

export interface CryptJob {
  form: CryptForm;
  /** At most {@link cryptPasswordMax} bytes. */
  password: Uint8Array;
  salt: Uint8Array;
  rounds: number;
}

/** The longest password that libxcrypt hashes, in bytes. */
export const cryptPasswordMax = 511;

type Digest = (...parts: Uint8Array[]) => Uint8Array;

/** The digest, before its bytes are moved and spelled for crypt(3). */
export async function crypt({ form, password, salt, rounds }: CryptJob): Promise<Uint8Array> {
  const hasher = await (form === "sha512" ? createSHA512() : form === "sha256" ? createSHA256() : createMD5());
  const digest: Digest = (...parts) => hasher.init().update(joined(parts)).digest("binary");
  if (form === "sha256" || form === "sha512") return shaCrypt(digest, password, salt, rounds);
  return md5Crypt(digest, password, salt, form === "md5" ? "$1$" : "$apr1$", rounds);
}

function md5Crypt(digest: Digest, password: Uint8Array, salt: Uint8Array, magic: string, rounds: number): Uint8Array {
  const { length } = password;
  const mixed = repeated(digest(password, salt, password), length);
  const zeroOrFirst = bitsOf(length).map((bit) => bit ? new Uint8Array(1) : password.subarray(0, 1));
  let last = digest(password, new TextEncoder().encode(magic), salt, mixed, ...zeroOrFirst);
  for (let round = 0; round < rounds; round++) last = digest(...roundParts(round, last, password, salt));
  return last;
}

function shaCrypt(digest: Digest, password: Uint8Array, salt: Uint8Array, rounds: number): Uint8Array {
  const { length } = password;
  const b = digest(password, salt, password);
  let last = digest(password, salt, repeated(b, length), ...bitsOf(length).map((bit) => bit ? b : password));
  const ofPassword = repeated(digest(repeated(password, length * length)), length);
  const ofSalt = repeated(digest(repeated(salt, salt.length * (16 + last[0]!))), salt.length);
  for (let round = 0; round < rounds; round++) last = digest(...roundParts(round, last, ofPassword, ofSalt));
  return last;
}

/** What both forms hash in each round. */
function roundParts(round: number, last: Uint8Array, password: Uint8Array, salt: Uint8Array): Uint8Array[] {
  const odd = round % 2 === 1;
  const middle = [...(round % 3 === 0 ? [] : [salt]), ...(round % 7 === 0 ? [] : [password])];
  return odd ? [password, ...middle, last] : [last, ...middle, password];
}

function bitsOf(number: number): boolean[] {
  return number === 0 ? [] : number.toString(2).split("").reverse().map((bit) => bit === "1");
}

function repeated(bytes: Uint8Array, length: number): Uint8Array {
  const all = new Uint8Array(length);
  for (let at = 0; at < length; at += bytes.length) all.set(bytes.subarray(0, length - at), at);
  return all;
}

/** One piece, as each call into WebAssembly costs more than the copy. */
function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The bytes in each group of four characters, the highest first; -1 stands for none. */
const orders: Record<CryptForm, [number, number, number][]> = {
  md5: [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [-1, -1, 11]],
  get apr1() {
    return this.md5;
  },
  sha256: [...Array.from({ length: 10 }, (_, i) => rotated([i, i + 10, i + 20], 3 - i % 3)), [-1, 31, 30]],
  sha512: [...Array.from({ length: 21 }, (_, i) => rotated([i, i + 21, i + 42], i % 3)), [-1, -1, 63]],
};

function rotated([a, b, c]: [number, number, number], by: number): [number, number, number] {
  return by % 3 === 0 ? [a, b, c] : by % 3 === 1 ? [b, c, a] : [c, a, b];
}

/** The digest of which this is crypt(3)'s spelling; undefined if it is none of this form. */
export function fromCrypt64(text: string, form: CryptForm): Uint8Array | undefined {
  const order = orders[form];
  const size = Math.max(...order.flat()) + 1;
  if (text.length !== Math.ceil(size * 4 / 3)) return undefined;
  const digest = new Uint8Array(size);
  for (const [group, indexes] of order.entries()) {
    const chars = [...text.slice(group * 4, group * 4 + 4)].map((char) => alphabet.indexOf(char));
    if (chars.includes(-1)) return undefined;
    const value = chars.reduceRight((sum, char) => sum * 64 + char, 0);
    for (const [place, index] of indexes.entries()) if (index >= 0) digest[index] = value >> (16 - 8 * place) & 255;
  }
  return digest;
}
