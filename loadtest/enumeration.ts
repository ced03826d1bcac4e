/**
 * Whether `POST /login` reveals that an account exists, by the content or the time of a refusal.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/enumeration.ts [times] [population…]
 *
 * Populations: `argon2id`, `bcrypt` (cost 12), `mixed`, and `queued`, which is mixed while other logins keep the hash
 * queue filled; all four by default. In each population the same server refuses one login after another, in random
 * order: wrong passwords of users with each stored kind of hash, the right password of a disabled user, and an unknown
 * name. For each it prints the difference of the median from that of the unknown name, and the p of a two-sample
 * Kolmogorov-Smirnov test. It also prints whether status, headers and body are the same, for these logins and for names
 * that are throttled.
 */
import { createHashing } from "../src/platform/hashing/hashing.ts";
import { emptySchema, fail, median, newPerson, printConditions, printGoal, startSentinel } from "./rig.ts";

type Kind = "argon2id" | "bcrypt";
type Attempt = { username: string; password: string };

type Population = { policy: Kind; kinds: Kind[]; crowd?: number };

const populations: Record<string, Population> = {
  argon2id: { policy: "argon2id", kinds: ["argon2id"] },
  bcrypt: { policy: "bcrypt", kinds: ["bcrypt"] },
  mixed: { policy: "argon2id", kinds: ["argon2id", "bcrypt"] },
  queued: { policy: "argon2id", kinds: ["argon2id", "bcrypt"], crowd: 12 },
};
const [times = 500] = Deno.args.slice(0, 1).map(Number);
const chosen = Deno.args.length > 1 ? Deno.args.slice(1) : Object.keys(populations);
const passwords = { right: "measure twice, cut once", wrong: "measure once, cut twice" };

await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
await printConditions({ times, bcrypt: "cost 12" });
for (const name of chosen) await measure(name, populations[name]!);
await compareThrottled();

async function measure(name: string, { policy, kinds, crowd = 0 }: Population): Promise<void> {
  await using schema = await emptySchema();
  const attempts = await populate(schema, kinds);
  await using sentinel = await startSentinel(8100, { SENTINEL_PASSWORD_HASH: policy }); // reads the stored kinds when it starts
  const url = `${sentinel.origin}/login`;
  await using _crowd = crowdAt(url, crowd);
  const answers = new Map<string, string>();
  const durations = new Map(Object.keys(attempts).map((who) => [who, [] as number[]]));
  for (let time = 0; time < times; time++) {
    for (const [who, attempt] of shuffled(Object.entries(attempts))) {
      const started = performance.now();
      const answer = await sendFailingLogin(url, attempt);
      durations.get(who)!.push(performance.now() - started);
      answers.set(who, answer);
    }
  }
  const unknown = durations.get("unknown")!;
  console.log(`${name}: unknown name, median ${median(unknown).toFixed(1)} ms; ${sameness(answers)}`);
  const differencesMs = [...durations].filter(([who]) => who !== "unknown").map(([who, taken]) => {
    const difference = median(taken) - median(unknown);
    const ks = ksP(taken, unknown).toFixed(3);
    console.log(`  ${who.padEnd(20)} ${difference.toFixed(2).padStart(6)} ms from it, KS p ${ks}`);
    return Math.abs(difference);
  });
  const most = Math.max(...differencesMs);
  printGoal("medians differ by less than 5 ms", `${most.toFixed(2)} ms at most`, most < 5);
  if (new Set(answers.values()).size > 1) fail("the answers differ");
}

/** Clients that send failing logins without pause. */
function crowdAt(url: string, size: number): AsyncDisposable {
  let gone = false;
  const loops = Array.from({ length: size }, async (_, i) => {
    while (!gone) await sendFailingLogin(url, { username: `load-crowd${i}`, password: passwords.wrong });
  });
  return {
    async [Symbol.asyncDispose]() {
      gone = true;
      await Promise.all(loops);
    },
  };
}

/** Creates users with each kind of hash and a disabled one; returns the names and passwords to try. */
async function populate(schema: Schema, kinds: Kind[]): Promise<Record<string, Attempt>> {
  const attempts: Record<string, Attempt> = { unknown: { username: "load-unknown0", password: passwords.wrong } };
  await using sentinel = await startSentinel(8100);
  for (const kind of kinds) {
    const { username, id } = await newPerson(sentinel.origin);
    await setHash(schema, id, kind);
    attempts[`${kind}, wrong`] = { username, password: passwords.wrong };
  }
  const { username, id, password } = await newPerson(sentinel.origin);
  await setHash(schema, id, kinds[0]!);
  await schema.sql("update load.users set disabled_at = now() where id = $1", [id]);
  attempts["disabled, right"] = { username, password };
  return attempts;
}

type Schema = Awaited<ReturnType<typeof emptySchema>>;

async function setHash(schema: Schema, id: string, kind: Kind): Promise<void> {
  const policy = kind === "bcrypt" ? { kind, cost: 12 } : { kind };
  await schema.sql("update load.users set password_hash = $2 where id = $1", [
    id,
    await hashing.hash(policy, passwords.right),
  ]);
}

async function compareThrottled(): Promise<void> {
  await using _schema = await emptySchema();
  const limits = { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "3/900" };
  await using sentinel = await startSentinel(8100, limits);
  const { username } = await newPerson(sentinel.origin);
  const answers = new Map<string, string>();
  for (const [who, name] of Object.entries({ known: username, unknown: "load-unknown0" })) {
    for (let time = 0; time < 4; time++) {
      answers.set(
        who,
        await sendFailingLogin(`${sentinel.origin}/login`, { username: name, password: passwords.wrong }),
      );
    }
  }
  console.log(`throttled: ${sameness(answers)}`);
}

/**
 * Status, headers and body. The client sends the request id, so that the server's counter of requests does not show.
 */
async function sendFailingLogin(url: string, attempt: Attempt): Promise<string> {
  const headers = { "content-type": "application/json", "x-request-id": "enumeration" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(attempt) });
  const answered = [...response.headers].filter(([name]) => name !== "date");
  return JSON.stringify([response.status, answered, await response.text()]);
}

function sameness(answers: Map<string, string>): string {
  const different = new Set(answers.values());
  const [answer = ""] = different;
  const status = JSON.parse(answer)[0];
  return different.size === 1
    ? `${[...answers.keys()].join(" = ")}: ${status}, ${answer.length} characters`
    : `answers DIFFER:\n${[...different].join("\n")}`;
}

function shuffled<T>(items: T[]): T[] {
  return items.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/**
 * Two-sample Kolmogorov-Smirnov test: the probability that samples of one distribution differ this much (asymptotic).
 */
function ksP(a: number[], b: number[]): number {
  const share = (values: number[], limit: number) => values.filter((value) => value <= limit).length / values.length;
  const distance = Math.max(...[...a, ...b].map((limit) => Math.abs(share(a, limit) - share(b, limit))));
  const n = (a.length * b.length) / (a.length + b.length);
  const lambda = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k ** 2 * lambda ** 2);
  return Math.min(1, Math.max(0, p));
}
