/**
 * Clients that all refresh at the same moment, as after a restart: how many are served, how many are told when to come
 * back, and whether any user is logged out.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/refresh_storm.ts [clients] [rounds]
 *
 * Each client has a session and a connection. In the first round the server knows none of the sessions. A client that
 * is told to come back does so after the time of `Retry-After`, with the same token, as one whose answer was lost
 * would. For each round it prints the clients that were served at once, the median, 99th percentile and maximum of
 * their times, and the others. It exits with 1 if a client is neither served nor told when to come back, or a session
 * has ended.
 */
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { loginRefreshTokens } from "../src/tokens/refresh_tokens/refresh_token.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import { emptySchema, fail, metric, newPerson, printConditions, secret, startSentinel } from "./rig.ts";

const [clients = 1_000, rounds = 5] = Deno.args.map(Number);
const patienceSeconds = 10;

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({ model: `open, ${clients} clients at once`, rounds });

const person = await newPerson(sentinel.origin);
const http = Array.from({ length: clients }, () => Deno.createHttpClient({ poolMaxIdlePerHost: 1 }));
const tokens = await startSessions();
await Promise.all(http.map(async (client) => (await fetch(`${sentinel.origin}/livez`, { client })).body?.cancel()));

for (let round = 1; round <= rounds; round++) {
  const statements = await metric(sentinel.origin, "sentinel_db_query_duration_seconds_count");
  const served: number[] = [];
  let retries = 0;
  await Promise.all(tokens.map(async (_, place) => {
    for (const until = performance.now() + patienceSeconds * 1_000; performance.now() < until;) {
      const started = performance.now();
      const { status, waitMs } = await refresh(place);
      if (status === 200) return void served.push(performance.now() - started);
      if (waitMs === undefined) return fail(`a client was answered ${status} without Retry-After`);
      retries++;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    fail(`a client was not served for ${patienceSeconds} s`);
  }));
  served.sort((a, b) => a - b);
  const ms = (part: number) =>
    `${served[Math.min(served.length - 1, Math.floor(served.length * part))]!.toFixed(0)} ms`;
  const ran = await metric(sentinel.origin, "sentinel_db_query_duration_seconds_count") - statements;
  console.log(
    `round ${round}: ${served.length} served, median ${ms(0.5)}, p99 ${ms(0.99)}, at most ${ms(1)}, ` +
      `told to come back ${retries} times, ${ran} statements`,
  );
}
const [{ ended }] = await schema.sql<{ ended: number }>(
  "select count(*)::int as ended from load.sessions where revoked_at is not null",
) as [{ ended: number }];
console.log(`${ended} of ${clients} sessions ended`);
if (ended > 0) fail("users were logged out");
for (const client of http) client.close();

/** The first refresh tokens of new sessions, without the cost of a login. */
async function startSessions(): Promise<string[]> {
  const secrets = createSecrets(secret);
  const begun = Array.from({ length: clients }, () => ({ id: uuidv7(), seed: randomBytes(32) }));
  await schema.sql(
    `insert into load.sessions (id, user_id, refresh_seed, secret_id, expires_at)
     select id, $3, seed, $4, now() + interval '1 hour' from unnest($1::uuid[], $2::bytea[]) s (id, seed)`,
    [begun.map(({ id }) => id), begun.map(({ seed }) => seed), person.id, secrets.id],
  );
  return begun.map(({ id, seed }) => loginRefreshTokens.format(secrets.subkey("refresh"), seed, id, 0));
}

/** Sends the client's token, and keeps the next one. `waitMs`: when it may come back, if it was not served. */
async function refresh(place: number): Promise<{ status: number; waitMs?: number }> {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: tokens[place]! });
  const answer = await fetch(`${sentinel.origin}/oauth/token`, { method: "POST", body, client: http[place]! });
  const { refresh_token } = await answer.json();
  if (refresh_token) tokens[place] = refresh_token;
  const after = answer.headers.get("retry-after");
  return { status: answer.status, ...(after !== null && { waitMs: Number(after) * 1_000 }) };
}
