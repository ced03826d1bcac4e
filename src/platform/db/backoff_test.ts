import assert from "node:assert/strict";
import { createBackoff } from "./backoff.ts";

Deno.test("refusals of attempts that were in progress together pause once, and each later one twice as long", () => {
  let nowMs = 0;
  const backoff = createBackoff(() => nowMs);
  const pauseMs = () => {
    const began = nowMs;
    while (backoff.isPaused()) nowMs++;
    return nowMs - began;
  };
  const begun = Array.from({ length: 10 }, () => backoff.began());
  nowMs = 1;
  for (const at of begun) backoff.refused(at);
  assert.equal(pauseMs(), 25);
  backoff.refused(backoff.began());
  assert.equal(pauseMs(), 50);
  for (let refusals = 0; refusals < 9; refusals++) backoff.refused(backoff.began());
  assert.equal(pauseMs(), 1_000);
  backoff.accepted();
  assert.equal(pauseMs(), 0);
});
