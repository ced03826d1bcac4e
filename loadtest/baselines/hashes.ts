/** Verifies passwords with a concurrency for some seconds, and prints the rate per second: the ceiling of logins. */
import { createHashing } from "../../src/platform/hashing/hashing.ts";

const [concurrency = 1, seconds = 5] = Deno.args.map(Number);
const password = "measure twice, cut once";

await using hashing = createHashing({ concurrency, queueMax: concurrency });
const stored = await hashing.hash({ kind: "argon2id" }, password);
const started = performance.now();
const endsAt = started + seconds * 1000;
let count = 0;
await Promise.all(Array.from({ length: concurrency }, async () => {
  for (; performance.now() < endsAt; count++) {
    if (!await hashing.verify(stored, password)) throw new Error("no match");
  }
}));
console.log(count / ((performance.now() - started) / 1000));
