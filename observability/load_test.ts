import assert from "node:assert/strict";
import { until } from "../src/testing/servers/process.ts";
import { load } from "./grafana/load.ts";
import { startPrometheus } from "./prometheus_process.ts";

const queries = load.rows.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
const compose = await Deno.readTextFile(new URL("../compose.yaml", import.meta.url));
const percentiles = [...compose.match(/K6_PROMETHEUS_RW_TREND_STATS: (.*)/)![1]!.matchAll(/p\((\d+)\)/g)];

/**
 * A page with the series that k6 writes with the settings of compose.yaml (k6's documentation, "Prometheus remote
 * write"): the name of a counter ends in `_total`, of a rate in `_rate`, of a trend in its statistic.
 */
function seriesOfK6(requests: number): string {
  const labels = `{name="/login",method="POST",status="200",scenario="default"}`;
  return [
    `k6_http_reqs_total${labels} ${requests}`,
    `k6_dropped_iterations_total{scenario="default"} 0`,
    `k6_http_req_failed_rate${labels} 0`,
    `k6_vus 1`,
    ...percentiles.map(([, percent]) => `k6_http_req_duration_p${percent}${labels} 0.05`),
  ].join("\n") + "\n";
}

Deno.test("each query of the dashboard Load has data in the series that k6 writes with the settings of compose.yaml", async () => {
  assert.ok(percentiles.length > 0);
  let requests = 0;
  await using page = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(seriesOfK6(requests += 10), { headers: { "content-type": "text/plain; version=0.0.4" } }),
  );
  await using prometheus = await startPrometheus({ target: `127.0.0.1:${page.addr.port}`, token: "none", times: 1 });
  for (const { expr } of queries) {
    const concrete = expr.replaceAll("$__rate_interval", "1m");
    await until(concrete, async () => (await prometheus.query(concrete)).some(isNumber));
  }
});

function isNumber({ value: [, value] }: { value: [number, string] }): boolean {
  return value !== "NaN";
}
