import assert from "node:assert/strict";
import { createMetrics, durations } from "./metrics.ts";

Deno.test("a bucket of a histogram holds what is at most its bound, and the buckets below (OpenMetrics 1.0)", async () => {
  const metrics = createMetrics({ waits: { kind: "histogram", help: "Waits" } });
  for (const value of [1, 1.5, 2.5, 10, 12]) metrics.waits.with({}).observe(value);
  const lines = (await metrics.expose()).split("\n").filter((line) => line.startsWith("waits"));
  assert.equal(lines.length, durations.length + 3);
  assert.deepEqual(lines.slice(8), [
    'waits_bucket{le="0.5"} 0',
    'waits_bucket{le="1"} 1',
    'waits_bucket{le="2.5"} 3',
    'waits_bucket{le="5"} 3',
    'waits_bucket{le="10"} 4',
    'waits_bucket{le="+Inf"} 5',
    "waits_sum 27",
    "waits_count 5",
  ]);
});
