/**
 * Mixed traffic for hours: of a hundred arrivals 2 log in, 18 refresh, and 80 send `GET /users/me` or ask for a decision.
 * No request may fail.
 *
 *   DATABASE_URL=postgres://… DURATION=30m deno task load:soak
 *
 * `DURATION` in k6's notation (30m), `RATE` in arrivals per second (100), `PEOPLE` the number of users (200, at least 50).
 */
import { vu } from "k6/execution";
import type { Options } from "k6/options";
import { evaluate, getMe, login, refresh, type Tokens } from "./calls.ts";
import { settle, type Somebody } from "./people.ts";
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

export function setup(): Somebody[] {
  return settle(Number(__ENV.PEOPLE ?? 200));
}

/** The user of this virtual user, until the next login. */
let self: Somebody | undefined;
/** The time at which the access token is replaced, long before it expires. */
let staleAt = Date.now() + 5 * 60_000;

export default function arrive(people: Somebody[]): void {
  self ??= people[vu.idInTest - 1]!;
  const dice = Math.random() * 100;
  if (!self.token || dice < 2) logIn(people[Math.floor(Math.random() * people.length)]!);
  else if (dice < 20 || Date.now() > staleAt) hold(self, refresh(self.refreshToken));
  else if (dice < 60) getMe(self.token);
  else evaluate(self.token, { userId: self.id, permission: "admin_area:enter" });
}

function logIn(person: Somebody): void {
  hold(person, login(person));
}

function hold(person: Somebody, { access_token, refresh_token }: Tokens): void {
  self = { ...person, token: access_token, refreshToken: refresh_token };
  staleAt = Date.now() + 5 * 60_000;
}
