/**
 * The rate of `GET /users/me` with production settings, as a share of the rate of the runtime alone.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/me_ratio.ts [rounds] [seconds]
 *
 * Serves Sentinel, a raw `Deno.serve` that reads the Authorization header and returns the same headers and bytes, and
 * one that returns "hi". Loads each in turn with the same client (`wrk`, 1 thread, 32 connections), and prints the
 * medians of the rounds, and their ratios with the least and the most of one round beside the goals.
 */
import {
  emptySchema,
  median,
  newPerson,
  printConditions,
  printGoal,
  residentMegabytes,
  sameBytes,
  start,
  startSentinel,
  toolVersion,
  until,
  wrk,
} from "./rig.ts";
import { judge, ratioOf, ratioText } from "./spread.ts";

const [rounds = 5, seconds = 4] = Deno.args.map(Number);

await using _schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({ tool: await toolVersion("wrk"), model: "closed, 32 clients", rounds, seconds });
const idleMegabytes = await residentMegabytes(sentinel);
const { token } = await newPerson(sentinel.origin);
const authorized = { headers: { authorization: `Bearer ${token}` } };
const same = await sameBytes(sentinel.origin, token);
await using raw = start(["loadtest/baselines/same_bytes.ts", "8101", ...same], 8101);
await using hi = start(["loadtest/baselines/hi.ts", "8102"], 8102);

const urls = { sentinel: `${sentinel.origin}/users/me`, same_bytes: `${raw.origin}/`, hi: `${hi.origin}/` };
type Name = keyof typeof urls;
const names = Object.keys(urls) as Name[];
for (const name of names) await until(async () => await (await fetch(urls[name], authorized)).body?.cancel());

const rates: Record<Name, number[]> = { sentinel: [], same_bytes: [], hi: [] };
for (let round = 0; round <= rounds; round++) {
  for (const name of names) {
    const { rate, failures } = await wrk({ url: urls[name], connections: 32, seconds, token });
    if (failures > 0) throw new Error(`${name} failed ${failures} times`);
    if (round > 0) rates[name].push(rate); // the first round warms up
  }
}
const per = (name: Name) => median(rates[name]);
for (const name of names) console.log(`${name.padEnd(22)} ${Math.round(per(name))} requests/s`);
console.log(
  `resident memory        ${Math.round(idleMegabytes)} MB idle, ${
    Math.round(await residentMegabytes(sentinel))
  } MB after`,
);
for (const [base, least] of [["same_bytes", 0.75], ["hi", 0.45]] as const) {
  const ratio = ratioOf(rates.sentinel, rates[base]);
  printGoal(`${least} of ${base}`, ratioText(ratio), judge(ratio, least));
}
