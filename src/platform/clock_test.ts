import assert from "node:assert/strict";
import { createDatabaseClock } from "./clock.ts";

Deno.test("F31 the time comes from the database, however wrong the machine's clock is", () => {
  const clock = createDatabaseClock();
  for (const wrongByMs of [90_000, -90_000, 3_600_000]) {
    const [theirs, sentAt] = [Date.now() - wrongByMs, performance.now()];
    clock.hear(theirs, sentAt);
    const elapsedMs = clock.now() - theirs;
    assert.ok(elapsedMs >= 0 && elapsedMs <= performance.now() - sentAt, `${wrongByMs}: ${elapsedMs}`);
  }
});

Deno.test("F32 a jump of the machine's clock has no effect", () => {
  const clock = createDatabaseClock();
  const before = clock.now();
  const machine = Date.now;
  for (const jumpMs of [-3_600_000, 3_600_000]) {
    try {
      Date.now = () => machine() + jumpMs;
      const now = clock.now();
      assert.ok(now >= before && now - before < Math.abs(jumpMs));
    } finally {
      Date.now = machine;
    }
  }
});
