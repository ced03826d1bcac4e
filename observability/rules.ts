import { durations } from "../src/platform/metrics.ts";
import { type Alert, alerts, runbooksUrl } from "./alerts.ts";
import {
  burnRates,
  families,
  installation,
  type Objective,
  type ObjectiveName,
  objectiveNames,
  objectives,
} from "./objectives.ts";

type Recorded = { record: string; expr: string; labels?: Record<string, string> };

/** Every recorded series except those of the SLOs. */
const recorded: Recorded[] = [
  {
    record: "job:sentinel_db_reachable:max1m",
    expr: `max by (${installation}) (max_over_time(sentinel_db_reachable[1m]))`,
  },
  { record: "job:sentinel_logins:rate5m", expr: `sum by (${installation}) (rate(sentinel_logins_total[5m]))` },
  {
    record: "job:sentinel_logins_stuffing:rate5m",
    expr: `sum by (${installation}) (rate(sentinel_logins_total{outcome="unknown_name"}[5m]))
+
sum by (${installation}) (rate(sentinel_throttled_total{limit="login_address"}[5m]))`,
  },
  {
    record: "job:sentinel_logins_wrong_password:rate5m",
    expr: `sum by (${installation}) (rate(sentinel_logins_total{outcome="wrong_password"}[5m]))`,
  },
  {
    record: "job:sentinel_guessed_accounts:rate5m",
    expr: `sum by (${installation}) (rate(sentinel_guessed_accounts_total[5m]))`,
  },
];

/** `observability/prometheus/rules/sentinel.yml`, or the part of it with these SLOs and alerts. */
export function rulesYaml(
  slos: readonly ObjectiveName[] = objectiveNames,
  names: readonly string[] = Object.keys(alerts),
): string {
  const groups = [
    ...slos.map((slo) => group(`sentinel-objective-${slo}`, objectiveRules(slo, objectives[slo]).map(recordYaml))),
    group("sentinel-recorded", recorded.map(recordYaml)),
    group("sentinel-alerts", names.map((name) => alertYaml(name, alerts[name]!))),
  ];
  return `${generated}groups:\n${groups.join("\n")}`;
}

/** The rules with every window and every wait `times` shorter, rounded to whole seconds. */
export function accelerated(yaml: string, times: number): string {
  const shorter = (count: string, unit: string) =>
    `${Math.max(1, Math.round(Number(count) * secondsOf[unit as keyof typeof secondsOf] / times))}s`;
  return yaml
    .replaceAll(/\[(\d+)([smhd])\]/g, (_, count, unit) => `[${shorter(count, unit)}]`)
    .replaceAll(/^(\s+for: )(\d+)([smhd])$/gm, (_, key, count, unit) => key + shorter(count, unit));
}

/** The rules for a machine that is busy with tests: every SLO on latency has the largest bound of the histogram. */
export function withWideLatency(yaml: string): string {
  return yaml.replaceAll(/le=~"[^"]+"/g, `le=~"${leOf(durations.at(-1)!)}"`);
}

const secondsOf = { s: 1, m: 60, h: 3_600, d: 86_400 };

const generated = "# From observability/alerts.ts and objectives.ts, by `deno task generate`.\n";

/** The requests of an SLO, and the share of bad ones over every window of the burn rates. */
function objectiveRules(slo: string, { family, selector, withinSeconds }: Objective): Recorded[] {
  const labels = { slo };
  const { count, duration, failed } = families[family];
  const rate = (series: string, window: string, more = "") =>
    `sum by (${installation}) (rate(${series}{${[selector, more].filter(Boolean).join(",")}}[${window}]))`;
  const all = (window: string) => rate(withinSeconds === undefined ? count : `${duration}_count`, window);
  const bad = (window: string) =>
    withinSeconds === undefined
      ? `(${rate(count, window, failed)} or 0 * ${all(window)})`
      : `(${all(window)} - ${rate(`${duration}_bucket`, window, `le=~"${leOf(withinSeconds)}"`)})`;
  const windows = [...new Set(burnRates.flatMap(({ long, short }) => [short, long]))];
  return [
    { record: "job_slo:sentinel_requests:rate1h", expr: all("1h"), labels },
    ...windows.map((window) => ({
      record: `job_slo:sentinel_errors:ratio_rate${window}`,
      expr: `${bad(window)}\n/\n(${all(window)} > 0)`,
      labels,
    })),
  ];
}

/** The label of a histogram's bound: Prometheus 3 writes every bound as a float, Prometheus 2 as it was sent. */
function leOf(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}(\\\\.0)?` : String(seconds).replace(".", "\\\\.");
}

function group(name: string, rules: string[]): string {
  return `  - name: ${name}\n    rules:\n${rules.join("")}`;
}

function recordYaml({ record, expr, labels = {} }: Recorded): string {
  return `      - record: ${record}\n        expr: |\n${indented(expr, 10)}${mapping("labels", labels)}`;
}

function alertYaml(name: string, { severity, expr, for: pending, summary, description, runbook }: Alert): string {
  const annotations = { summary, description, runbook_url: `${runbooksUrl}/${runbook}.md` };
  return `      - alert: ${name}\n        expr: |\n${indented(expr, 10)}` +
    (pending ? `        for: ${pending}\n` : "") + mapping("labels", { severity }) +
    mapping("annotations", annotations);
}

function mapping(key: string, values: Record<string, string>): string {
  const rows = Object.entries(values).map(([name, value]) => `          ${name}: ${JSON.stringify(value)}\n`);
  return rows.length === 0 ? "" : `        ${key}:\n${rows.join("")}`;
}

function indented(text: string, spaces: number): string {
  return text.split("\n").map((line) => " ".repeat(spaces) + line + "\n").join("");
}
