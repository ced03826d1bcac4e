/**
 * The rate of `POST /login`, as a share of the rate of the hash function alone.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/login_ceiling.ts [concurrency] [seconds] [rounds] [users]
 *
 * Each round first computes password hashes in a process that does nothing else, with the concurrency and the allocator
 * of the server. Then four times as many clients log in without pause, each time another user, as logins of one user
 * wait for each other. Prints both rates of each round, what a login costs beside its hash, and the ratio of the
 * medians with the least and the most of one round beside the goal.
 */
import {
  cpuSeconds,
  emptySchema,
  installation,
  median,
  newPerson,
  type Person,
  printConditions,
  printGoal,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";
import { childrenCpuSeconds, postgresCpuSeconds } from "./cpu_times.ts";
import { judge, ratioOf, ratioText } from "./spread.ts";

const [concurrency = navigator.hardwareConcurrency, seconds = 5, rounds = 5, users = 100] = Deno.args.map(Number);

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100, { SENTINEL_HASH_CONCURRENCY: String(concurrency) });
const clients = 4 * concurrency;
await printConditions({
  tool: await toolVersion("wrk"),
  model: `closed, ${clients} clients`,
  "hashes at once": concurrency,
  seconds,
  rounds,
  users,
});
const people: Person[] = [];
for (let i = 0; i < users; i++) people.push(await newPerson(sentinel.origin));
const requests = people.map(({ username, password }) => ({ path: "/login", form: { username, password } }));

const rates: Record<"logins" | "alone", number[]> = { logins: [], alone: [] };
const costsMs: Record<"hash" | "server" | "postgres" | "wrk", number[]> = {
  hash: [],
  server: [],
  postgres: [],
  wrk: [],
};
for (let round = 0; round <= rounds; round++) {
  const alone = await hashAlone();
  const before = await cpuTimes();
  const { requests: count, rate, failures } = await wrk({
    url: sentinel.origin,
    connections: clients,
    seconds,
    requests,
  });
  const after = await cpuTimes();
  if (failures > 0) throw new Error(`${failures} logins failed`);
  if (round === 0) { // warms up; then the tables are analyzed, as autovacuum does within a minute
    await schema.sql("analyze");
    continue;
  }
  rates.logins.push(rate);
  rates.alone.push(alone.rate);
  costsMs.hash.push(alone.costMs);
  for (const part of ["server", "postgres", "wrk"] as const) {
    costsMs[part].push((after[part] - before[part]) / count * 1000);
  }
  console.log(`round ${round}: ${alone.rate.toFixed(1)} hashes/s alone, ${rate.toFixed(1)} logins/s`);
}
const ms = (part: keyof typeof costsMs) => `${median(costsMs[part]).toFixed(2)} ms`;
console.log(
  `CPU time, medians: ${ms("hash")} for a hash alone; ` +
    `for a login ${ms("server")} of the server, ${ms("postgres")} of PostgreSQL, ${ms("wrk")} of wrk`,
);
const ratio = ratioOf(rates.logins, rates.alone);
printGoal("logins reach 0.95 of the rate of the hash function alone", ratioText(ratio), judge(ratio, 0.95));

async function cpuTimes() {
  const [server, postgres, wrk] = await Promise.all([
    cpuSeconds(sentinel),
    postgresCpuSeconds(schema),
    childrenCpuSeconds(),
  ]);
  return { server, postgres: postgres ?? NaN, wrk };
}

/** Hashes in a process of their own, with the allocator of the server. */
async function hashAlone(): Promise<{ rate: number; costMs: number }> {
  const args = ["run", "-A", "loadtest/baselines/hashes.ts", String(concurrency), String(seconds)];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, env: installation }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
