/**
 * Access decisions per second, one per request and a hundred per request, with many users and roles in the database.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/decisions.ts [users] [roles] [seconds] [active]
 *
 * Seeds users and roles (chains of ten that inherit from each other), then asks for decisions about the `active` users
 * (all by default), picked by Zipf's law (s = 1): half of them about a permission of the user's own role. Prints the
 * rate, the 99th percentile, the number of queries for subjects that were not in memory, and the server's CPU time of a
 * decision, beside the goals. Exits with 1 if a request failed.
 */
import {
  emptySchema,
  fail,
  metric,
  newPerson,
  printConditions,
  printGoal,
  residentMegabytes,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";
import { seed } from "./seed.ts";

const [users = 1_000_000, roles = 10_000, seconds = 10, active = users] = Deno.args.map(Number);

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100);
const started = performance.now();
await seed(schema.sql, schema.name, { users, roles });
const seedSeconds = (performance.now() - started) / 1000;
const { id, token } = await newPerson(sentinel.origin);
await schema.sql(`insert into ${schema.name}.grants (user_id, role) values ($1, 'admin')`, [id]);
await printConditions({
  tool: await toolVersion("wrk"),
  model: "closed, 32 clients, or 8 with batches",
  users,
  roles,
  active,
  seconds,
  "seeded in": `${seedSeconds.toFixed(0)} s`,
});

const count = (sample: string) => metric(sentinel.origin, sample);
for (
  const [what, path, batch, connections] of [
    ["warm up", "evaluation", 1, 32],
    ["single", "evaluation", 1, 32],
    ["batches of 100", "evaluations", 100, 8],
  ] as const
) {
  const before = [await made(), await missed(), await count("process_cpu_seconds_total")] as const;
  const env = { LOAD_USERS: `${active}`, LOAD_ROLES: `${roles}`, LOAD_BATCH: `${batch}` };
  const url = `${sentinel.origin}/access/v1/${path}`;
  const { rate, p99Ms, failures } = await wrk({ url, connections, seconds, token, script: "decisions.lua", env });
  const decisions = await made() - before[0];
  const queries = (await missed() - before[1]) / decisions;
  const cpu = (await count("process_cpu_seconds_total") - before[2]) / decisions * 1e6;
  if (failures > 0) fail(`${what}: ${failures} requests failed`);
  console.log(
    `${what.padEnd(16)} ${Math.round(rate * batch)} decisions/s, p99 ${p99Ms.toFixed(1)} ms, ` +
      `${(queries * 100).toFixed(1)} queries for 100, ${cpu.toFixed(1)} µs of CPU each`,
  );
  const rateText = `${Math.round(rate * batch)}/s`;
  if (what === "single") {
    printGoal("30,000 decisions/s, one in each request", rateText, rate >= 30_000);
    printGoal("p99 of a decision under 5 ms", `${p99Ms.toFixed(1)} ms`, p99Ms < 5);
  } else if (batch > 1) printGoal("300,000 decisions/s, 100 in each request", rateText, rate * batch >= 300_000);
}
console.log(`resident memory  ${Math.round(await residentMegabytes(sentinel))} MB`);

function made(): Promise<number> {
  return count("sentinel_decisions_total");
}

function missed(): Promise<number> {
  return count('sentinel_db_query_duration_seconds_count{statement="find_live_users"}');
}
