/**
 * The rate of `POST /login`, as a share of the rate of the hash function alone.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/login_ceiling.ts [concurrency] [seconds] [rounds]
 *
 * Each round first computes password hashes in a process that does nothing else, with the concurrency and the allocator
 * of the server. Then four times as many clients log in without pause. Prints both rates of each round, and the median
 * of the ratios beside the goal.
 */
import {
  emptySchema,
  installation,
  median,
  newPerson,
  printConditions,
  printGoal,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";

const [concurrency = navigator.hardwareConcurrency, seconds = 5, rounds = 5] = Deno.args.map(Number);

await using _schema = await emptySchema();
await using sentinel = await startSentinel(8100, { SENTINEL_HASH_CONCURRENCY: String(concurrency) });
const clients = 4 * concurrency;
await printConditions({
  tool: await toolVersion("wrk"),
  model: `closed, ${clients} clients`,
  "hashes at once": concurrency,
  seconds,
  rounds,
});
const { username, password } = await newPerson(sentinel.origin);

const ratios: number[] = [];
for (let round = 0; round <= rounds; round++) {
  const alone = await hashesPerSecond();
  const { rate, failures } = await wrk({
    url: `${sentinel.origin}/login`,
    connections: clients,
    seconds,
    script: "./login.lua",
    env: { LOGIN_USERNAME: username, LOGIN_PASSWORD: password },
  });
  if (failures > 0) throw new Error(`${failures} logins failed`);
  if (round === 0) continue; // warms up
  ratios.push(rate / alone);
  console.log(
    `round ${round}: ${alone.toFixed(1)} hashes/s alone, ${rate.toFixed(1)} logins/s: ${ratio(rate / alone)}`,
  );
}
console.log(`median: ${ratio(median(ratios))} (${ratio(Math.min(...ratios))} to ${ratio(Math.max(...ratios))})`);
printGoal("logins reach 0.95 of the rate of the hash function alone", ratio(median(ratios)), median(ratios) >= 0.95);

/** Hashes in a process of their own, with the allocator of the server. */
async function hashesPerSecond(): Promise<number> {
  const args = ["run", "-A", "loadtest/baselines/hashes.ts", String(concurrency), String(seconds)];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, env: installation }).output();
  return Number(new TextDecoder().decode(stdout));
}

function ratio(value: number): string {
  return value.toFixed(3);
}
