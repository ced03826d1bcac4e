import assert from "node:assert/strict";
import { dummyHash, schemeOf } from "../platform/hashing/hashing.ts";
import { createHashCosts } from "./hash_costs.ts";

Deno.test("X17 each kind of hash is measured once, and again when the machine may have paused", async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const pauses = [0, 3000, 0, 0, 9000, 0, 0]; // beside what each hash takes
  const takes: Record<string, number> = { "$2$04": 10, "$2$14": 1600, "$2$16": 6400 };
  const verify = (hash: string) => {
    asked.push(schemeOf(hash)!);
    nowMs += takes[asked.at(-1)!]! + (pauses.shift() ?? 0);
    return Promise.resolve(false);
  };
  const costs = createHashCosts({ hashing: { verify }, monotonic: () => nowMs, max: 4000 });
  const [fast, slow] = [dummyHash("$2$14"), dummyHash("$2$16")];
  await costs.measure([fast, fast]);
  await costs.measure([slow, fast]);
  assert.deepEqual([costs.of(fast), costs.of(slow)], [1600, 6400]);
  assert.deepEqual(asked, ["$2$04", "$2$14", "$2$14", "$2$14", "$2$16", "$2$16", "$2$16"]);
});
