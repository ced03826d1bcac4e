/**
 * How much of what the hash function reaches alone is left in `POST /login`.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/login_ceiling.ts [concurrency] [seconds] [rounds]
 *
 * Each round computes password hashes in this process with as many at once as the server may (its own default unless
 * told otherwise), nothing else running; then lets four times as many clients log in without pause. Prints both rates of
 * each round, and the median of the rounds' ratios.
 */
import { createHashing } from "../src/platform/hashing.ts";
import { emptySchema, median, newPerson, printConditions, startSentinel, wrk } from "./rig.ts";

const [concurrency = Math.max(1, navigator.hardwareConcurrency - 1), seconds = 5, rounds = 5] = Deno.args.map(Number);

await using _schema = await emptySchema();
await using sentinel = await startSentinel(8100, { SENTINEL_HASH_CONCURRENCY: String(concurrency) });
await printConditions({ hash: "argon2id m=19456 t=2 p=1", concurrency, seconds, rounds });
const { username, password } = await newPerson(sentinel.origin);
await using hashing = createHashing({ concurrency, queueMax: concurrency });
const stored = await hashing.hash({ kind: "argon2id" }, password);

const ratios: number[] = [];
for (let round = 0; round <= rounds; round++) {
  const alone = await hashesPerSecond();
  const { rate, failures } = await wrk({
    url: `${sentinel.origin}/login`,
    connections: 4 * concurrency,
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

async function hashesPerSecond(): Promise<number> {
  const started = performance.now();
  const endsAt = started + seconds * 1000;
  let count = 0;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (; performance.now() < endsAt; count++) {
      if (!await hashing.verify(stored, password)) throw new Error("no match");
    }
  }));
  return count / ((performance.now() - started) / 1000);
}

function ratio(value: number): string {
  return value.toFixed(3);
}
