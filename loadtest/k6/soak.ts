/**
 * Mixed traffic for hours: of a hundred arrivals 2 log in, 18 refresh and 80 ask who they are or whether they may do
 * something. No request may fail.
 *
 *   DATABASE_URL=postgres://… DURATION=30m deno task load:soak
 *
 * `DURATION` as k6 writes it (30m), `RATE` in arrivals a second (100).
 */
import { vu } from "k6/execution";
import type { Options } from "k6/options";
import { evaluate, getMe, login, refresh, type Tokens } from "./calls.ts";
import { newSessions, settle, type Somebody } from "./people.ts";
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

/** Somebody, with a session for each virtual user. */
type Crowd = { person: Somebody; sessions: Tokens[] };

export function setup(): Crowd {
  const person = settle(1)[0]!;
  return { person, sessions: newSessions(person, vus) };
}

let session: Tokens | undefined;
/** When the access token must be replaced, long before its ten minutes are over. */
let staleAt = Date.now() + 5 * 60_000;

export default function arrive({ person, sessions }: Crowd): void {
  session ??= sessions[vu.idInTest - 1]!;
  const dice = Math.random() * 100;
  if (!session.access_token || dice < 2) hold(login(person));
  else if (dice < 20 || Date.now() > staleAt) hold(refresh(session.refresh_token));
  else if (dice < 60) getMe(session.access_token);
  else evaluate(session.access_token, { userId: person.id, permission: "admin_area:enter" });
}

function hold(tokens: Tokens): void {
  session = tokens;
  staleAt = Date.now() + 5 * 60_000;
}
