import assert from "node:assert/strict";
import { startServe, until } from "../src/testing/process.ts";
import { hasPostgres, startPostgres } from "../src/testing/postgres_cluster.ts";
import { load } from "./grafana/load.ts";
import { startPrometheus } from "./prometheus_process.ts";

const hasPrograms = hasPostgres && await has("prometheus", "--version") && await has("k6", "version");
const queries = load.rows.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
const metricsToken = "the-scraper-and-nobody-else";
const admin = { username: "load-admin", password: "measure twice, cut once" };

Deno.test({
  name: "what k6 writes into Prometheus as in compose.yaml answers each query of the dashboard Load",
  ignore: !hasPrograms,
  async fn() {
    await using postgres = await startPostgres();
    await using sentinel = await startServe({
      env: {
        DATABASE_URL: postgres.url(),
        SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(),
        SENTINEL_METRICS_TOKEN: metricsToken,
        SENTINEL_LOG_LEVEL: "error",
        SENTINEL_ADMIN_USERNAME: admin.username,
        SENTINEL_ADMIN_EMAIL: "load-admin@example.com",
        SENTINEL_ADMIN_PASSWORD: admin.password,
      },
    });
    await using prometheus = await startPrometheus({
      target: `127.0.0.1:${sentinel.port}`,
      token: metricsToken,
      times: 1,
    });
    await using k6 = startK6({ origin: `http://127.0.0.1:${sentinel.port}`, prometheus: prometheus.origin });
    for (const { expr } of queries) {
      const concrete = expr.replaceAll("$__rate_interval", "1m");
      await until(concrete, async () => k6.isOver() || (await prometheus.query(concrete)).some(isNumber));
      if (k6.isOver()) assert.fail(`k6 ended: ${await k6.output()}`);
    }
  },
});

/** Runs the smoke test again and again until disposal, and writes by the settings that compose.yaml has. */
function startK6({ origin, prometheus }: { origin: string; prometheus: string }) {
  const settings = Deno.readTextFileSync(new URL("../compose.yaml", import.meta.url))
    .matchAll(/^ +(K6_PROMETHEUS_RW_\w+): "?([^"\n]+)/gm).map(([, name, value]) => [name!, value!]);
  const child = new Deno.Command("k6", {
    args: ["run", "--quiet", "--duration", "2m", "--out", "experimental-prometheus-rw", "loadtest/k6/smoke.ts"],
    env: {
      ...Object.fromEntries(settings),
      K6_PROMETHEUS_RW_SERVER_URL: `${prometheus}/api/v1/write`,
      K6_PROMETHEUS_RW_PUSH_INTERVAL: "1s",
      K6_NO_USAGE_REPORT: "true",
      ORIGIN: origin,
      ADMIN_USERNAME: admin.username,
      ADMIN_PASSWORD: admin.password,
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let over = false;
  const output = child.output().then(({ stderr }) => {
    over = true;
    return new TextDecoder().decode(stderr);
  });
  return {
    isOver: () => over,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (!over) child.kill("SIGKILL");
      await output;
    },
  };
}

function isNumber({ value: [, value] }: { value: [number, string] }): boolean {
  return value !== "NaN";
}

function has(command: string, ...args: string[]): Promise<boolean> {
  return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()
    .then(({ success }) => success, () => false);
}
