import assert from "node:assert/strict";
import { clearAlarm, setAlarm } from "./alarms.ts";

Deno.test("alarms: each rings once and never early, in whatever order they are set, and none that was cleared", async () => {
  const start = performance.now();
  const rung: number[] = [];
  const ringAt = (ms: number) =>
    new Promise<void>((resolve) =>
      setAlarm(start + ms, () => {
        assert.ok(performance.now() >= start + ms);
        rung.push(ms);
        resolve();
      })
    );
  const ends = [20, 5, 10, 5].map(ringAt);
  clearAlarm(setAlarm(start + 1, () => rung.push(1)));
  await Promise.all(ends);
  assert.deepEqual(rung.toSorted((a, b) => a - b), [5, 5, 10, 20]);
});

Deno.test("alarms: one that is set while others ring rings too", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setAlarm(0, () => setAlarm(0, resolve));
  await promise;
});
