import { applications } from "./grafana/applications.ts";
import { accounts } from "./grafana/accounts.ts";
import { overview } from "./grafana/overview.ts";
import { load } from "./grafana/load.ts";
import { type Board, dashboardJson } from "./grafana/panels.ts";
import { runtime } from "./grafana/runtime.ts";
import { security } from "./grafana/security.ts";
import { signin } from "./grafana/signin.ts";
import { rulesYaml } from "./rules.ts";

/** The dashboards of Sentinel's own metrics, by the names of their files. */
export const boards: Record<string, Board> = {
  overview,
  signin,
  applications,
  accounts,
  security,
  runtime,
};

/** Every generated file: its path in the repository, its format, and its text. */
export const observabilityFiles: { path: string; format: "json" | "yaml"; text: () => string }[] = [
  { path: "observability/prometheus/rules/sentinel.yml", format: "yaml", text: () => rulesYaml() },
  { path: "deploy/kubernetes/production/prometheus_rule.yaml", format: "yaml", text: () => ruleResource(rulesYaml()) },
  ...Object.entries({ ...boards, load }).map(([name, board]) => ({
    path: `observability/grafana/dashboards/${name}.json`,
    format: "json" as const,
    text: () => dashboardJson(board),
  })),
];

/** The rules as a resource of the Prometheus operator. */
function ruleResource(rules: string): string {
  const head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: sentinel\nspec:\n";
  const [source, ...groups] = rules.split("\n");
  return `${source}\n${head}${groups.map((line) => line && `  ${line}`).join("\n")}`;
}
