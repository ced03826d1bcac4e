import assert from "node:assert/strict";
import { readConfig } from "../src/compose/config.ts";
import { featuresOf } from "../src/compose/features.ts";
import { operationsOf } from "../src/http/contract/feature_chain.ts";
import { metrics } from "../src/vocabulary/dictionary.ts";
import { durations, type Metric } from "../src/platform/metrics.ts";
import { alerts } from "./alerts.ts";
import { boards } from "./files.ts";
import { dashboardJson } from "./grafana/panels.ts";
import { ofAllReplicas } from "./grafana/queries.ts";
import { type Objective, objectives } from "./objectives.ts";
import { rulesYaml } from "./rules.ts";

const rules = rulesYaml();
const catalogue: Record<string, Metric> = metrics;
const panels = Object.values(boards).flatMap(({ rows }) => rows.flatMap((row) => row.panels));
const expressions = [
  ...Object.values(alerts).map(({ expr }) => expr),
  ...panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  ...rules.matchAll(/expr: \|\n((?: {10}.*\n)+)/g).map(([, expr]) => expr!),
];

Deno.test("every metric in a rule or a panel is a metric of Sentinel or a recorded series", () => {
  const recorded = new Set(rules.matchAll(/record: (\S+)/g).map(([, name]) => name!));
  for (const expr of expressions) {
    for (const [name] of expr.matchAll(/\b(?:job(?:_slo)?:)?(?:sentinel|http|process)_[\w:]+/g)) {
      const family = name.replace(/_(?:bucket|count|sum)$/, "");
      assert.ok(recorded.has(name) || name in catalogue || catalogue[family]?.kind === "histogram", name);
    }
  }
});

Deno.test("the duration of every SLO on latency is a bound of the histogram", () => {
  for (const { withinSeconds } of Object.values<Objective>(objectives)) {
    if (withinSeconds !== undefined) assert.ok((durations as readonly number[]).includes(withinSeconds));
  }
});

Deno.test("the SLO of requests with a token counts no page, and nothing that may hash a password", () => {
  const { settings } = readConfig({ SENTINEL_CLIENT_REGISTRATION: "open", SENTINEL_MAIL: "mailbox" });
  const [, methods, routes] = /method=~"([^"]*)",route!~"([^"]*)"/.exec(objectives.token_latency.selector)!;
  const isCounted = (method: string, route: string) =>
    new RegExp(`^(${methods})$`).test(method) && !new RegExp(`^(${routes})$`).test(route);
  const operations = operationsOf(featuresOf(settings));
  assert.ok(isCounted("GET", "/users/me") && isCounted("POST", "/access/v1/evaluation"));
  for (const { method, path, tags, problems } of operations) {
    if (!tags.includes("pages") && !path.startsWith("/console") && !problems.includes("overloaded")) continue;
    assert.ok(!isCounted(method.toUpperCase(), path), `${method} ${path}`);
  }
});

Deno.test("every alert has a runbook that names it, and every runbook has an alert", async () => {
  const folder = new URL("runbooks/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/\.md$/, "")).sort();
  assert.deepEqual(files, [...new Set(Object.values(alerts).map(({ runbook }) => runbook))].sort());
  for (const [name, { runbook }] of Object.entries(alerts)) {
    const text = await Deno.readTextFile(new URL(`${runbook}.md`, folder));
    assert.match(text, new RegExp(`\`${name}\``), runbook);
  }
});

Deno.test("every panel has a description and a unit, and every line is of an existing alert", () => {
  for (const { title, description, unit, alert } of panels) {
    assert.ok(description.length > 0 && unit.length > 0, title);
    if (alert) assert.ok(alert.name in alerts, `${title}: ${alert.name}`);
  }
});

Deno.test("every metric of Sentinel is on a dashboard", () => {
  const shown = panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)).join("\n");
  const behind = [...rules.matchAll(/record: (\S+)\n +expr: \|\n((?: {10}.*\n)+)/g)].map(([, name, expr]) =>
    shown.includes(name!) ? expr : ""
  );
  const names = new Set(
    [...`${shown}\n${behind}`.matchAll(/\b(?:sentinel|http|process)_\w+/g)].map(([name]) =>
      name.replace(/_(?:bucket|count|sum)$/, "")
    ),
  );
  assert.deepEqual(Object.keys(catalogue).filter((name) => !names.has(name)), []);
});

