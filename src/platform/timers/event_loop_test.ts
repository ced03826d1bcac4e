import assert from "node:assert/strict";
import { watchEventLoop } from "./event_loop.ts";

Deno.test("F33 any delay of the event loop is measured, with its length", async () => {
  const delays: number[] = [];
  const held = Promise.withResolvers<void>();
  using _ = watchEventLoop((seconds) => {
    delays.push(seconds);
    if (seconds >= 0.2) held.resolve();
  });
  const until = performance.now() + 300; // the sampler is due after 100
  while (performance.now() < until);
  await held.promise;
  assert.ok(delays.every((seconds) => seconds >= 0), "no timer is early");
});
