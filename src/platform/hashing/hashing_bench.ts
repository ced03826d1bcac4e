import { pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { argon2OfRuntime, openArgon2Library } from "./argon2.ts";
import { dummyHash } from "./hash_format.ts";
import { createHashing } from "./hashing.ts";

const password = "correct horse battery staple";
const hashing = createHashing({ concurrency: 1, queueMax: 0 });
addEventListener("unload", () => void hashing[Symbol.asyncDispose]());
const iterations = 100_000;
const salt = randomBytes(16);
const foreign = dummyHash(`$pbkdf2-sha256$i=${iterations}`);
const stored = await hashing.hash({ kind: "bcrypt", cost: 12 }, password); // starts the thread, too

Deno.bench({
  name: "hash argon2id m=19456,t=2,p=1",
  group: "hash",
  baseline: true,
  fn: async () => void await hashing.hash({ kind: "argon2id" }, password),
});
Deno.bench({
  name: "hash bcrypt 12",
  group: "hash",
  fn: async () => void await hashing.hash({ kind: "bcrypt", cost: 12 }, password),
});
Deno.bench({
  name: "by node:crypto",
  group: "derive by PBKDF2",
  baseline: true,
  fn: async () => void await promisify(pbkdf2)(password, salt, iterations, 32, "sha256"),
});
Deno.bench({
  name: "verify pbkdf2-sha256",
  group: "derive by PBKDF2",
  fn: async () => void await hashing.verify(foreign, password),
});
Deno.bench({
  name: "verify bcrypt 12",
  group: "hash",
  fn: async () => void await hashing.verify(stored, password),
});
const owasp = {
  kind: "argon2id",
  password: new TextEncoder().encode(password),
  salt: new Uint8Array(16),
  memory: 19_456,
  passes: 2,
  parallelism: 1,
  digestBytes: 32,
} as const;
for (const [name, argon2] of Object.entries({ "the runtime": argon2OfRuntime, "the library": openArgon2Library()! })) {
  Deno.bench({
    name: `by ${name}`,
    group: "derive by Argon2id",
    baseline: argon2 === argon2OfRuntime,
    fn: async () => void await argon2(owasp),
  });
}
