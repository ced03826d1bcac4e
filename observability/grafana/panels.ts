import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { alerts, runbooksUrl } from "../alerts.ts";
import { limits } from "../objectives.ts";
import { environment, type Query, replica } from "./queries.ts";

/** One panel. With an `alert` it turns red at the alert's limit and links to the runbook. */
export type Panel = {
  title: string;
  description: string;
  /** Grafana's name of the unit: s, reqps, percentunit, bytes, short … */
  unit: string;
  queries: Query[];
  kind?: "lines" | "number" | "bars";
  /** The width in columns, of 24; 12 by default. */
  span?: number;
  alert?: { name: string; above: number } | { name: string; below: number };
};

/** How often something happens per second. */
export function perSecond(title: string, description: string, query: Query): Panel {
  return { title, description, unit: "cps", queries: [query] };
}

/** What is refused, with the limit of an alert. `counter` is the beginning of a selector. */
export function refusals(
  title: string,
  alert: string,
  counter: string,
  description = "Per second, over five minutes.",
  above: number = limits.refusedPerSecond,
): Panel {
  const queries = [{ expr: `sum(rate(${counter}${replica}}[5m]))`, legend: "refused" }];
  return { title, description, unit: "cps", alert: { name: alert, above }, queries };
}

/** How often something happened within a window, with the limit of an alert. */
export function counted(
  title: string,
  description: string,
  alert: NonNullable<Panel["alert"]>,
  ...queries: Query[]
): Panel {
  return { title, description, unit: "short", alert, queries };
}

/** How often each step happened in the time that the dashboard shows. */
export function steps(title: string, description: string, queries: Query[]): Panel {
  return { title, description, unit: "short", kind: "bars", queries };
}

/** A row of panels under a heading. */
export type Row = { title: string; panels: Panel[] };

/** A dashboard. */
export type Board = { uid: string; title: string; description: string; rows: Row[] };

/** The data source that the reader chooses, because its uid differs between Grafana servers. */
const datasource = { type: "prometheus", uid: "${datasource}" };
const panelHeight = 8;

/** The JSON model of a dashboard, as Grafana reads it. */
export function dashboardJson({ uid, title, description, rows }: Board): string {
  const builder = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["sentinel"])
    .time({ from: "now-1h", to: "now" })
    .refresh("30s")
    .timezone("browser")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .link(otherDashboards())
    .withVariable(datasourceVariable())
    .withVariable(environmentVariable())
    .withVariable(instanceVariable());
  let id = 0;
  for (const row of rows) {
    builder.withRow(new dashboard.RowBuilder(row.title).id(++id));
    for (const each of row.panels) builder.withPanel(panelOf(each).id(++id));
  }
  return JSON.stringify(builder.build(), null, 2) + "\n";
}

function otherDashboards() {
  return new dashboard.DashboardLinkBuilder("Sentinel")
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags(["sentinel"])
    .asDropdown(false)
    .keepTime(true)
    .includeVars(true);
}

function datasourceVariable() {
  return new dashboard.DatasourceVariableBuilder("datasource")
    .label("Data source")
    .type("prometheus")
    .current({ selected: true, text: "default", value: "default" });
}

function environmentVariable() {
  return new dashboard.QueryVariableBuilder("environment")
    .label("Environment")
    .datasource(datasource)
    .query('label_values(up{job="sentinel"}, environment)')
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged);
}

function instanceVariable() {
  return new dashboard.QueryVariableBuilder("instance")
    .label("Replica")
    .datasource(datasource)
    .query(`label_values(up{job="sentinel",${environment}}, instance)`)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ selected: true, text: "All", value: "$__all" });
}

function panelOf({ title, description, unit, queries, kind = "lines", span = 12, alert }: Panel) {
  const builder = builders[kind]()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(datasource)
    .span(span)
    .height(panelHeight)
    .targets(queries.map((query, index) => targetOf(query, index, kind)));
  if (!alert) return builder;
  const { runbook, summary } = alerts[alert.name]!;
  const link = new dashboard.DashboardLinkBuilder(`Runbook: ${summary}`)
    .type(dashboard.DashboardLinkType.Link)
    .url(`${runbooksUrl}/${runbook}.md`)
    .targetBlank(true);
  return builder.thresholds(thresholdsOf(alert)).links([link]);
}

const builders = {
  lines: () =>
    new timeseries.PanelBuilder()
      .fillOpacity(10)
      .lineWidth(1)
      .showPoints(common.VisibilityMode.Never)
      .axisSoftMin(0)
      .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
      .legend(
        new common.VizLegendOptionsBuilder().showLegend(true).displayMode(common.LegendDisplayMode.List)
          .placement(common.LegendPlacement.Bottom),
      )
      .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed)),
  number: () => new stat.PanelBuilder().graphMode(common.BigValueGraphMode.Area).reduceOptions(latest()),
  bars: () =>
    new bargauge.PanelBuilder()
      .orientation(common.VizOrientation.Horizontal)
      .displayMode(common.BarGaugeDisplayMode.Basic)
      .reduceOptions(latest()),
};

function latest() {
  return new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);
}

function thresholdsOf(alert: NonNullable<Panel["alert"]>) {
  const [color, past] = "above" in alert ? ["green", "red"] : ["red", "green"];
  const value = "above" in alert ? alert.above : alert.below;
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color }, { value, color: past }]);
}

function targetOf({ expr, legend = "" }: Query, index: number, kind: Panel["kind"]) {
  const target = new prometheus.DataqueryBuilder()
    .datasource(datasource)
    .refId(String.fromCharCode("A".charCodeAt(0) + index))
    .expr(expr)
    .legendFormat(legend);
  return kind === "bars" ? target.instant() : target.range();
}
