/**
 * A login storm beside token traffic: 64 clients log in without pause beside 100 `GET /users/me` per second, whose P99
 * must stay under 15 ms.
 *
 *   DATABASE_URL=postgres://… deno task load:storm
 *
 * `SECONDS` is the length of the storm (30); before it, the token traffic runs alone for the same time.
 */
import type { Options } from "k6/options";
import { getMe, login } from "./calls.ts";
import { type LoggedInUser, newUsers, type User } from "./users.ts";
import { everyRun, rows, summary } from "./summary.ts";

const seconds = Number(__ENV.SECONDS ?? 30);
const tokenTraffic = {
  executor: "constant-arrival-rate",
  exec: "show",
  rate: 100,
  duration: `${seconds}s`,
  preAllocatedVUs: 50,
} as const;

export const options: Options = {
  ...everyRun,
  scenarios: {
    calm: tokenTraffic,
    storm: { executor: "constant-vus", exec: "enter", vus: 64, startTime: `${seconds}s`, duration: `${seconds + 2}s` },
    beside: { ...tokenTraffic, startTime: `${seconds + 2}s` },
  },
  thresholds: {
    ...rows("scenario:calm", "scenario:storm", "scenario:beside"),
    "http_req_duration{scenario:beside}": ["p(99)<15"],
    http_req_failed: ["rate==0"],
    dropped_iterations: ["count==0"],
  },
};

export const handleSummary = summary("storm");

export function setup(): LoggedInUser {
  return newUsers(1)[0]!;
}

export function show({ token }: LoggedInUser): void {
  getMe(token);
}

export function enter(user: User): void {
  login(user);
}
