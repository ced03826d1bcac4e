import { createHashing } from "./hashing.ts";

const password = "correct horse battery staple";
const hashing = createHashing({ concurrency: 1, queueMax: 0 });
addEventListener("unload", () => void hashing[Symbol.asyncDispose]());
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
  name: "verify bcrypt 12",
  group: "hash",
  fn: async () => void await hashing.verify(stored, password),
});
