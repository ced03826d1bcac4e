import { errorRatio } from "../burn_alerts.ts";
import { burnRates, limits, type ObjectiveName, objectiveNames, objectives } from "../objectives.ts";
import { type Board, environment, ofAllReplicas, type Panel, percentiles, rateBy, replica } from "./panels.ts";

const requests = `http_requests_total{${replica}}`;
const promised = `${replica},${objectives.availability.selector}`;
const fastest = burnRates[0];

/** What everybody looks at first. */
export const overview: Board = {
  uid: "sentinel-overview",
  title: "Sentinel overview",
  description: "How much is asked of Sentinel, how it answers, and whether it keeps its promises.",
  rows: [
    {
      title: "Traffic",
      panels: [
        {
          title: "Total requests",
          description: "Requests answered in the time shown, by all replicas chosen.",
          unit: "short",
          kind: "number",
          span: 6,
          queries: [{ expr: `sum(increase(${requests}[$__range]))` }],
        },
        {
          title: "Error rate",
          description: "Share of the requests that were answered with a 5xx, without probes, scrapes and documents. " +
            "Red where the availability budget burns so fast that somebody is woken.",
          unit: "percentunit",
          kind: "number",
          span: 6,
          alert: {
            name: "SentinelAvailabilityBurnFast",
            above: Number((fastest.factor * (1 - objectives.availability.target)).toFixed(6)),
          },
          queries: [{
            expr: `(sum(rate(http_requests_total{${promised},status=~"5.."}[$__rate_interval])) or vector(0))` +
              ` / sum(rate(http_requests_total{${promised}}[$__rate_interval]))`,
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
          description: "From a request's arrival to its answer, over every route. Logins are slow on purpose: a " +
            "password is hashed.",
          unit: "s",
          queries: percentiles("http_request_duration_seconds"),
        },
        {
          title: "Top endpoints by traffic",
          description: "Requests a second of the ten routes that are asked most.",
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
      title: "Promises",
      panels: [
        ...objectiveNames.map(burnPanel),
        {
          title: "Replicas up",
          description: "1 for each replica that Prometheus reaches; red where one does not answer.",
          unit: "short",
          kind: "number",
          span: 12,
          alert: { name: "SentinelDown", below: limits.well },
          queries: [{ expr: `up{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Alerts firing",
          description: `Of Sentinel's own rules, pages and tickets alike. ${ofAllReplicas}`,
          unit: "short",
          kind: "number",
          span: 12,
          queries: [{
            // With one that fires for no environment: that Prometheus knows of no target at all.
            expr:
              'count(ALERTS{alertname=~"Sentinel.*",environment=~"$environment|",alertstate="firing"}) or vector(0)',
          }],
        },
      ],
    },
  ],
};

/** How many times faster than allowed the error budget is being spent, over every long window. */
function burnPanel(name: ObjectiveName): Panel {
  const { title, target, alert } = objectives[name];
  const budget = Number((1 - target).toFixed(6));
  return {
    title: `Budget burn: ${title.toLowerCase()}`,
    description: `At 1 the budget of ${(budget * 100).toFixed(1)} % lasts thirty days. The line is where an hour of ` +
      `it wakes somebody. ${ofAllReplicas}`,
    unit: "short",
    span: 8,
    alert: { name: `${alert}Fast`, above: fastest.factor },
    queries: burnRates.map(({ long }) => ({
      expr: `${errorRatio(name, long, environment)} / ${budget}`,
      legend: long,
    })),
  };
}
