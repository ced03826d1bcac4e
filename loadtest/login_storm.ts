/**
 * Whether a login storm slows other requests: 64 clients log in without pause while 8 send `GET /users/me`.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/login_storm.ts [seconds]
 *
 * Prints the 99th percentile of the token traffic alone and during the storm, beside the goal, and the rate of logins.
 */
import { emptySchema, newPerson, printConditions, printGoal, startSentinel, toolVersion, wrk } from "./rig.ts";

const [seconds = 10] = Deno.args.map(Number);
const clients = { tokens: 8, logins: 64 };

await using _schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({
  tool: await toolVersion("wrk"),
  model: `closed, ${clients.tokens} clients with tokens beside ${clients.logins} that log in`,
  seconds,
});
const { username, password, token } = await newPerson(sentinel.origin);
const me = { url: `${sentinel.origin}/users/me`, connections: clients.tokens, token };
await wrk({ ...me, seconds: 2 }); // warms up
const alone = await wrk({ ...me, seconds });
const storm = wrk({
  url: `${sentinel.origin}/login`,
  connections: clients.logins,
  seconds: seconds + 2,
  script: "./login.lua",
  env: { LOGIN_USERNAME: username, LOGIN_PASSWORD: password },
});
const during = await wrk({ ...me, seconds });
const logins = await storm;
console.log(`GET /users/me alone         ${Math.round(alone.rate)} requests/s, p99 ${alone.p99Ms.toFixed(1)} ms`);
console.log(`GET /users/me in the storm  ${Math.round(during.rate)} requests/s, p99 ${during.p99Ms.toFixed(1)} ms`);
console.log(
  `POST /login, ${clients.logins} clients     ${logins.rate.toFixed(1)} logins/s, ${logins.failures} refused`,
);
printGoal("p99 of GET /users/me in a login storm under 15 ms", `${during.p99Ms.toFixed(1)} ms`, during.p99Ms < 15);
