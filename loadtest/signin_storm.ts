/**
 * Whether a storm of sign-ins on pages slows other requests: 64 browsers open the sign-in page and sign in without pause
 * while 8 programs send `GET /users/me`.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/signin_storm.ts [seconds]
 *
 * Prints the 99th percentile of the token traffic alone and during the storm, beside the goal, the rate of the storm, and
 * the size of the sign-in page beside its goal.
 */
import { emptySchema, metric, newPerson, printConditions, printGoal, startSentinel, toolVersion, wrk } from "./rig.ts";

const [seconds = 10] = Deno.args.map(Number);
const clients = { tokens: 8, browsers: 64 };
const pageSizeMax = 20_000;

await using _schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({
  tool: await toolVersion("wrk"),
  model: `closed, ${clients.tokens} clients with tokens beside ${clients.browsers} browsers that sign in`,
  seconds,
});
const { username, password, token } = await newPerson(sentinel.origin);
const page = await fetch(`${sentinel.origin}/signin`);
const cookie = page.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
const html = await page.text();
const form_token = /name="form_token" value="([^"]+)"/.exec(html)![1]!;
const me = { url: `${sentinel.origin}/users/me`, connections: clients.tokens, token };
await wrk({ ...me, seconds: 2 }); // warms up
const alone = await wrk({ ...me, seconds });
const started = 'sentinel_browser_sign_ins_total{outcome="started"}';
const before = await metric(sentinel.origin, started);
const storm = wrk({
  url: sentinel.origin,
  connections: clients.browsers,
  seconds: seconds + 2,
  script: "./signin_storm.lua",
  env: { LOAD_COOKIE: cookie, LOAD_FORM: `${new URLSearchParams({ username, password, form_token })}` },
});
const during = await wrk({ ...me, seconds });
const { rate, failures } = await storm;
const signIns = await metric(sentinel.origin, started) - before;
console.log(`GET /users/me alone         ${Math.round(alone.rate)} requests/s, p99 ${alone.p99Ms.toFixed(1)} ms`);
console.log(`GET /users/me in the storm  ${Math.round(during.rate)} requests/s, p99 ${during.p99Ms.toFixed(1)} ms`);
console.log(
  `the storm                   ${Math.round(rate)} requests/s, ${(signIns / (seconds + 2)).toFixed(1)} sign-ins/s, ` +
    `${failures} refused`,
);
const p99 = `${during.p99Ms.toFixed(1)} ms`;
printGoal("p99 of GET /users/me in a storm of sign-ins under 15 ms", p99, during.p99Ms < 15);
const size = new TextEncoder().encode(html).length;
printGoal(`the sign-in page is at most ${pageSizeMax} bytes`, `${size} bytes`, size <= pageSizeMax);
