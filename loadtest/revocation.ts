/**
 * How long after its answer the revocation of a session, an API key or a role takes effect on the other replicas.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/revocation.ts [times]
 *
 * Three servers run on one schema. Each time, the two others have accepted the token before; one server revokes the
 * session, and the others receive requests without pause until they refuse. Prints the distribution of the time from
 * the answer to the first refusal, in four situations: undisturbed; with all LISTEN connections terminated five times a
 * second, so that no cache is ever valid; with them terminated just before the revocation; and with a look-up in flight
 * that has read the session before it was revoked and arrives afterwards (a proxy delays the third server's statements,
 * not its LISTEN). Counts requests that are accepted after the answer by the server that made the change, and after a
 * refusal by any. Exits with 1 if there is one, or if any time exceeds the guaranteed five seconds.
 */
import { startFaultProxy } from "../src/testing/servers/fault_proxy.ts";
import {
  emptySchema,
  fail,
  logIn,
  metric,
  newPerson,
  type Person,
  printConditions,
  printGoal,
  type Server,
  startSentinel,
} from "./rig.ts";

const [times = 200] = Deno.args.map(Number);

await using schema = await emptySchema();
const database = new URL(Deno.env.get("DATABASE_URL")!);
await using proxy = await startFaultProxy({ hostname: database.hostname, port: Number(database.port || 5432) });
const proxied = new URL(database);
[proxied.hostname, proxied.port] = ["127.0.0.1", String(proxy.port)];

const issuer = { SENTINEL_PUBLIC_URL: "http://127.0.0.1:8100" };
await using revoking = await startSentinel(8100, issuer);
await using second = await startSentinel(8101, issuer);
await using third = await startSentinel(8102, { ...issuer, DATABASE_URL: proxied.href });
const others = [second, third];
await printConditions({ model: "closed, two clients at most", times, servers: 3 });
const person = await newPerson(revoking.origin);
const admin = await newPerson(revoking.origin);
await schema.sql("insert into load.grants (user_id, role) values ($1, 'admin')", [admin.id]);
const wrong = { afterAnswer: 0, afterRefusal: 0 };
const delayMs = 100;
const guaranteedMs = 5_000;
let slowestMs = 0;

await report("session revoked, undisturbed", () => revokeSession(others));
await whileCutting(() => report("session revoked, LISTEN cut 5 times a second", () => revokeSession(others)));
await report("session revoked, LISTEN cut just before", async () => {
  await allCachesValid();
  return await revokeSession(others, cutListeners);
});
await report(`session revoked, its look-up in flight (${2 * delayMs} ms)`, revokeInFlight);
await report("API key revoked, undisturbed", revokeKey);
await whileCutting(() => report("API key revoked, LISTEN cut 5 times a second", revokeKey));
await report("role revoked, undisturbed", () => revokeRole(person));
console.log(
  `accepted after the answer by the server that made the change: ${wrong.afterAnswer}; after a refusal: ${wrong.afterRefusal}`,
);
printGoal(
  `every replica refuses within ${guaranteedMs / 1000} s of a revocation, whatever happens to its connections`,
  `${(slowestMs / 1000).toFixed(2)} s at most`,
  slowestMs <= guaranteedMs,
);
if (wrong.afterAnswer + wrong.afterRefusal > 0) fail("a revoked session or role was accepted");
if (slowestMs > guaranteedMs) fail(`the slowest took ${Math.round(slowestMs)} ms; ${guaranteedMs} ms are guaranteed`);

/** Milliseconds from the answer to the first refusal by each of `servers`. */
async function revokeSession(servers: Server[], before?: () => Promise<unknown>): Promise<number[]> {
  const { token } = await logIn(revoking.origin, person);
  for (const server of servers) await accepted(server, token);
  await before?.();
  return await end(token, servers);
}

async function end(token: string, servers: Server[]): Promise<number[]> {
  await sent(`${revoking.origin}/logout`, token, "POST");
  const answeredAt = performance.now();
  if (await statusOf(revoking, token) !== 401) wrong.afterAnswer++;
  return await Promise.all(servers.map((server) => refusal(server, token, answeredAt)));
}

