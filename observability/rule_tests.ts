import { alerts, type Case } from "./alerts.ts";
import { objectiveNames, objectives } from "./objectives.ts";
import { rulesYaml } from "./rules.ts";

/** Rules, and what they are tested with, as promtool reads them. */
export type RuleTest = { name: string; rules: string; tests: (rulesFile: string) => string };

type NamedCase = { alert: string; firing: string[]; each: Case };

/** The alert about what all others are silent about. */
const databaseDown = "SentinelDatabaseDown";

/** Cases that last longer are evaluated every four minutes: a series counts for five minutes after its last sample. */
const longMinutes = 600;

/**
 * The cases of every alert, those that trigger it and those that do not. Each SLO is tested with its own rules, and the
 * other alerts without those of the SLOs, because promtool evaluates every rule each minute; an outage of the database
 * is tested with all.
 */
export function ruleTests(): RuleTest[] {
  const burns = new Map(objectiveNames.map((slo) => {
    const { alert } = objectives[slo];
    return [slo, [`${alert}Fast`, `${alert}Slow`]];
  }));
  const others = Object.keys(alerts).filter((name) => ![...burns.values()].flat().includes(name));
  return [
    ...[...burns].flatMap(([slo, names]) => testsOf(slo, rulesYaml([slo], [...names, databaseDown]), names)),
    ...testsOf("others", rulesYaml([], others), others.filter((name) => name !== databaseDown)),
    ...testsOf("database down", rulesYaml(), [databaseDown]),
  ];
}

function testsOf(name: string, rules: string, names: string[]): RuleTest[] {
  const cases = names.flatMap(casesOf);
  const isLong = ({ each: { at } }: NamedCase) => [at].flat().some((time) => minutesOf(time) >= longMinutes);
  const [short, long] = [cases.filter((each) => !isLong(each)), cases.filter(isLong)];
  return [
    ...short.length > 0 ? [{ name, rules, tests: testsYaml(short, "1m") }] : [],
    ...long.length > 0 ? [{ name: `${name}, for long`, rules, tests: testsYaml(long, "4m") }] : [],
  ];
}

function casesOf(alert: string): NamedCase[] {
  const { fires, silent } = alerts[alert]!;
  return [
    ...fires.map((each) => ({ alert: `${alert} fires`, firing: [alert], each })),
    ...silent.map((each) => ({ alert: `${alert} is silent`, firing: [], each })),
  ];
}

function testsYaml(cases: NamedCase[], every: string) {
  const tests = cases.map(({ alert, firing, each }) => testYaml(alert, each, firing)).join("");
  return (rulesFile: string) => `rule_files: [${rulesFile}]\nevaluation_interval: ${every}\ntests:\n${tests}`;
}

function minutesOf(time: string): number {
  return parseInt(time) * (time.endsWith("h") ? 60 : 1);
}

function testYaml(name: string, { when, at, series, with: others = [] }: Case, firing: string[]): string {
  const inputs = Object.entries({ up: "1x2000", ...series }).map(([selector, values]) =>
    `      - series: '${withTarget(selector)}'\n        values: ${values}\n`
  );
  const samples = [...firing, ...others].map((alertname) =>
    `          - labels: '{alertname="${alertname}"}'\n            value: 1\n`
  );
  const checks = [at].flat().map((time) =>
    `      - expr: count by (alertname) (ALERTS{alertstate="firing"})\n        eval_time: ${time}\n` +
    `        exp_samples:${samples.length > 0 ? "\n" + samples.join("") : " []\n"}`
  );
  return `  - name: ${when ? `"${name}: ${when}"` : name}\n    interval: 1m\n    input_series:\n${inputs.join("")}` +
    `    promql_expr_test:\n${checks.join("")}`;
}

/** The series with the labels of a replica, in production unless it names another environment. */
function withTarget(selector: string): string {
  const [, name, labels = ""] = /^(\w+)(?:\{(.*)\})?$/.exec(selector)!;
  const environment = labels.includes("environment=") ? [] : ['environment="production"'];
  return `${name}{${['job="sentinel"', 'instance="one:8000"', ...environment, ...labels ? [labels] : []].join(",")}}`;
}
