/**
 * The rate of `GET /users/me` with an API key, as a share of the rate with an access token, and whether a million keys
 * change what a key costs.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/api_keys.ts [rounds] [seconds] [keys]
 *
 * Loads one server in turn with an access token and with a key (`wrk`, 1 thread, 32 connections), and then sends 2,000
 * keys once each, which costs a look-up each: with 1,000 other keys in the database, and with 1,000,000. Prints the
 * ratio of the medians with the least and the most of one round, and the costs, beside the goals.
 */
import { insertKeys } from "./credentials.ts";
import {
  cpuSeconds,
  emptySchema,
  median,
  newPerson,
  printConditions,
  printGoal,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";
import { judge, ratioOf, ratioText } from "./spread.ts";

const [rounds = 7, seconds = 3, keys = 1_000_000] = Deno.args.map(Number);
const newKeys = 2_000;

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({ tool: await toolVersion("wrk"), model: "closed, 32 clients", rounds, seconds });
const person = await newPerson(sentinel.origin);
const url = `${sentinel.origin}/users/me`;
const [key = ""] = await insertKeys(schema, person.id, 1);

const few = await measure(1_000);
const many = await measure(keys);
printGoal(
  "GET /users/me with an API key has 0.90 of the rate with a token",
  ratioText(few.ratio),
  judge(few.ratio, 0.9),
);
for (
  const [what, name] of [["knownMicroseconds", "a key in memory"], [
    "firstMilliseconds",
    "the first use of a key",
  ]] as const
) {
  const growth = many[what] / few[what];
  printGoal(
    `${name} costs at most 1.2 times as much among ${keys.toLocaleString("en")} keys as among 1,000`,
    growth.toFixed(2),
    growth <= 1.2,
  );
}

async function measure(others: number) {
  await seed(others);
  const rates: Record<"byKey" | "byToken", number[]> = { byKey: [], byToken: [] };
  const costs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const byToken = await load(person.token);
    const byKey = await load(key);
    if (round === 0) continue; // the first round warms up
    rates.byKey.push(byKey.rate);
    rates.byToken.push(byToken.rate);
    costs.push(byKey.microseconds);
  }
  const result = {
    ratio: ratioOf(rates.byKey, rates.byToken),
    knownMicroseconds: median(costs),
    firstMilliseconds: await useEachOnce(await insertKeys(schema, person.id, newKeys)),
  };
  console.log(
    `${others} keys: ${ratioText(result.ratio)} of the rate with a token, ` +
      `${result.knownMicroseconds.toFixed(2)} µs of CPU a request; first use ${result.firstMilliseconds.toFixed(2)} ms`,
  );
  return result;
}

async function load(credential: string): Promise<{ rate: number; microseconds: number }> {
  const before = await cpuSeconds(sentinel);
  const { rate, requests, failures } = await wrk({ url, connections: 32, seconds, token: credential });
  if (failures > 0) throw new Error(`${failures} requests failed`);
  return { rate, microseconds: (await cpuSeconds(sentinel) - before) / requests * 1e6 };
}

/** The median time of a request with a key that the server has not seen, one after the other. */
async function useEachOnce(keys: string[]): Promise<number> {
  const times: number[] = [];
  for (const key of keys) {
    const started = performance.now();
    const response = await fetch(url, { headers: { "x-api-key": key } });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`a new key: ${response.status}`);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** Keys that nobody uses, ten of each user. */
async function seed(count: number): Promise<void> {
  const { name, sql } = schema;
  await sql(
    `with owner as (
       insert into ${name}.users (id, username, username_canonical)
       select gen_random_uuid(), owner, owner
       from generate_series(1, $1::int) n, lateral (select 'owner' || $1 || '-' || n as owner) o
       returning id
     ), key as (
       insert into ${name}.api_keys (id, user_id, name, scopes)
       select gen_random_uuid(), id, 'seed', '{users:read}' from owner, generate_series(1, 10)
       returning id
     )
     insert into ${name}.secrets (id, kind, owner_id, hash, hint)
     select gen_random_uuid(), 'pat', id, sha256(id::text::bytea), 'seed' from key`,
    [count / 10],
  );
  for (const table of ["users", "api_keys", "secrets"]) await sql(`vacuum analyze ${name}.${table}`);
}
