import assert from "node:assert/strict";
import { validate, version } from "uuid";
import { uuidAt } from "./uuid_at.ts";

Deno.test("uuidAt writes the time into a UUIDv7, and the rest is random", () => {
  for (const at of [0, 1, 0x019a_0000_0000, 2 ** 48 - 1]) {
    const id = uuidAt(at);
    assert.ok(validate(id) && version(id) === 7, id);
    assert.equal(parseInt(id.slice(0, 8) + id.slice(9, 13), 16), at);
  }
  assert.equal(new Set(Array.from({ length: 1_000 }, () => uuidAt(1_000))).size, 1_000);
});
