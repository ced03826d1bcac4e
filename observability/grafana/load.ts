import type { Board } from "./panels.ts";

/** What k6 writes into Prometheus while it runs (compose.yaml, profile `load`): load as its clients see it. */
export const load: Board = {
  uid: "sentinel-load",
  title: "Load",
  description: "What k6 asks of Sentinel, and what it sees of the answers. Empty unless it runs.",
  rows: [
    {
      title: "As k6 sees it",
      panels: [
        {
          title: "Requests per second",
          description: "By route.",
          unit: "reqps",
          queries: [{ expr: "sum by (name) (rate(k6_http_reqs_total[$__rate_interval]))", legend: "{{name}}" }],
        },
        {
          title: "Latency P50/P95/P99 by route",
          description: "From a request's begin to its answer's last byte, over the whole run so far.",
          unit: "s",
          queries: [50, 95, 99].map((percent) => ({
            expr: `max by (name) (k6_http_req_duration_p${percent})`,
            legend: `{{name}} P${percent}`,
          })),
        },
        {
          title: "Requests not answered as they should",
          description: "Share of the requests of each route so far.",
          unit: "percentunit",
          queries: [{ expr: "max by (name) (k6_http_req_failed_rate)", legend: "{{name}}" }],
        },
        {
          title: "Virtual users, and arrivals that found none free",
          description: "Dropped arrivals mean that k6 asked less than it was told to.",
          unit: "short",
          queries: [
            { expr: "max(k6_vus)", legend: "virtual users" },
            {
              expr: "sum(rate(k6_dropped_iterations_total[$__rate_interval])) or vector(0)",
              legend: "dropped per second",
            },
          ],
        },
      ],
    },
  ],
};
