import { createHashing } from "./hashing.ts";

const password = "correct horse battery staple";
const hashing = createHashing({ concurrency: 1, queueMax: 0 });
addEventListener("unload", () => void hashing[Symbol.asyncDispose]());
const stored = await hashing.hash({ kind: "bcrypt", cost: 12 }, password); // starts the thread, too

Deno.bench("hash argon2id m=19456,t=2,p=1", async () => void await hashing.hash({ kind: "argon2id" }, password));
Deno.bench("hash bcrypt 12", async () => void await hashing.hash({ kind: "bcrypt", cost: 12 }, password));
Deno.bench("verify bcrypt 12", async () => void await hashing.verify(stored, password));
