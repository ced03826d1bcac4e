/**
 * Refresh rotations per second of one server beside PostgreSQL and the load tool, and its CPU time for each.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/rotations.ts [clients] [seconds] [rounds] [--beside=<folder>]
 *
 * Each client (a thread and a connection of wrk) has a session and exchanges its refresh token for the next one without
 * pause. For each round it prints the rotations per second, the server's CPU time per rotation
 * (`process_cpu_seconds_total`), the rotations per statement, and the refused ones. `--beside` names another checkout
 * of this repository: its server takes turns with this one, on the same database. Then it prints the rate of `pgbench`
 * with the statement of one rotation over as many connections as the server's pool has, with and without waiting for
 * the disk at each commit, and the goals.
 */
import { parseArgs } from "node:util";
import { updateRefreshCounter } from "../src/sessions/rotation/refresh_store.ts";
import {
  emptySchema,
  logIn,
  median,
  metric,
  newPerson,
  printConditions,
  printGoal,
  type Server,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";

const { values: { beside }, positionals } = parseArgs({
  args: Deno.args,
  options: { beside: { type: "string" } },
  allowPositionals: true,
});
const [clients = 16, seconds = 10, rounds = 3] = positionals.map(Number);
const poolSize = 10;
const settings = { SENTINEL_DB_POOL_SIZE: String(poolSize) };

/** A server under load, and its figures of each round. */
type Side = { name: string; origin: string; rates: number[]; costsMs: number[] };

await using schema = await emptySchema();
await using servers = new AsyncDisposableStack();
const sides = [sideOf("this checkout", servers.use(await startSentinel(8100, settings)))];
if (beside) {
  servers.use(await emptySchema("load_beside"));
  const other = await startSentinel(8101, { ...settings, SENTINEL_DB_SCHEMA: "load_beside" }, `${beside}/src/main.ts`);
  sides.push(sideOf(beside, servers.use(other)));
}
await printConditions({ tool: await toolVersion("wrk"), model: `closed, ${clients} clients`, seconds, rounds });
const [{ synchronous_commit, fsync }] = await schema.sql<Record<string, string>>(
  "select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync",
) as [Record<string, string>];
console.log(`PostgreSQL: fsync ${fsync}, synchronous_commit ${synchronous_commit}`);

for (let round = 0; round <= rounds; round++) { // the first warms up
  for (const side of sides) await load(side, round);
}
for (const { name, rates, costsMs } of sides) {
  const [rate, costMs] = [median(rates), median(costsMs)];
  console.log(`${name}, median: ${Math.round(rate)} rotations/s, ${costMs.toFixed(3)} ms of server CPU each`);
}
const [rate, costMs] = [median(sides[0]!.rates), median(sides[0]!.costsMs)];
printGoal("at least 8000 refresh rotations/s", `${Math.round(rate)}/s`, rate >= 8_000);
printGoal("at most 0.12 ms of server CPU for a refresh rotation", `${costMs.toFixed(3)} ms`, costMs <= 0.12);

for (const synchronous_commit of ["on", "off"]) {
  console.log(`pgbench, synchronous_commit ${synchronous_commit}: ${await pgbench(synchronous_commit)} rotations/s`);
}

function sideOf(name: string, { origin }: Server): Side {
  return { name, origin, rates: [], costsMs: [] };
}

async function load({ name, origin, rates, costsMs }: Side, round: number): Promise<void> {
  const person = await newPerson(origin);
  const sessions = await Promise.all(Array.from({ length: clients }, () => logIn(origin, person)));
  const before = await counters(origin);
  const { failures, p99Ms } = await wrk({
    url: `${origin}/oauth/token`,
    connections: clients,
    threads: clients,
    seconds,
    script: "./refresh.lua",
    env: { LOAD_REFRESH_TOKENS: sessions.map(({ refreshToken }) => refreshToken).join(" ") },
  });
  const after = await counters(origin);
  const rotated = after.rotated - before.rotated;
  const costMs = (after.cpu - before.cpu) / rotated * 1000;
  if (round === 0) return;
  rates.push(rotated / seconds);
  costsMs.push(costMs);
  console.log(
    `round ${round}, ${name}: ${Math.round(rotated / seconds)} rotations/s, p99 ${p99Ms.toFixed(1)} ms, ` +
      `${costMs.toFixed(3)} ms of server CPU each, ` +
      `${(rotated / (after.statements - before.statements)).toFixed(1)} in a statement, ${failures} refused`,
  );
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
  const params = ["604800", "'pgbench'", sessionOf(":client_id"), "s.refresh_counter", "null", "null", "false", "1"];
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

async function counters(origin: string) {
  const rotated = await metric(origin, 'sentinel_refreshes_total{outcome="rotated"}');
  const statements = await metric(
    origin,
    'sentinel_db_query_duration_seconds_count{statement="update_refresh_counter',
  );
  return { cpu: await metric(origin, "process_cpu_seconds_total "), rotated, statements };
}
