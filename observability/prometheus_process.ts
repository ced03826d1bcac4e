import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { freePort } from "../src/testing/servers/postgres_cluster.ts";
import { until } from "../src/testing/servers/process.ts";
import { accelerated, rulesYaml, withWideLatency } from "./rules.ts";

/** One series of an answer: its labels, and its value now. */
export type Sample = { metric: Record<string, string>; value: [time: number, value: string] };

/** A rule as Prometheus sees it. */
export type Rule = { name: string; query: string; health: string; lastError?: string; lastEvaluation: string };

/** A real Prometheus that scrapes one Sentinel. */
export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;

const shipped = new URL("prometheus/prometheus.yml", import.meta.url);

/**
 * Starts Prometheus in a temporary folder with the shipped configuration and rules. It scrapes each second, accepts
 * remote writes as in compose.yaml, and every window and wait of the rules is `times` shorter. The SLOs on latency
 * allow 10 s, so that a slow machine triggers no alert. Disposal kills it.
 */
export async function startPrometheus({ target, token, times }: { target: string; token: string; times: number }) {
  await using opening = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "sentinel-prometheus-" });
  opening.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.writeTextFile(join(folder, "token"), token);
  await Deno.mkdir(join(folder, "rules"));
  await Deno.writeTextFile(join(folder, "rules/sentinel.yml"), withWideLatency(accelerated(rulesYaml(), times)));
  const configuration = (await Deno.readTextFile(shipped))
    .replaceAll("15s", "1s")
    .replace("sentinel:8000", target)
    .replace(/# (authorization: .*)\/run\/secrets\/sentinel_metrics_token/, `$1${join(folder, "token")}`);
  await Deno.writeTextFile(join(folder, "prometheus.yml"), configuration);
  const address = `127.0.0.1:${freePort()}`;
  const child = new Deno.Command("prometheus", {
    args: [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
      "--web.enable-remote-write-receiver",
      "--log.level=error",
    ],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  opening.defer(async () => {
    child.kill("SIGKILL");
    await child.status;
  });
  await until("Prometheus is ready", async () => (await statusOf(`http://${address}/-/ready`)) === 200);
  const resources = opening.move();

  return {
    origin: `http://${address}`,
    query,
    rules,
    firing,
    until,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  /** The value of an expression now. @throws when Prometheus refuses it. */
  async function query(expr: string): Promise<Sample[]> {
    return (await ask<{ result: Sample[] }>("query", new URLSearchParams({ query: expr }))).result;
  }

  /** Every rule with the result of its last evaluation. */
  async function rules(): Promise<Rule[]> {
    return (await ask<{ groups: { rules: Rule[] }[] }>("rules")).groups.flatMap(({ rules }) => rules);
  }

  /** The names of the alerts that fire now. */
  async function firing(): Promise<string[]> {
    type Alerts = { alerts: { state: string; labels: Record<string, string> }[] };
    const active = (await ask<Alerts>("alerts")).alerts.filter(({ state }) => state === "firing");
    return [...new Set(active.map(({ labels }) => labels.alertname!))].sort();
  }

  async function ask<T>(what: string, body?: URLSearchParams): Promise<T> {
    const response = await fetch(`http://${address}/api/v1/${what}`, body ? { method: "POST", body } : {});
    const { status, data, error } = await response.json();
    if (status !== "success") throw new Error(`${error}: ${body?.get("query") ?? what}`);
    return data;
  }
}

/** Runs promtool in the folder of the shipped files. */
export async function promtool(...args: string[]): Promise<{ success: boolean; output: string }> {
  const cwd = fileURLToPath(new URL(".", shipped));
  const { success, stdout, stderr } = await new Deno.Command("promtool", { args, cwd }).output();
  return { success, output: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n") };
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined; // not listening yet
  }
}
