/**
 * The load of the system that Sentinel replaces, whose figures are the floor: for five minutes 25 users register, log
 * in, and then ask `GET /users/me` three times as often as they register somebody more or log in again, while 25
 * administrators ask for `GET /admin-only`; each pauses for 0.2 to 1 s after every turn, and a user's first follows
 * registering and logging in without a pause.
 *
 *   DATABASE_URL=postgres://… deno task load:seed-mix
 *
 * `SECONDS` sets another length, nine minutes at most: the administrators log in once.
 */
import { sleep } from "k6";
import { scenario } from "k6/execution";
import type { Options } from "k6/options";
import { enterAdminArea, getMe, login, register } from "./calls.ts";
import { administrator, newPerson, type Person, settle } from "./people.ts";
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
  return settle(25, { role: "admin", token: administrator().token }).map(({ token }) => token);
}

export function administer(tokens: string[]): void {
  enterAdminArea(tokens[scenario.iterationInTest % tokens.length]!);
  pause();
}

let person: Person | undefined;
let token = "";

/** One turn of one user; before their first they register and log in. */
export function use(): void {
  if (!person) {
    person = newPerson();
    register(person);
    token = login(person).access_token;
  }
  const dice = Math.random() * 5;
  if (dice < 3) getMe(token);
  else if (dice < 4) register(newPerson());
  else token = login(person).access_token;
  pause();
}

function pause(): void {
  sleep(0.2 + 0.8 * Math.random());
}
