/**
 * Refresh rotations per second of one server beside PostgreSQL and the load tool, and its CPU time for each.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/rotations.ts [clients] [seconds] [rounds]
 *
 * Each client (a thread and a connection of wrk) has a session and exchanges its refresh token for the next one without
 * pause. For each round it prints the rotations per second, the server's CPU time per rotation
 * (`process_cpu_seconds_total`), and the refused ones. Then it prints the rate of `pgbench` with the same statement over
 * as many connections as the server's pool has, with and without waiting for the disk at each commit, and the goals.
 */
import { updateRefreshCounter } from "../src/sessions/rotation/refresh_store.ts";
import {
  emptySchema,
  logIn,
  median,
  metric,
  newPerson,
  printConditions,
  printGoal,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";

const [clients = 16, seconds = 10, rounds = 3] = Deno.args.map(Number);
const poolSize = 10;

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100, { SENTINEL_DB_POOL_SIZE: String(poolSize) });
const { origin } = sentinel;
await printConditions({ tool: await toolVersion("wrk"), model: `closed, ${clients} clients`, seconds, rounds });
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
      `${costMs.toFixed(3)} ms of server CPU each, ${failures} refused`,
  );
}
const [rate, costMs] = [median(rates), median(costs)];
console.log(`median: ${Math.round(rate)} rotations/s, ${costMs.toFixed(3)} ms of server CPU each`);
for (const goal of [1_500, 3_000]) {
  printGoal(`at least ${goal} refresh rotations/s`, `${Math.round(rate)}/s`, rate >= goal);
}
printGoal("under 0.6 ms of server CPU for a refresh rotation", `${costMs.toFixed(3)} ms`, costMs < 0.6);

for (const synchronous_commit of ["on", "off"]) {
  console.log(`pgbench, synchronous_commit ${synchronous_commit}: ${await pgbench(synchronous_commit)} rotations/s`);
}

/** The rate of a rotation's statement from a client that does nothing else; each connection has its own session. */
async function pgbench(synchronousCommit: string): Promise<string> {
  let text = "";
  const db = { query: <Row>(_: string, statement: string) => (text = statement, Promise.resolve([] as Row[])) };
  await updateRefreshCounter(db, { sessionId: "", counter: 0, clientId: null }, { secretId: "", idleSeconds: 0 });
  const sessionOf = (client: string) => `('00000000-0000-7000-8000-' || lpad((${client})::text, 12, '0'))::uuid`;
  await schema.sql(
    `insert into load.sessions (id, user_id, refresh_seed, secret_id, expires_at)
     select ${sessionOf("n")}, (select id from load.users limit 1), '', '', now() + interval '1 hour'
     from generate_series(0, ${poolSize - 1}) n on conflict do nothing`,
  );
  const params = ["604800", "'pgbench'", sessionOf(":client_id"), "refresh_counter"];
  const script = await Deno.makeTempFile();
  await Deno.writeTextFile(script, text.replaceAll(/\$(\d)/g, (_, n) => params[n - 1]!).replaceAll("\n", " ") + ";\n");
  const { stdout, stderr } = await new Deno.Command("pgbench", {
    args: [
      "-n",
      "-M",
      "prepared",
      "-c",
      `${poolSize}`,
      "-T",
      `${seconds}`,
      "-f",
      script,
      Deno.env.get("DATABASE_URL")!,
    ],
    env: { PGOPTIONS: `-c search_path=load -c synchronous_commit=${synchronousCommit}` },
  }).output();
  await Deno.remove(script);
  const [, tps] = /tps = (\d+)/.exec(new TextDecoder().decode(stdout)) ?? [];
  if (!tps) throw new Error(new TextDecoder().decode(stderr));
  return tps;
}

async function counters() {
  const rotated = await metric(origin, 'sentinel_refreshes_total{outcome="rotated"}');
  return { cpu: await metric(origin, "process_cpu_seconds_total "), rotated };
}
