import { defineDictionary, durations } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/setting_schemas.ts";

const httpDictionary = defineDictionary({
  metrics: {
    http_requests_total: {
      kind: "counter",
      help: "Requests answered. Each operation's success, 500 and 503 start at zero.",
      labels: { method: [], route: [], status: [] },
    },
    http_request_duration_seconds: {
      kind: "histogram",
      help: "Time from a request's arrival to its answer.",
      labels: { method: [], route: [], status: [] },
      buckets: durations,
    },
    http_requests_in_flight: { kind: "gauge", help: "Requests in progress.", labels: {} },
  },
  settings: {
    SENTINEL_TRUSTED_PROXIES: {
      about: "Trusted proxies: addresses and CIDRs, separated by commas, whose forwarded header is used",
      schema: s.list(s.cidr),
      default: "",
      otherwise: "none",
    },
    SENTINEL_FORWARDED_HEADER: {
      about: "Header in which trusted proxies send the client's address: `x-forwarded-for`, or `forwarded` (RFC " +
        "7239)",
      schema: s.oneOf("x-forwarded-for", "forwarded"),
      default: "x-forwarded-for",
    },
    SENTINEL_CORS_ORIGINS: {
      about: "Exact origins, separated by commas, whose pages may call Sentinel (RFC 6454 §6.2)",
      schema: s.list(s.origin),
      default: "",
      otherwise: "none",
    },
    SENTINEL_ACCESS_LOG_SAMPLE: {
      about: "Share of the successful requests that are logged, from 0 to 1",
      schema: s.fraction,
      default: "1",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    http: typeof httpDictionary;
  }
}
