import assert from "node:assert/strict";
import { createLiveMap } from "./live_map.ts";

/** A map whose loads end when the test says so. */
function heldLoads(trusted = true) {
  const loads: PromiseWithResolvers<string | undefined>[] = [];
  const load = () => {
    const next = Promise.withResolvers<string | undefined>();
    loads.push(next);
    return next.promise;
  };
  return { loads, map: createLiveMap({ load, cacheValidity: { trusted } }) };
}

Deno.test("createLiveMap loads an object once for all who ask, and then answers without a promise", async () => {
  const { loads, map } = heldLoads();
  const [first, second] = [map.get("a"), map.get("a")];
  assert.equal(loads.length, 1);
  loads[0]!.resolve("known");
  assert.deepEqual([await first, await second, map.get("a"), loads.length], ["known", "known", "known", 1]);
});

Deno.test("createLiveMap does not keep what a change has overtaken, and loads it anew", async () => {
  for (const change of ["forget", "forgetAll"] as const) {
    const { loads, map } = heldLoads();
    const early = map.get("a");
    map[change]("a");
    const late = map.get("a");
    loads[0]!.resolve("before the change");
    loads[1]!.resolve("after the change");
    assert.deepEqual([await early, await late, map.get("a")], [
      "before the change",
      "after the change",
      "after the change",
    ]);
    map[change]("a");
    assert.ok(map.get("a") instanceof Promise, change);
  }
});

Deno.test("createLiveMap keeps nothing of an id without an object", async () => {
  const { loads, map } = heldLoads();
  for (let n = 0; n < 2; n++) {
    const answer = map.get("a");
    loads[n]!.resolve(undefined);
    assert.equal(await answer, undefined);
  }
});
