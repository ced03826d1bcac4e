import assert from "node:assert/strict";
import { BoundedMap } from "./bounded_map.ts";

Deno.test("a bounded map never exceeds its size, and drops first what was not read lately", () => {
  const map = new BoundedMap<number, string>(4);
  for (let n = 0; n < 100; n++) {
    map.set(n, `${n}`);
    assert.equal(map.get(0), "0"); // is read all the time
  }
  assert.equal(map.get(50), undefined);
  const held = Array.from({ length: 100 }, (_, n) => map.get(n)).filter((value) => value !== undefined);
  assert.ok(held.length > 0 && held.length <= 4, held.join());
});

Deno.test("age() of a bounded map drops what was not read since the previous call", () => {
  const map = new BoundedMap<string, number>(100);
  map.set("asked for", 1);
  map.set("forgotten", 2);
  map.age();
  assert.equal(map.get("asked for"), 1);
  map.age();
  assert.deepEqual([map.get("asked for"), map.get("forgotten")], [1, undefined]);
});

Deno.test("X61 a deleted or cleared entry is gone, whichever of the two generations held it", () => {
  for (const generation of ["young", "old"]) {
    for (const forget of ["delete", "clear"] as const) {
      const map = new BoundedMap<string, number>(100);
      map.set("revoked", 1);
      if (generation === "old") map.age();
      map[forget]("revoked");
      assert.equal(map.get("revoked"), undefined, `${forget}, ${generation}`);
    }
  }
});

Deno.test("X61 an entry that was set again after ageing has one value, and none once it is deleted", () => {
  const map = new BoundedMap<string, number>(100);
  map.set("session", 1);
  map.age();
  map.set("session", 2);
  assert.equal(map.get("session"), 2);
  map.delete("session");
  assert.equal(map.get("session"), undefined);
});
