import assert from "node:assert/strict";
import { readAhead } from "./read_ahead.ts";

/** Counts to three, and tells what it does. */
async function* counting(told: string[], failsAt = 0): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= 3; n++) {
      await Promise.resolve();
      told.push(`read ${n}`);
      if (n === failsAt) throw new Error("no more");
      yield n;
    }
  } finally {
    told.push("closed");
  }
}

Deno.test("each value comes once and in order, and the next one is read meanwhile", async () => {
  const told: string[] = [];
  for await (const n of readAhead(counting(told))) {
    await new Promise((resolve) => setTimeout(resolve));
    told.push(`used ${n}`);
  }
  assert.deepEqual(told, ["read 1", "read 2", "used 1", "read 3", "used 2", "closed", "used 3"]);
});

Deno.test("an error while reading comes after the values before it", async () => {
  const used: number[] = [];
  await assert.rejects(async () => {
    for await (const n of readAhead(counting([], 3))) used.push(n);
  }, /no more/);
  assert.deepEqual(used, [1, 2]);
});

Deno.test("a caller who leaves ends the reading", async () => {
  const told: string[] = [];
  for await (const _ of readAhead(counting(told))) break;
  assert.deepEqual(told, ["read 1", "read 2", "closed"]);
});