Deno.test("every panel shows the chosen replicas, or says that it always shows all", () => {
  for (const { title, description, queries } of panels) {
    const showsChosen = queries.every(({ expr }) => expr.includes("$instance"));
    assert.equal(description.includes(ofAllReplicas), !showsChosen, title);
  }
});

Deno.test("every panel shows the chosen environment", () => {
  for (const { title, queries } of panels) {
    for (const { expr } of queries) assert.ok(expr.includes("$environment"), title);
  }
});

Deno.test("every dashboard queries the data source that the reader chooses", () => {
  for (const text of Object.values(boards).map(dashboardJson)) {
    assert.deepEqual([...new Set(text.matchAll(/"uid": "(?!sentinel-)(.*)"/g).map(([, uid]) => uid))], [
      "${datasource}",
    ]);
    assert.doesNotMatch(text, /sentinel-prometheus/);
  }
});

Deno.test("every rule that aggregates by job aggregates by environment too", () => {
  for (const expr of [...Object.values(alerts).map(({ expr }) => expr), rules]) {
    assert.doesNotMatch(expr, /\b(?:by|on) \(job\b(?!, environment\b)/);
  }
});

Deno.test("the line of every panel is the limit of its alert", () => {
  for (const { title, alert } of panels) {
    if (!alert) continue;
    const comparison = "above" in alert ? />=? ([\d.]+)(?: \* ([\d.]+))?/g : /<=? ([\d.]+)()/g;
    const alertLimits = [...alerts[alert.name]!.expr.matchAll(comparison)].flatMap(([, limit, share]) => [
      Number(limit),
      ...share ? [Number((Number(limit) * Number(share)).toFixed(6))] : [],
    ]);
    const objective = Object.values<Objective>(objectives).find(({ alert: name }) => alert.name.startsWith(name));
    const line = "above" in alert ? alert.above : alert.below;
    assert.ok([...alertLimits, objective?.withinSeconds].includes(line), `${title}: ${line} is not of ${alert.name}`);
  }
});

Deno.test("LOGS.md explains every message that is logged, and no other", async () => {
  const sources = new URL("../src/", import.meta.url);
  const messages = new Set(["request"]);
  for (const name of await listSources(sources)) {
    const text = await Deno.readTextFile(new URL(name, sources));
    for (const [, , msg] of text.matchAll(/\blog\.(?:debug|info|warn|error)\((["'`])(.*?)\1/g)) {
      messages.add(msg!.replace(/\$\{.*?\}/g, "…"));
    }
  }
  const document = await Deno.readTextFile(new URL("LOGS.md", import.meta.url));
  const table = document.split("| `msg`").at(-1)!;
  const explained = [...table.matchAll(/^\| `(.+?)` /gm)].map(([, msg]) => msg!);
  assert.deepEqual(explained.toSorted(), [...messages].sort());
});

async function listSources(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && !["testing", "dev"].includes(name)) {
      names.push(...(await listSources(new URL(`${name}/`, folder))).map((inner) => `${name}/${inner}`));
    } else if (/^(?!.*_test).*\.ts$/.test(name)) names.push(name);
  }
  return names;
}

Deno.test("the server imports nothing that generates the dashboards", async () => {
  const main = new URL("../src/main.ts", import.meta.url).href;
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--quiet", "--json", main] });
  const { modules } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  const graph: string[] = modules.map(({ specifier }: { specifier: string }) => specifier);
  assert.ok(graph.some((specifier) => specifier.includes("prom-client")));
  assert.deepEqual(graph.filter((specifier) => /grafana|\/observability\//.test(specifier)), []);
});

Deno.test("the overview begins with traffic, errors and latency", () => {
  assert.deepEqual(boards.overview!.rows[0]!.panels.map(({ title }) => title).sort(), [
    "Error rate",
    "Latency P50/P95/P99",
    "Requests per second",
    "Top endpoints by traffic",
    "Total requests",
  ]);
});
