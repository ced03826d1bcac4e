/**
 * The load of the system that Sentinel replaces, whose figures are the thresholds. For five minutes 25 users register
 * and log in, and then send `GET /users/me` three times as often as they register another user or log in again, while
 * 25 administrators send `GET /admin-only`. Each pauses for 0.2 to 1 s after every iteration.
 *
 *   DATABASE_URL=postgres://… deno task load:seed-mix
 *
 * `SECONDS` sets another length, at most nine minutes, because the administrators log in only once.
 */
import { sleep } from "k6";
import { scenario } from "k6/execution";
import type { Options } from "k6/options";
import { enterAdminArea, getMe, login, register } from "./calls.ts";
import { administrator, newUser, newUsers, type User } from "./users.ts";
import { everyRun, rows, summary } from "./summary.ts";

const seconds = Number(__ENV.SECONDS ?? 300);
const each = { executor: "constant-vus", vus: 25, duration: `${seconds}s`, tags: { load: "mix" } } as const;

export const options: Options = {
  ...everyRun,
  scenarios: { users: { ...each, exec: "use" }, administrators: { ...each, exec: "administer" } },
  thresholds: {
    ...rows("load:mix", "name:/users/me", "name:/admin-only", "name:/register", "name:/login"),
    "http_reqs{load:mix}": [`count>=${Math.floor(22_000 / 300 * seconds)}`, "rate>=70"],
    "http_req_failed{load:mix}": ["rate<0.004"],
    "http_req_duration{load:mix}": ["p(50)<15", "p(95)<340"],
  },
};

export const handleSummary = summary("seed_mix");

/** The tokens of 25 administrators. */
export function setup(): string[] {
  return newUsers(25, { role: "admin", token: administrator().token }).map(({ token }) => token);
}

export function administer(tokens: string[]): void {
  enterAdminArea(tokens[scenario.iterationInTest % tokens.length]!);
  pause();
}

let user: User | undefined;
let token = "";

/** One iteration of a user, who registers and logs in before the first one. */
export function use(): void {
  if (!user) {
    user = newUser();
    register(user);
    token = login(user).access_token;
  }
  const dice = Math.random() * 5;
  if (dice < 3) getMe(token);
  else if (dice < 4) register(newUser());
  else token = login(user).access_token;
  pause();
}

function pause(): void {
  sleep(0.2 + 0.8 * Math.random());
}
