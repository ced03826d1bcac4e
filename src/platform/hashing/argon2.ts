import type { hashRaw } from "@node-rs/argon2";
import { createRequire } from "node:module";

/** Memory in KiB. */
export interface Argon2Input {
  kind: "argon2id" | "argon2i";
  password: Uint8Array<ArrayBuffer>;
  /** At least 8 bytes (RFC 9106 §3.1). */
  salt: Uint8Array;
  memory: number;
  passes: number;
  parallelism: number;
  digestBytes: number;
}

type Argon2 = (input: Argon2Input) => Promise<Uint8Array>;

let chosen: Argon2 | undefined;

/** Argon2 version 1.3 (RFC 9106), native and off the event loop: by the library, or else by the runtime. */
export function argon2(input: Argon2Input): Promise<Uint8Array> {
  return choose()(input);
}

/** Which of the two computes Argon2 in this process. */
export function argon2Source(): "library" | "runtime" {
  return choose() === argon2OfRuntime ? "runtime" : "library";
}

function choose(): Argon2 {
  return chosen ??= openArgon2Library() ?? argon2OfRuntime;
}

/** The runtime's own. It takes between two and three times as long as the library. */
export async function argon2OfRuntime(input: Argon2Input): Promise<Uint8Array> {
  const { kind, password, salt, memory, passes, parallelism, digestBytes } = input;
  const name = kind === "argon2id" ? "Argon2id" : "Argon2i";
  const key = await crypto.subtle.importKey("raw-secret", password, name, false, ["deriveBits"]);
  // The runtime supports these parameters, but its type declarations lack them.
  const algorithm = { name, nonce: salt, memory, passes, parallelism } as Algorithm;
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, digestBytes * 8));
}

const algorithms = { argon2i: 1, argon2id: 2 };

/** The library's. Undefined where the library is not installed or may not be loaded. */
export function openArgon2Library(): Argon2 | undefined {
  const library = loadPackage() ?? loadInstalled();
  return library && (({ kind, password, salt, memory, passes, parallelism, digestBytes }) =>
    library.hashRaw(password, {
      algorithm: algorithms[kind],
      salt,
      memoryCost: memory,
      timeCost: passes,
      parallelism,
      outputLen: digestBytes,
    }));
}

type Library = { hashRaw: typeof hashRaw };

/** Where a binary finds the library: the only native code that its permissions let it load. */
export const installedLibrary = "/usr/local/lib/sentinel/argon2.node";

/** The packages with the library, by the target of the runtime. */
export const libraryPackages: Record<string, string> = {
  "x86_64-unknown-linux-gnu": "@node-rs/argon2-linux-x64-gnu",
  "aarch64-unknown-linux-gnu": "@node-rs/argon2-linux-arm64-gnu",
  "x86_64-apple-darwin": "@node-rs/argon2-darwin-x64",
  "aarch64-apple-darwin": "@node-rs/argon2-darwin-arm64",
  "x86_64-pc-windows-msvc": "@node-rs/argon2-win32-x64-msvc",
};

function loadInstalled(): Library | undefined {
  try {
    return createRequire(import.meta.url)(installedLibrary);
  } catch {
    return undefined;
  }
}

/** Found from the package that depends on it, whose own code reads files of the system to find its platform. */
function loadPackage(): Library | undefined {
  try {
    return createRequire(import.meta.resolve("@node-rs/argon2"))(libraryPackages[Deno.build.target]!);
  } catch {
    return undefined;
  }
}
