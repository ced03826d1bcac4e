import assert from "node:assert/strict";
import { metrics } from "../src/vocabulary/events.ts";
import type { Metric } from "../src/platform/metrics.ts";
import { alerts } from "./alerts.ts";
import { boards } from "./files.ts";
import { dashboardJson, ofAllReplicas } from "./grafana/panels.ts";
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

Deno.test("every metric that a rule or a panel asks for is in the catalogue or is recorded", () => {
  const recorded = new Set(rules.matchAll(/record: (\S+)/g).map(([, name]) => name!));
  for (const expr of expressions) {
    for (const [name] of expr.matchAll(/\b(?:job(?:_slo)?:)?(?:sentinel|http|process)_[\w:]+/g)) {
      const family = name.replace(/_(?:bucket|count|sum)$/, "");
      assert.ok(recorded.has(name) || name in catalogue || catalogue[family]?.kind === "histogram", name);
    }
  }
});

Deno.test("every promise about time is told by a bound of the histogram", () => {
  const { buckets } = metrics.http_request_duration_seconds;
  for (const { withinSeconds } of Object.values<Objective>(objectives)) {
    if (withinSeconds !== undefined) assert.ok((buckets as readonly number[]).includes(withinSeconds));
  }
});

Deno.test("every alert has a runbook that names it, and no runbook is left over", async () => {
  const folder = new URL("runbooks/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/\.md$/, "")).sort();
  assert.deepEqual(files, [...new Set(Object.values(alerts).map(({ runbook }) => runbook))].sort());
  for (const [name, { runbook }] of Object.entries(alerts)) {
    const text = await Deno.readTextFile(new URL(`${runbook}.md`, folder));
    assert.match(text, new RegExp(`\`${name}\``), runbook);
  }
});

Deno.test("every panel says what it shows and in which unit, and those with a line lead to a runbook", () => {
  for (const { title, description, unit, alert } of panels) {
    assert.ok(description.length > 0 && unit.length > 0, title);
    if (alert) assert.ok(alert.name in alerts, `${title}: ${alert.name}`);
  }
});

Deno.test("every panel follows the choice of a replica, or says that it does not", () => {
  for (const { title, description, queries } of panels) {
    const follows = queries.every(({ expr }) => expr.includes("$instance"));
    assert.equal(description.includes(ofAllReplicas), !follows, title);
  }
});

Deno.test("every panel follows the choice of an environment", () => {
  for (const { title, queries } of panels) {
    for (const { expr } of queries) assert.ok(expr.includes("$environment"), title);
  }
});

Deno.test("every dashboard asks the data source that its reader chooses", () => {
  for (const text of Object.values(boards).map(dashboardJson)) {
    assert.deepEqual([...new Set(text.matchAll(/"uid": "(?!sentinel-)(.*)"/g).map(([, uid]) => uid))], [
      "${datasource}",
    ]);
    assert.doesNotMatch(text, /sentinel-prometheus/);
  }
});

Deno.test("every rule that sums tells one environment from another", () => {
  for (const expr of [...Object.values(alerts).map(({ expr }) => expr), rules]) {
    assert.doesNotMatch(expr, /\b(?:by|on) \(job\b(?!, environment\b)/);
  }
});

Deno.test("the line of every panel is where its alert begins", () => {
  for (const { title, alert } of panels) {
    if (!alert) continue;
    const comparison = "above" in alert ? />=? ([\d.]+)(?: \* ([\d.]+))?/g : /<=? ([\d.]+)()/g;
    const begins = [...alerts[alert.name]!.expr.matchAll(comparison)].flatMap(([, limit, share]) => [
      Number(limit),
      ...share ? [Number((Number(limit) * Number(share)).toFixed(6))] : [],
    ]);
    const promise = Object.values<Objective>(objectives).find(({ alert: name }) => alert.name.startsWith(name));
    const line = "above" in alert ? alert.above : alert.below;
    assert.ok([...begins, promise?.withinSeconds].includes(line), `${title}: ${line} is not of ${alert.name}`);
  }
});

Deno.test("every line that is logged is explained, and nothing else is", async () => {
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

Deno.test("the server knows nothing of what makes the dashboards", async () => {
  const main = new URL("../src/main.ts", import.meta.url).href;
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--quiet", "--json", main] });
  const { modules } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  const graph: string[] = modules.map(({ specifier }: { specifier: string }) => specifier);
  assert.ok(graph.some((specifier) => specifier.includes("prom-client")));
  assert.deepEqual(graph.filter((specifier) => /grafana|\/observability\//.test(specifier)), []);
});

Deno.test("the overview begins with the five panels that everybody looks at first", () => {
  assert.deepEqual(boards.overview!.rows[0]!.panels.map(({ title }) => title).sort(), [
    "Error rate",
    "Latency P50/P95/P99",
    "Requests per second",
    "Top endpoints by traffic",
    "Total requests",
  ]);
});
