import type { Board } from "./panels.ts";

/** The metrics that k6 writes into Prometheus (compose.yaml, profile `load`): load as the clients see it. */
export const load: Board = {
  uid: "sentinel-load",
  title: "Load",
  description: "The requests that k6 sends, and the answers that it receives. Empty unless k6 runs.",
  rows: [
    {
      title: "Seen by k6",
      panels: [
        {
          title: "Requests per second",
          description: "By route.",
          unit: "reqps",
          queries: [{ expr: "sum by (name) (rate(k6_http_reqs_total[$__rate_interval]))", legend: "{{name}}" }],
        },
        {
          title: "Latency P50/P95/P99 by route",
          description: "From the start of a request to the last byte of its answer, over the whole run so far.",
          unit: "s",
          queries: [50, 95, 99].map((percent) => ({
            expr: `max by (name) (k6_http_req_duration_p${percent})`,
            legend: `{{name}} P${percent}`,
          })),
        },
        {
          title: "Failed requests",
          description: "Share of the requests of each route with an unexpected answer, over the whole run so far.",
          unit: "percentunit",
          queries: [{ expr: "max by (name) (k6_http_req_failed_rate)", legend: "{{name}}" }],
        },
        {
          title: "Virtual users and dropped iterations",
          description:
            "k6 drops an iteration when no virtual user is free: it then sends less than the script asks for.",
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
