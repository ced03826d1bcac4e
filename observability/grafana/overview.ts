import { errorRatio } from "../alerts/burn.ts";
import { burnRates, limits, type ObjectiveName, objectiveNames, objectives } from "../objectives.ts";
import { type Board, type Panel } from "./panels.ts";
import { environment, ofAllReplicas, percentiles, rateBy, replica } from "./queries.ts";

const requests = `http_requests_total{${replica}}`;
const countedByTheSlo = `${replica},${objectives.availability.selector}`;
const fastest = burnRates[0];

/** The home dashboard. */
export const overview: Board = {
  uid: "sentinel-overview",
  title: "Sentinel overview",
  description: "Traffic, latency, errors and SLOs.",
  rows: [
    {
      title: "Traffic",
      panels: [
        {
          title: "Total requests",
          description: "Requests answered in the time range, by the chosen replicas together.",
          unit: "short",
          kind: "number",
          span: 6,
          queries: [{ expr: `sum(increase(${requests}[$__range]))` }],
        },
        {
          title: "Error rate",
          description: "Share of the requests that were answered with a 5xx, without probes, scrapes and documents. " +
            "Red at the burn rate that pages the operator.",
          unit: "percentunit",
          kind: "number",
          span: 6,
          alert: {
            name: "SentinelAvailabilityBurnFast",
            above: Number((fastest.factor * (1 - objectives.availability.target)).toFixed(6)),
          },
          queries: [{
            expr: `(sum(rate(http_requests_total{${countedByTheSlo},status=~"5.."}[$__rate_interval])) or vector(0))` +
              ` / sum(rate(http_requests_total{${countedByTheSlo}}[$__rate_interval]))`,
          }],
        },
        {
          title: "Requests per second",
          description: "By status.",
          unit: "reqps",
          queries: [rateBy("status", "http_requests_total")],
        },
        {
          title: "Latency P50/P95/P99",
          description: "From the arrival of a request to its answer, of all routes. Logins are slow on purpose, " +
            "because they hash a password.",
          unit: "s",
          queries: percentiles("http_request_duration_seconds"),
        },
        {
          title: "Top endpoints by traffic",
          description: "Requests per second of the ten busiest operations.",
          unit: "reqps",
          kind: "bars",
          queries: [{
            expr: `topk(10, sum by (method, route) (rate(${requests}[$__rate_interval])))`,
            legend: "{{method}} {{route}}",
          }],
        },
      ],
    },
    {
      title: "SLOs",
      panels: [
        ...objectiveNames.map(burnPanel),
        {
          title: "Alerts firing",
          description: `Sentinel's own alerts, both pages and tickets. ${ofAllReplicas}`,
          unit: "short",
          kind: "number",
          span: 6,
          queries: [{
            // The empty environment is that of SentinelDown when Prometheus finds no target at all.
            expr:
              'count(ALERTS{alertname=~"Sentinel.*",environment=~"$environment|",alertstate="firing"}) or vector(0)',
          }],
        },
        {
          title: "Replicas up",
          description: "1 for a replica that Prometheus reaches, 0 and red for one that does not answer.",
          unit: "short",
          kind: "number",
          span: 24,
          alert: { name: "SentinelDown", below: limits.well },
          queries: [{ expr: `up{${replica}}`, legend: "{{instance}}" }],
        },
      ],
    },
  ],
};

/** The title of the panel of one SLO. */
export function burnTitle(name: ObjectiveName): string {
  return `Burn rate: ${objectives[name].title.toLowerCase()}`;
}

/** The burn rate of the error budget of one SLO, over every long window. */
function burnPanel(name: ObjectiveName): Panel {
  const { target, alert } = objectives[name];
  const budget = Number((1 - target).toFixed(6));
  return {
    title: burnTitle(name),
    description: `At 1 the error budget of ${(budget * 100).toFixed(1)} % lasts thirty days. An hour at the line ` +
      `pages the operator. ${ofAllReplicas}`,
    unit: "short",
    span: 6,
    alert: { name: `${alert}Fast`, above: fastest.factor },
    queries: burnRates.map(({ long }) => ({
      expr: `${errorRatio(name, long, environment)} / ${budget}`,
      legend: long,
    })),
  };
}
