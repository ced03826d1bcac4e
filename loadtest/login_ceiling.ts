/**
 * The rate of `POST /login`, as a share of the rate of the hash function alone.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/login_ceiling.ts [concurrency] [seconds] [rounds]
 *
 * Each round first computes password hashes in a process that does nothing else, with the concurrency and the allocator
 * of the server. Then four times as many clients log in without pause. Prints both rates of each round, and the ratio
 * of their medians with the least and the most of one round beside the goal.
 */
import {
  emptySchema,
  installation,
  newPerson,
  printConditions,
  printGoal,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";
import { judge, ratioOf, ratioText } from "./spread.ts";

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

const rates: Record<"logins" | "alone", number[]> = { logins: [], alone: [] };
for (let round = 0; round <= rounds; round++) {
  const alone = await hashesPerSecond();
  const { rate, failures } = await wrk({
    url: sentinel.origin,
    connections: clients,
    seconds,
    requests: [{ path: "/login", form: { username, password } }],
  });
  if (failures > 0) throw new Error(`${failures} logins failed`);
  if (round === 0) continue; // warms up
  rates.logins.push(rate);
  rates.alone.push(alone);
  console.log(`round ${round}: ${alone.toFixed(1)} hashes/s alone, ${rate.toFixed(1)} logins/s`);
}
const ratio = ratioOf(rates.logins, rates.alone);
printGoal("logins reach 0.95 of the rate of the hash function alone", ratioText(ratio), judge(ratio, 0.95));

/** Hashes in a process of their own, with the allocator of the server. */
async function hashesPerSecond(): Promise<number> {
  const args = ["run", "-A", "loadtest/baselines/hashes.ts", String(concurrency), String(seconds)];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, env: installation }).output();
  return Number(new TextDecoder().decode(stdout));
}
