import assert from "node:assert/strict";
import { createCachedValue } from "./cached_value.ts";

/** A value whose loads succeed or fail when the test says so. */
function heldLoads(trusted = true) {
  const loads: PromiseWithResolvers<string>[] = [];
  const load = () => {
    const next = Promise.withResolvers<string>();
    loads.push(next);
    return next.promise;
  };
  return { loads, value: createCachedValue(load, { trusted }) };
}

Deno.test("X60 a load that a change overtakes answers those who asked before it, and is not kept", async () => {
  const { loads, value } = heldLoads();
  const early = value.get();
  value.forget();
  loads[0]!.resolve("before the change");
  assert.equal(await early, "before the change");
  assert.equal(value.peek(), undefined);
  const late = value.get();
  loads[1]!.resolve("after the change");
  assert.deepEqual([await late, value.peek(), loads.length], ["after the change", "after the change", 2]);
});

Deno.test("X60 an overtaken load that ends last neither replaces the kept value nor ends the newer load", async () => {
  const { loads, value } = heldLoads();
  const early = value.get();
  value.forget();
  const late = value.get();
  loads[0]!.resolve("before the change");
  await early;
  assert.equal(value.get(), late, "the newer load is joined, no third one begins");
  loads[1]!.resolve("after the change");
  assert.equal(await late, "after the change");
  assert.deepEqual([value.peek(), loads.length], ["after the change", 2]);

  const again = heldLoads();
  const [first] = [again.value.get()];
  again.value.forget();
  const second = again.value.get();
  again.loads[1]!.resolve("after the change");
  await second;
  again.loads[0]!.resolve("before the change");
  await first;
  assert.equal(again.value.peek(), "after the change");
});

Deno.test("a load is shared, kept until it is forgotten, and repeated after a failure", async () => {
  const { loads, value } = heldLoads();
  const failing = value.get();
  assert.equal(value.get(), failing);
  loads[0]!.reject(new Error("out of order"));
  await assert.rejects(async () => await failing, /out of order/);
  assert.equal(value.peek(), undefined);
  const loaded = value.get();
  loads[1]!.resolve("there");
  await loaded;
  assert.deepEqual([value.get(), loads.length], ["there", 2]);
  value.forget();
  assert.equal(value.peek(), undefined);
});
