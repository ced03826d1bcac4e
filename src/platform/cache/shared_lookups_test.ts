import assert from "node:assert/strict";
import { createSharedLookups } from "./shared_lookups.ts";

/** Look-ups that end when the test says so, and whether each result may be kept. */
function held() {
  const fills = createSharedLookups<string>();
  const loads: { answer: PromiseWithResolvers<string | undefined>; mayKeep: () => boolean }[] = [];
  const join = (key: string, userId = key) =>
    fills.join(key, userId, (mayKeep) => {
      const answer = Promise.withResolvers<string | undefined>();
      loads.push({ answer, mayKeep });
      return answer.promise;
    });
  return { ...fills, join, loads };
}

Deno.test("X62 an overtaken look-up does not affect the newer one, which later callers join", async () => {
  const { join, overtake, loads } = held();
  const early = join("ada");
  overtake("ada");
  const late = join("ada");
  loads[0]!.answer.resolve("before");
  assert.equal(await early, "before");
  const later = join("ada");
  assert.equal(loads.length, 2, "no third look-up begins");
  loads[1]!.answer.resolve("after");
  assert.deepEqual([await late, await later], ["after", "after"]);
  assert.deepEqual(loads.map(({ mayKeep }) => mayKeep()), [false, true]);
});

Deno.test("X62 a change of the user also overtakes the newer look-up, after the older one has ended", async () => {
  const { join, overtake, overtakeAll, loads } = held();
  const early = join("session", "ada");
  overtake("session");
  const late = join("session", "ada");
  loads[0]!.answer.resolve("before");
  await early;
  overtakeAll("ada");
  loads[1]!.answer.resolve("overtaken");
  await late;
  assert.equal(loads[1]!.mayKeep(), false);
});

Deno.test("a change of one user, or of everything, overtakes exactly the look-ups that it concerns", async () => {
  const { join, overtakeAll, loads } = held();
  const all = [join("one", "ada"), join("two", "ada"), join("three", "grace")];
  overtakeAll("ada");
  assert.deepEqual(loads.map(({ mayKeep }) => mayKeep()), [false, false, true]);
  overtakeAll();
  assert.deepEqual(loads.map(({ mayKeep }) => mayKeep()), [false, false, false]);
  for (const { answer } of loads) answer.resolve("x");
  await Promise.all(all);
});

Deno.test("after a look-up has ended or failed, the next one starts again", async () => {
  const { join, loads } = held();
  const failing = join("ada");
  loads[0]!.answer.reject(new Error("out of order"));
  await assert.rejects(failing, /out of order/);
  const found = join("ada");
  loads[1]!.answer.resolve("ada");
  await found;
  const again = join("ada");
  loads[2]!.answer.resolve("ada");
  await again;
  assert.equal(loads.length, 3);
});
