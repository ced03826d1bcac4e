import assert from "node:assert/strict";
import { FreshMap } from "./fresh_map.ts";

Deno.test("an entry counts until its end, and one without an end until it is deleted", () => {
  const map = new FreshMap<string, { name: string }>(10);
  const [ada, grace] = [{ name: "ada" }, { name: "grace" }];
  map.set("lasting", ada, Infinity);
  map.set("brief", grace, performance.now() + 60_000);
  map.set("past", grace, performance.now() - 1);
  assert.equal(map.get("lasting"), ada);
  assert.equal(map.get("brief"), grace);
  assert.equal(map.get("past"), undefined);
  map.delete("lasting");
  assert.equal(map.get("lasting"), undefined);
  map.set("brief", ada, Infinity);
  assert.equal(map.get("brief"), ada);
  map.clear();
  assert.equal(map.get("brief"), undefined);
});
