import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const httpDictionary = defineDictionary({
  problems: {
    form_refused: {
      status: 403,
      title: "Form refused",
      about: "The form was not sent from a page of this server in this browser, or the page is older than the last " +
        "sign-in. Open the page again.",
    },
    sign_in_required: {
      status: 403,
      title: "Sign-in required",
      about: "The page is for a user who is signed in in this browser, or who signed in within the last 10 minutes. " +
        "Sign in again.",
    },
  },
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
    },
    http_requests_in_flight: { kind: "gauge", merge: "sum", help: "Requests in progress." },
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
    SENTINEL_BRAND_NAME: {
      about: "Name of this installation on pages and in mail, at most 60 characters",
      schema: s.matching(/^[^\p{C}]{1,60}$/u, "must have 1 to 60 characters"),
      default: "Sentinel",
    },
    SENTINEL_LANGUAGE: {
      about: "Language of mail, and of pages if the browser asks for none that they have: `en` or `de`",
      schema: s.oneOf("en", "de"),
      default: "en",
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
