/**
 * The load of the system that Sentinel replaces: 50 users from one address who register, log in, and then ask
 * `GET /users/me` three times as often as they register somebody more or log in again, with 0.2 to 1 s between.
 *
 *   SENTINEL_RATE_LIMIT=off deno task start
 *   k6 run loadtest/k6/old_mix.ts
 *
 * `-e ORIGIN=…` names another server, `-e SECONDS=…` another duration than 60. k6 prints rates and durations of each
 * request, and fails if any answer is not the expected one.
 */
import { check, sleep } from "k6";
import { vu } from "k6/execution";
import http, { type Response } from "k6/http";

const origin = __ENV.ORIGIN ?? "http://127.0.0.1:8000";
const seconds = Number(__ENV.SECONDS ?? 60);
const password = "fifty users from one address";
const run = Date.now().toString(36);

export const options = {
  scenarios: { people: { executor: "constant-vus", vus: 50, duration: `${seconds}s`, gracefulStop: "30s" } },
  thresholds: { checks: ["rate==1"], http_req_failed: ["rate==0"] },
};

let registered = 0;
let token = "";

/** One turn of one user; their first is to register and log in. */
export default function turn(): void {
  if (token === "") {
    register(name(0));
    logIn();
  }
  const dice = Math.random() * 5;
  if (dice < 3) showMe();
  else if (dice < 4) register(name(registered));
  else logIn();
  sleep(0.2 + 0.8 * Math.random());
}

function register(username: string): void {
  const body = JSON.stringify({ username, email: `${username}@example.com`, password, role: "user" });
  const answer = http.post(`${origin}/register`, body, { headers: { "content-type": "application/json" } });
  expectStatus("POST /register", 201, answer);
  registered++;
}

function logIn(): void {
  const answer = http.post(`${origin}/login`, { username: `${name(0)}@example.com`, password });
  expectStatus("POST /login", 200, answer);
  token = answer.json("access_token") as string;
}

function showMe(): void {
  const answer = http.get(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } });
  expectStatus("GET /users/me", 200, answer);
}

function expectStatus(what: string, expected: number, answer: Response): void {
  check(answer, { [`${what} answers ${expected}`]: ({ status }) => status === expected });
}

/** Of whom this user registers as the n-th; the 0th is they themselves. */
function name(n: number): string {
  return `old-${run}-${vu.idInTest}-${n}`;
}
