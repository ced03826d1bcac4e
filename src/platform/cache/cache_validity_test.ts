import assert from "node:assert/strict";
import { isFresh, keepUntil } from "./cache_validity.ts";

Deno.test("an entry is fresh until it is dropped while the caches are valid, and for 2 s otherwise", () => {
  const now = performance.now();
  assert.equal(keepUntil({ trusted: true }), Infinity);
  assert.ok(isFresh(Infinity));
  const until = keepUntil({ trusted: false });
  const laterMs = performance.now() - now;
  assert.ok(until >= now + 2_000 && until <= now + 2_000 + laterMs, `${until - now} ms`);
  assert.deepEqual([isFresh(performance.now() + 60_000), isFresh(performance.now())], [true, false]);
});
