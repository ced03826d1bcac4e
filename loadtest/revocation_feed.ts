/**
 * How long after its answer a revocation reaches verifiers that ask no server about each token, and what their polls
 * cost.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/revocation_feed.ts [revocations] [verifiers] [seconds]
 *
 * Two servers run on one schema. Sessions are revoked on the first one, at random times; a verifier polls `GET
 * /revocations` of the second one every two seconds, and refuses a token from then on. Prints the distribution of the
 * time from the answer to that. Then so many verifiers poll every two seconds while nothing ends: prints the server's
 * CPU time for a poll, how many were answered 304, and how many polls were refused. Exits with 1 where the 99th
 * percentile exceeds five seconds.
 */
import { emptySchema, fail, logIn, metric, newPerson, printConditions, printGoal, startSentinel } from "./rig.ts";

const [revocations = 200, verifiers = 100, seconds = 20] = Deno.args.map(Number);
const everyMs = 2_000;
const guaranteedMs = 5_000;

await using schema = await emptySchema();
const issuer = { SENTINEL_PUBLIC_URL: "http://127.0.0.1:8100" };
await using revoking = await startSentinel(8100, issuer);
await using polled = await startSentinel(8101, issuer);
await printConditions({ model: "one poll every 2 s for each verifier", revocations, verifiers, seconds });
const admin = await newPerson(revoking.origin);
await schema.sql("insert into load.grants (user_id, role) values ($1, 'admin')", [admin.id]);
const { token: adminToken } = await logIn(revoking.origin, admin);

let failures = 0;
/** When the verifier learned of each session. */
const learned = new Map<string, number>();

/** Polls once; answers where and with what to go on. */
async function poll(from: { cursor?: string; etag?: string }, learn = true) {
  const query = from.cursor === undefined ? "" : `?since=${from.cursor}`;
  const answer = await fetch(`${polled.origin}/revocations${query}`, {
    headers: { authorization: `Bearer ${adminToken}`, ...from.etag && { "if-none-match": from.etag } },
  });
  if (answer.status === 304) return { ...from, status: 304 };
  if (answer.status !== 200) {
    await answer.body?.cancel();
    failures++;
    return { ...from, status: answer.status };
  }
  const { items, cursor } = await answer.json() as { items: { sid?: string }[]; cursor: string };
  const now = performance.now();
  if (learn) { for (const { sid } of items) if (sid && !learned.has(sid)) learned.set(sid, now); }
  return { cursor, etag: answer.headers.get("etag")!, status: 200 };
}

const person = await newPerson(revoking.origin);
const tokens: string[] = [];
for (let n = 0; n < revocations; n++) tokens.push((await logIn(revoking.origin, person)).token);
const sidOf = (token: string) =>
  JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(token.split(".")[1]!, { alphabet: "base64url" }))).sid;

const answered = new Map<string, number>();
const stopped = new AbortController();
const verifier = (async () => {
  for (let at: Awaited<ReturnType<typeof poll>> = await poll({}); !stopped.signal.aborted; at = await poll(at)) {
    await pause(everyMs);
  }
})();
for (const token of tokens) {
  const answer = await fetch(`${revoking.origin}/logout`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 204) fail(`POST /logout answered ${answer.status}`);
  answered.set(sidOf(token), performance.now());
  await pause(Math.random() * 200);
}
await pause(guaranteedMs);
stopped.abort();
await verifier;
const missed = [...answered.keys()].filter((sid) => !learned.has(sid));
if (missed.length > 0) fail(`${missed.length} revocations did not arrive`);
const times = [...answered].map(([sid, at]) => Math.max(0, learned.get(sid)! - at)).sort((a, b) => a - b);
const percentile = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]!);
const p99 = percentile(0.99);
console.log(`revoked to refused: p50 ${percentile(0.5)} ms, p99 ${p99} ms, at most ${percentile(1)} ms`);
printGoal("refused within 5 s at the 99th percentile", `${p99} ms`, p99 <= guaranteedMs);

const cpu = () => metric(polled.origin, "process_cpu_seconds_total");
const idle = { cpu: await cpu() };
await pause(seconds * 1_000);
const idleCpu = await cpu() - idle.cpu;
let polls = 0, unchanged = 0;
const before = await cpu();
const until = performance.now() + seconds * 1_000;
await Promise.all(Array.from({ length: verifiers }, async () => {
  await pause(Math.random() * everyMs);
  let at: Awaited<ReturnType<typeof poll>> = await poll({}, false);
  while (performance.now() < until) {
    at = await poll(at, false);
    polls++;
    if (at.status === 304) unchanged++;
    await pause(everyMs);
  }
}));
const used = await cpu() - before;
console.log(
  `${verifiers} verifiers: ${Math.round(polls / seconds)} polls/s, ${unchanged} of ${polls} answered 304, ` +
    `${((used - idleCpu) / polls * 1_000).toFixed(3)} ms of server CPU each; ${failures} polls refused (429, 503)`,
);
if (p99 > guaranteedMs) fail(`the 99th percentile is ${p99} ms; ${guaranteedMs} ms are guaranteed`);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
