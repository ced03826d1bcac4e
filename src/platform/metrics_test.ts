import assert from "node:assert/strict";
import { createMetrics } from "./metrics.ts";

Deno.test("a bucket of a histogram holds what is at most its bound, and the buckets below (OpenMetrics 1.0)", async () => {
  const metrics = createMetrics({
    waits: { kind: "histogram", help: "Waits", labels: {}, buckets: [1, 2] },
  });
  for (const value of [1, 1.5, 2, 2.5]) metrics.waits.with({}).observe(value);
  const lines = (await metrics.expose()).split("\n").filter((line) => line.startsWith("waits"));
  assert.deepEqual(lines, [
    'waits_bucket{le="1"} 1',
    'waits_bucket{le="2"} 3',
    'waits_bucket{le="+Inf"} 4',
    "waits_sum 7",
    "waits_count 4",
  ]);
});
