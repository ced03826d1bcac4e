/**
 * A spike: within a second ten times as many requests arrive as before, for ten seconds, and more logins than can be
 * hashed. Requests with a token must be answered, logins beyond the queue refused at once (503), and latencies normal
 * afterwards.
 *
 *   DATABASE_URL=postgres://… deno task load:spike
 */
import { check } from "k6";
import type { Options } from "k6/options";
import { getMe, tryLogin } from "./calls.ts";
import { type LoggedInUser, newUsers, type User } from "./users.ts";
import { everyRun, rows, summary } from "./summary.ts";

const arrivals = { executor: "constant-arrival-rate", gracefulStop: "10s" } as const;
const before = 10;
const spike = 10;
/** The time until the logins in the queue are answered. */
const settling = 10;
const tokens = { ...arrivals, exec: "show", preAllocatedVUs: 200 };
const logins = { ...arrivals, exec: "enter", preAllocatedVUs: 200 };
const after = `${before + spike + settling}s`;

export const options: Options = {
  ...everyRun,
  scenarios: {
    tokens_before: { ...tokens, rate: 100, duration: `${before}s` },
    logins_before: { ...logins, rate: 2, duration: `${before}s` },
    tokens_spike: { ...tokens, rate: 1_000, startTime: `${before}s`, duration: `${spike}s` },
    logins_spike: { ...logins, rate: 100, startTime: `${before}s`, duration: `${spike}s` },
    tokens_after: { ...tokens, rate: 100, startTime: after, duration: `${before}s` },
    logins_after: { ...logins, rate: 2, startTime: after, duration: `${before}s` },
  },
  thresholds: {
    ...rows(
      "scenario:tokens_before",
      "scenario:tokens_spike",
      "scenario:tokens_after",
      "scenario:logins_before",
      "scenario:logins_spike",
      "scenario:logins_after",
      "name:/login,status:503",
    ),
    "http_req_duration{name:/login,status:503}": ["p(95)<50"],
    http_req_failed: ["rate==0"],
    dropped_iterations: ["count==0"],
    checks: ["rate==1"],
  },
};

export const handleSummary = summary("spike");

export function setup(): LoggedInUser {
  return newUsers(1)[0]!;
}

export function show({ token }: LoggedInUser): void {
  getMe(token);
}

export function enter(user: User): void {
  const answer = tryLogin(user);
  check(answer, {
    "a refused login has Retry-After": ({ status, headers }) => status === 200 || "Retry-After" in headers,
  });
}
