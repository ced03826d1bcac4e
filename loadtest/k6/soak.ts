/**
 * Mixed traffic for hours: of a hundred arrivals 2 log in, 18 refresh, and 80 send `GET /users/me` or ask for a
 * decision. No request may fail.
 *
 *   DATABASE_URL=postgres://… DURATION=30m deno task load:soak
 *
 * `DURATION` in k6's notation (30m), `RATE` in arrivals per second (100), `USERS` the number of users (200, at least
 * 50).
 */
import { vu } from "k6/execution";
import type { Options } from "k6/options";
import { evaluate, getMe, login, refresh, type Tokens } from "./calls.ts";
import { type LoggedInUser, newUsers } from "./users.ts";
import { everyRun, rows, summary } from "./summary.ts";

const vus = 50;

export const options: Options = {
  ...everyRun,
  scenarios: {
    mixed: {
      executor: "constant-arrival-rate",
      rate: Number(__ENV.RATE ?? 100),
      duration: __ENV.DURATION ?? "30m",
      preAllocatedVUs: vus,
    },
  },
  thresholds: {
    ...rows("name:/login", "name:/oauth/token", "name:/users/me", "name:/access/v1/evaluation"),
    http_req_failed: ["rate==0"],
    dropped_iterations: ["count==0"],
  },
};

export const handleSummary = summary("soak");

export function setup(): LoggedInUser[] {
  return newUsers(Number(__ENV.USERS ?? 200));
}

/** The user of this virtual user, until the next login. */
let self: LoggedInUser | undefined;
/** The time at which the access token is replaced, long before it expires. */
let staleAt = Date.now() + 5 * 60_000;

export default function arrive(users: LoggedInUser[]): void {
  self ??= users[vu.idInTest - 1]!;
  const dice = Math.random() * 100;
  if (!self.token || dice < 2) logIn(users[Math.floor(Math.random() * users.length)]!);
  else if (dice < 20 || Date.now() > staleAt) hold(self, refresh(self.refreshToken));
  else if (dice < 60) getMe(self.token);
  else evaluate(self.token, { userId: self.id, permission: "admin_area:enter" });
}

function logIn(user: LoggedInUser): void {
  hold(user, login(user));
}

function hold(user: LoggedInUser, { access_token, refresh_token }: Tokens): void {
  self = { ...user, token: access_token, refreshToken: refresh_token };
  staleAt = Date.now() + 5 * 60_000;
}
