/**
 * How many refresh rotations a second one server does beside its PostgreSQL and the load tool, and what one costs it.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/rotations.ts [clients] [seconds] [rounds]
 *
 * Each client (wrk, a thread and a connection each) holds a session and trades its refresh token for the next one
 * without pause. Prints of each round the rotations a second, the server's CPU time per rotation by its own
 * `process_cpu_seconds_total`, and what was refused; then what `pgbench` reaches with the same statements and clients.
 */
import { emptySchema, logIn, median, metric, newPerson, printConditions, startSentinel, wrk } from "./rig.ts";

const [clients = 16, seconds = 10, rounds = 3] = Deno.args.map(Number);

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100);
const { origin } = sentinel;
await printConditions({ clients, seconds, rounds });
const [{ synchronous_commit, fsync }] = await schema.sql<Record<string, string>>(
  "select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync",
) as [Record<string, string>];
console.log(`PostgreSQL: fsync ${fsync}, synchronous_commit ${synchronous_commit}`);

const rates: number[] = [];
const costs: number[] = [];
for (let round = 0; round <= rounds; round++) {
  const person = await newPerson(origin);
  const sessions = await Promise.all(Array.from({ length: clients }, () => logIn(origin, person)));
  const before = await counters();
  const { failures, p99Ms } = await wrk({
    url: `${origin}/oauth/token`,
    connections: clients,
    threads: clients,
    seconds,
    script: "./refresh.lua",
    env: { LOAD_REFRESH_TOKENS: sessions.map(({ refreshToken }) => refreshToken).join(" ") },
  });
  const after = await counters();
  const rotated = after.rotated - before.rotated;
  const costMs = (after.cpu - before.cpu) / rotated * 1000;
  if (round === 0) continue; // warms up
  rates.push(rotated / seconds);
  costs.push(costMs);
  console.log(
    `round ${round}: ${Math.round(rotated / seconds)} rotations/s, p99 ${p99Ms.toFixed(1)} ms, ` +
      `${costMs.toFixed(3)} ms of server CPU each, ${failures} refused, ${after.other - before.other} no rotation`,
  );
}
console.log(`median: ${Math.round(median(rates))} rotations/s, ${median(costs).toFixed(3)} ms of server CPU each`);

async function counters() {
  const all = await metric(origin, "sentinel_refreshes_total");
  const rotated = await metric(origin, 'sentinel_refreshes_total{outcome="rotated"}');
  return { cpu: await metric(origin, "process_cpu_seconds_total "), rotated, other: all - rotated };
}
