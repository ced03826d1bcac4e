/**
 * Verifies passwords with a concurrency for some seconds. Prints the rate per second, which is the ceiling of logins,
 * and the CPU time of one in milliseconds, as JSON.
 */
import { createHashing } from "../../src/platform/hashing/hashing.ts";
import { cpuSeconds } from "../rig.ts";

const [concurrency = 1, seconds = 5] = Deno.args.map(Number);
const password = "measure twice, cut once";

await using hashing = createHashing({ concurrency, queueMax: concurrency });
const stored = await hashing.hash({ kind: "argon2id" }, password);
const cpuBefore = await cpuSeconds(Deno);
const started = performance.now();
const endsAt = started + seconds * 1000;
let count = 0;
await Promise.all(Array.from({ length: concurrency }, async () => {
  for (; performance.now() < endsAt; count++) {
    if (!await hashing.verify(stored, password)) throw new Error("no match");
  }
}));
const rate = count / ((performance.now() - started) / 1000);
console.log(JSON.stringify({ rate, costMs: (await cpuSeconds(Deno) - cpuBefore) / count * 1000 }));
