/**
 * The effect of sprayed passwords on other users. Pairs of names and passwords, each tried once, arrive from many
 * addresses at a server with rate limits, while users log in from their own addresses and send their tokens.
 *
 *   DATABASE_URL=postgres://… deno task load:spray [--names 100] [--passwords 100] [--addresses 500] [--rate 250]
 *
 * Every other name is that of an account. Prints the answers to the pairs, and the number of hashed passwords; the
 * longest hash queue seen in `/metrics`, ten times a second; and the answers to the users with their times. Exits with
 * 1 if the queue was longer than configured, or if a token was refused.
 */
import { createHashing } from "../src/platform/hashing/hashing.ts";
import { emptySchema, fail, metric, numbersGiven, printConditions, printGoal, startSentinel } from "./rig.ts";

type Answer = { status: number; ms: number; body: string };

const options = numbersGiven({ names: 100, passwords: 100, addresses: 500, rate: 250 });
const pairs = options.names * options.passwords;
const seconds = pairs / options.rate;
const honest = { users: 20, loginsPerSecond: 2, tokensPerSecond: 100 };
const password = "measure twice, cut once";
const nameOf = (n: number) => n % 2 === 0 ? `sprayed-${n}` : `nobody-${n}`;

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100, {
  SENTINEL_RATE_LIMIT: "on",
  SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
});
await printConditions({ model: "open", "rate limits": "on", ...options, ...honest });
const users = Array.from({ length: honest.users }, (_, n) => ({ username: `honest-${n}`, ip: `192.0.2.${n}` }));
const sprayed = Array.from({ length: options.names }, (_, n) => nameOf(n)).filter((name) => name.startsWith("sprayed"));
await settle([...users.map(({ username }) => username), ...sprayed]);
const tokens: string[] = [];
for (const person of users) tokens.push(JSON.parse((await logIn(person)).body).access_token);

const hashedBefore = await hashed();
let over = false;
const depth = deepestQueue();
const attempts: Answer[] = [], logins: Answer[] = [], shown: Answer[] = [];
await Promise.all([
  arrive(options.rate, async (n) => {
    const username = nameOf(n % options.names);
    const address = n * 7 % options.addresses; // so that a name comes from changing addresses
    const ip = `198.18.${address >> 8}.${address & 255}`;
    attempts.push(await logIn({ username, ip }, `guess ${Math.floor(n / options.names)}`));
  }),
  arrive(honest.loginsPerSecond, async (n) => void logins.push(await logIn(users[n % users.length]!))),
  arrive(honest.tokensPerSecond, async (n) => {
    const authorization = `Bearer ${tokens[n % tokens.length]}`;
    shown.push(await ask("/users/me", { headers: { authorization } }));
  }),
]);
over = true;

console.log(`${await hashed() - hashedBefore} passwords hashed in ${seconds} s`);
for (const [who, answers] of Object.entries({ spray: attempts, "honest logins": logins, "GET /users/me": shown })) {
  console.log(`${who.padEnd(14)} ${summary(answers)}`);
}
const [deepest, limit] = [await depth, await metric(sentinel.origin, "sentinel_hash_queue_limit ")];
printGoal(`at most ${limit} passwords wait`, `${deepest} at most`, deepest <= limit);
const loginMs = p99(logins.filter(({ status }) => status === 200));
printGoal("honest logins p99 under 2 s", `${Math.round(loginMs)} ms`, loginMs < 2_000);
if (deepest > limit) fail("the hash queue was longer than configured");
if (shown.some(({ status }) => status !== 200)) fail("tokens were refused");

/** Creates users with the same password. */
async function settle(names: string[]): Promise<void> {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  await schema.sql(
    `with someone as (
       insert into load.users (id, username, username_canonical, email, email_canonical, password_hash)
       select gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', $2
       from unnest($1::text[]) name returning id
     )
     insert into load.grants (user_id, role) select id, 'user' from someone`,
    [names, await hashing.hash({ kind: "argon2id" }, password)],
  );
}

/** Starts a function at a rate while the spray lasts, without waiting for earlier calls. */
async function arrive(perSecond: number, once: (n: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const earlyMs = began + n * 1000 / perSecond - performance.now();
    if (earlyMs > 0) await pause(earlyMs);
    all.push(once(n));
  }
  await Promise.all(all);
}

function logIn({ username, ip }: { username: string; ip: string }, tried = password): Promise<Answer> {
  const body = new URLSearchParams({ username, password: tried });
  return ask("/login", { method: "POST", body, headers: { "x-forwarded-for": ip } });
}

async function ask(path: string, init: RequestInit): Promise<Answer> {
  const started = performance.now();
  const response = await fetch(`${sentinel.origin}${path}`, init);
  const body = await response.text();
  return { status: response.status, ms: performance.now() - started, body };
}

async function deepestQueue(): Promise<number> {
  let deepest = 0;
  while (!over) {
    deepest = Math.max(deepest, await metric(sentinel.origin, "sentinel_hash_queue_waiting "));
    await pause(100);
  }
  return deepest;
}

function hashed(): Promise<number> {
  return metric(sentinel.origin, "sentinel_hash_duration_seconds_count");
}

/** The number of answers by status, and the 99th percentile of their times. */
function summary(answers: Answer[]): string {
  const byStatus = Object.entries(Object.groupBy(answers, ({ status }) => status));
  return byStatus.map(([status, those]) => `${status}: ${those!.length}, p99 ${p99(those!).toFixed(1)} ms`).join("; ");
}

function p99(answers: Answer[]): number {
  return answers.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(answers.length * 0.99)] ?? NaN;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
