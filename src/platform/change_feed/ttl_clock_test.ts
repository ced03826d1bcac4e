import assert from "node:assert/strict";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { until } from "../../testing/servers/process.ts";
import type { DatabaseClock } from "../clock.ts";

testOnPostgres(
  "F31 without a change feed too the time comes from the database, at the start and repeatedly",
  async () => {
    await using sentinel = await startSentinel({ settings: { SENTINEL_CHANGE_FEED: "ttl" } });
    const clock = sentinel.clock as DatabaseClock;
    const wrongByMs = () => Math.abs(clock.now() - Date.now());
    assert.ok(wrongByMs() < 60_000);
    clock.hear(Date.now() - 3_600_000, performance.now());
    assert.ok(wrongByMs() > 3_000_000);
    await until("the time is heard", () => wrongByMs() < 60_000);
  },
);
