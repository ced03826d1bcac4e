import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
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

Deno.test("alarms: one that another clears while both are due does not ring", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const rung: string[] = [];
  setAlarm(0, () => (rung.push("first"), clearAlarm(second)));
  const second = setAlarm(0, () => void rung.push("second"));
  setAlarm(1, resolve);
  await promise;
  assert.deepEqual(rung, ["first"]);
});

Deno.test("alarms: none rings in the context of whoever set another", async () => {
  const context = new AsyncLocalStorage<string>();
  const heard = Promise.withResolvers<string | undefined>();
  context.run("a request", () => setAlarm(0, () => heard.resolve(context.getStore())));
  assert.equal(await heard.promise, undefined);
});
