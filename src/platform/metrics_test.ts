import assert from "node:assert/strict";
import { type Catalogue, createMetrics, durations } from "./metrics.ts";

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

Deno.test("the values of several workers are added up, or the largest or smallest counts", async () => {
  const catalogue = {
    hits_total: { kind: "counter", help: "Hits", labels: { way: [] } },
    cpu_total: { kind: "counter", merge: "max", help: "CPU" },
    busy: { kind: "gauge", merge: "sum", help: "Busy" },
    up: { kind: "gauge", merge: "min", help: "Up" },
    waits: { kind: "histogram", help: "Waits" },
  } as const satisfies Catalogue;
  const worker = (way: string, value: number) => {
    const metrics = createMetrics(catalogue);
    metrics.hits_total.with({ way: "any" }).inc(value);
    metrics.hits_total.with({ way }).inc();
    metrics.onScrape(() => metrics.cpu_total.with({}).raiseTo(value));
    metrics.busy.with({}).set(value);
    metrics.up.with({}).set(value);
    metrics.waits.with({}).observe(value);
    return metrics;
  };
  const [first, second] = [worker("left", 1), worker("right", 4)];
  const lines = (await first.expose([structuredClone(second.snapshot())])).split("\n");
  assert.deepEqual(lines.filter((line) => /^(?:hits|cpu|busy|up)/.test(line)), [
    'hits_total{way="any"} 5',
    'hits_total{way="left"} 1',
    'hits_total{way="right"} 1',
    "cpu_total 4",
    "busy 5",
    "up 1",
  ]);
  assert.deepEqual(lines.filter((line) => /^waits_(?:sum|count)|le="(?:1|2.5|5)"/.test(line)), [
    'waits_bucket{le="1"} 1',
    'waits_bucket{le="2.5"} 1',
    'waits_bucket{le="5"} 2',
    "waits_sum 5",
    "waits_count 2",
  ]);
});

Deno.test("workers count in the same series, in whichever order they name its labels", async () => {
  const catalogue = { hits_total: { kind: "counter", help: "Hits", labels: { way: [], place: [] } } } as const;
  const [first, second] = [createMetrics(catalogue), createMetrics(catalogue)];
  first.hits_total.with({ way: "left", place: "here" }).inc();
  second.hits_total.with({ place: "here", way: "left" }).inc();
  const lines = (await first.expose([second.snapshot()])).split("\n");
  assert.deepEqual(lines.filter((line) => line.startsWith("hits")), ['hits_total{way="left",place="here"} 2']);
});
