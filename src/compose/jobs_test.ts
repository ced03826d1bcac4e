import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("failed logins wait for the slowest kind of hash from the first request on", () => {
  assert.equal(sentinel.logins.whenMinimumKnown(), undefined);
  sentinel.startJobs();
  assert.ok(sentinel.logins.whenMinimumKnown());
});