/** The third server looks up a session that is revoked before the answer of the database arrives. */
async function revokeInFlight(): Promise<number[]> {
  const { token } = await logIn(revoking.origin, person);
  const links = proxy.links().filter(({ said }) => !said.includes('listen "'));
  for (const link of links) link.fault = { kind: "delay", ms: delayMs };
  const [{ now }] = await schema.sql<{ now: Date }>("select clock_timestamp() as now") as [{ now: Date }];
  const inFlight = statusOf(third, token);
  while (!await hasAnswered(now)) await pause(5);
  const taken = await end(token, [third]);
  if (await inFlight !== 200) {
    throw new Error("the look-up read the session after its revocation: the delay is too short");
  }
  for (const link of links) link.fault = undefined;
  return taken;
}

/** Whether the database has run a look-up since then. */
async function hasAnswered(since: Date): Promise<boolean> {
  const found = await schema.sql(
    `select from pg_stat_activity where datname = current_database() and application_name = 'sentinel'
       and state = 'idle' and query_start > $1 and query ~ 'session_revoked'`,
    [since],
  );
  return found.length > 0;
}

async function revokeRole({ id, token }: Person): Promise<number[]> {
  const grant = `${revoking.origin}/users/${id}/roles/admin`;
  await sent(grant, admin.token, "PUT");
  for (const server of [revoking, ...others]) await accepted(server, token, "/admin-only");
  await sent(grant, admin.token, "DELETE");
  const answeredAt = performance.now();
  if (await statusOf(revoking, token, "/admin-only") !== 403) wrong.afterAnswer++;
  return await Promise.all(others.map((server) => refusal(server, token, answeredAt, "/admin-only")));
}

async function revokeKey(): Promise<number[]> {
  const keys = `${revoking.origin}/users/me/api-keys`;
  const headers = { authorization: `Bearer ${person.token}`, "content-type": "application/json" };
  const body = JSON.stringify({ name: "load", scopes: [] });
  const { id, key } = await (await fetch(keys, { method: "POST", headers, body })).json();
  for (const server of others) await accepted(server, key);
  await sent(`${keys}/${id}`, person.token, "DELETE");
  const answeredAt = performance.now();
  if (await statusOf(revoking, key) !== 401) wrong.afterAnswer++;
  return await Promise.all(others.map((server) => refusal(server, key, answeredAt)));
}

/** Sends requests until one is refused, and a few more. */
async function refusal(server: Server, token: string, since: number, path = "/users/me"): Promise<number> {
  while (await statusOf(server, token, path) < 400);
  const ms = performance.now() - since;
  for (let again = 0; again < 5; again++) if (await statusOf(server, token, path) < 400) wrong.afterRefusal++;
  return ms;
}

async function accepted(server: Server, token: string, path?: string): Promise<void> {
  while (await statusOf(server, token, path) !== 200);
}

function statusOf(server: Server, token: string, path = "/users/me"): Promise<number> {
  return sent(`${server.origin}${path}`, token);
}

async function sent(url: string, token: string, method = "GET"): Promise<number> {
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  if (response.status >= 500 || method !== "GET" && !response.ok) throw new Error(`${url}: ${response.status}`);
  return response.status;
}

async function allCachesValid(): Promise<void> {
  for (const { origin } of [revoking, ...others]) {
    while (await metric(origin, "sentinel_change_feed_trusted ") === 0) await pause(20);
  }
}

function cutListeners(): Promise<unknown> {
  return schema.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'sentinel' and query ~ '^(listen|select pg_notify)'`,
  );
}

async function whileCutting(work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void cutListeners(), 200);
  await work();
  clearInterval(timer);
}

async function report(what: string, once: () => Promise<number[]>): Promise<void> {
  const ms: number[] = [];
  for (let time = 0; time < times; time++) ms.push(...await once());
  ms.sort((a, b) => a - b);
  slowestMs = Math.max(slowestMs, ms.at(-1)!);
  const at = (share: number) => ms[Math.min(ms.length - 1, Math.floor(share * ms.length))]!.toFixed(1);
  console.log(
    `${what.padEnd(45)} n ${ms.length}: min ${at(0)}, median ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`,
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
