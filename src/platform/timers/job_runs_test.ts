import assert from "node:assert/strict";
import { createJobRuns } from "./job_runs.ts";

const { signal: stopping } = new AbortController();

Deno.test("the last run of a job is remembered with its time, and a failure until the next one", async () => {
  let now = 1_000;
  const { observed, list } = createJobRuns({ clock: { now: () => now } });
  let isBroken = true;
  const work = observed("purge", 60_000, () => {
    now += 250;
    return isBroken ? Promise.reject(new Error("no disk")) : Promise.resolve();
  });
  observed("another", 1_000, () => Promise.resolve());
  assert.deepEqual(list().map(({ name, startedAt }) => [name, startedAt]), [["another", undefined], [
    "purge",
    undefined,
  ]]);
  await assert.rejects(work(stopping), /no disk/);
  const failed = { failures: 1, failedAt: 1_250, failure: "no disk" };
  assert.deepEqual(list()[1], {
    name: "purge",
    everyMs: 60_000,
    isRunning: false,
    startedAt: 1_000,
    tookMs: 250,
    ...failed,
  });
  isBroken = false;
  await work(stopping);
  assert.deepEqual(list()[1], {
    name: "purge",
    everyMs: 60_000,
    isRunning: false,
    startedAt: 1_250,
    tookMs: 250,
    ...failed,
  });
});
