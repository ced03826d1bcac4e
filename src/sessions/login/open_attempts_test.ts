import assert from "node:assert/strict";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { createOpenAttempts } from "./open_attempts.ts";

// The address has its default limit, each name a low one.
const started = {
  settings: {
    SENTINEL_RATE_LIMIT: "on",
    SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "3/900",
    SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
    SENTINEL_HASH_QUEUE_MAX: "400",
  },
  lasting: false,
  cheapHashes: true,
};
const sentinel = await startSentinel(started);
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { throttle, db } = sentinel;
const password = "odysseus in the cave";
const hash = await sentinel.passwords.hash(password);

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const someone = () => newcomer(sentinel, { hash });

const statusOf = async (username: string, given: string, from: string, at = sentinel) =>
  (await at.fetch("/login", { form: { username, password: given }, headers: { "x-forwarded-for": from } })).status;

/** Counts the statuses. */
function tally(statuses: number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** How many wrong guesses are still possible; it uses all of them. */
async function guessesLeft(from: string, name = (_: number) => `nobody-${crypto.randomUUID()}`) {
  for (let guesses = 0;; guesses++) {
    if (await statusOf(name(guesses), `wrong ${guesses}`, from) === 429) return guesses;
  }
}

test(
  "X04 a hundred users who log in at once from one address all succeed, and the address keeps its limit",
  async () => {
    const from = "192.0.2.1";
    const users = await Promise.all(times(100, () => someone()));
    const statuses = await Promise.all(users.map(({ username }) => statusOf(username, password, from)));
    assert.deepEqual(tally(statuses), { 200: 100 });
    assert.equal(await guessesLeft(from), 50);
  },
);

test("X04 a user who logs in from thirty networks at once succeeds everywhere", async () => {
  const { username } = await someone();
  const statuses = await Promise.all(times(30, (i) => statusOf(username, password, `198.51.100.${i}`)));
  assert.deepEqual(tally(statuses), { 200: 30 });
  assert.equal(await guessesLeft("192.0.2.2", () => username), 3);
});

testOnPostgres("X04 a hundred users who log in at once through three replicas all succeed", async () => {
  await using second = await startSentinel({ ...started, schema: sentinel.schema });
  await using third = await startSentinel({ ...started, schema: sentinel.schema });
  const [replicas, from] = [[sentinel, second, third], "192.0.2.3"];
  const users = await Promise.all(times(100, () => someone()));
  const statuses = await Promise.all(
    users.map(({ username }, i) => statusOf(username, password, from, replicas[i % 3])),
  );
  assert.deepEqual(tally(statuses), { 200: 100 });
});

test("X04 right and wrong passwords at once: the right ones share the place that the wrong ones leave", async () => {
  const { username } = await someone();
  const wrong = times(2, (i) => statusOf(username, `wrong ${i}`, "192.0.2.4"));
  const right = times(10, (i) => statusOf(username, password, `192.0.2.${10 + i}`));
  assert.deepEqual(tally(await Promise.all(wrong)), { 401: 2 });
  assert.deepEqual(tally(await Promise.all(right)), { 200: 10 });
  assert.equal(await guessesLeft("192.0.2.5", () => username), 1);
});

test(
  "X04 many wrong passwords at once cost as many hashes as the limit allows, and one statement each to be refused",
  async () => {
    const { username } = await someone();
    let statuses: number[] = [];
    const statements = await statementsOf(async () => {
      statuses = await Promise.all(times(100, (i) => statusOf(username, `wrong ${i}`, `203.0.113.${i}`)));
    });
    assert.deepEqual(tally(statuses), { 401: 3, 429: 97 });
    assert.equal(statements.take_from_buckets, 100);
    assert.equal(statements.refund_buckets, undefined);
  },
);

/** An attempt on the throttle itself, which ends when the test says so. */
function attempt(ip: string, name: string) {
  const ended = Promise.withResolvers<boolean>();
  let taken = false;
  const done = (async () => {
    const took = await throttle.takeLogin({ ip, name, knownUserId: undefined });
    taken = true;
    return await throttle.finishAttempt(took, ended.promise, (isRight) => isRight);
  })();
  done.catch(() => {});
  return { done, isTaken: () => taken, end: ended.resolve, fail: ended.reject };
}

/** Waits until earlier attempts have asked the database. */
const asked = () =>
  throttle.takeLogin({ ip: "192.0.2.250", name: crypto.randomUUID(), knownUserId: undefined })
    .then((taken) => throttle.finishAttempt(taken, Promise.resolve(true), (isRight) => isRight));

/** Waits until all of them are in progress. */
const taken = (...attempts: { isTaken: () => boolean }[]) =>
  until("they are in progress", () => asked().then(() => attempts.every(({ isTaken }) => isTaken())));

test("X04 an attempt that waits at a name has taken from its address once, whether it succeeds or not", async () => {
  const name = crypto.randomUUID();
  const others = times(3, (i) => attempt(`198.51.100.${100 + i}`, name));
  await taken(...others);
  const [first, second] = [attempt("192.0.2.6", name), attempt("192.0.2.7", name)];
  await asked();
  assert.deepEqual([first.isTaken(), second.isTaken()], [false, false]);
  others[0]!.end(true);
  await until("one is let in", () => asked().then(() => first.isTaken() || second.isTaken()));
  const [let_in, kept_out] = first.isTaken() ? [first, second] : [second, first];
  assert.equal(kept_out.isTaken(), false);
  others[1]!.end(false);
  others[2]!.end(false);
  let_in.end(false);
  assert.equal(await let_in.done, false);
  await assert.rejects(kept_out.done, { code: "rate_limited" });
  for (const from of ["192.0.2.6", "192.0.2.7"]) assert.equal(await guessesLeft(from), 49);
});

test(
  "X04 an attempt that fails by an error lets the next one through; one whose store fails while it waits does not count",
  async () => {
    const [name, from] = [crypto.randomUUID(), "192.0.2.8"];
    const others = times(3, (i) => attempt(`198.51.100.${110 + i}`, name));
    await taken(...others);
    const next = attempt(from, name);
    await asked();
    others[0]!.fail(new Unavailable("connection lost"));
    await assert.rejects(others[0]!.done, Unavailable);
    await taken(next);
    const last = attempt(from, name);
    await asked();
    const { query } = db;
    const failing: typeof query = (statement, ...rest) =>
      statement === "take_from_buckets" ? Promise.reject(new Unavailable("no connection")) : query(statement, ...rest);
    Object.assign(db, { query: failing });
    next.end(true);
    await assert.rejects(last.done, Unavailable).finally(() => Object.assign(db, { query }));
    await throttle.refundOwed();
    for (const each of others.slice(1)) each.end(true);
    await Promise.all(others.slice(1).map(({ done }) => done));
    assert.equal(await guessesLeft(from), 50);
    assert.equal(await guessesLeft("192.0.2.9", () => name), 3);
  },
);

const key = (n: number) => ({ key: Uint8Array.of(n) });

test("attempts wait first come first served while one is open at their bucket, a thousand at most", async () => {
  const attempts = createOpenAttempts();
  assert.equal(await attempts.wait(key(1)), false);
  attempts.open([key(1), key(2)]);
  const order: number[] = [];
  const waiting = times(1_000, (i) => attempts.wait(key(1)).then((gaveBack) => gaveBack && order.push(i)));
  assert.equal(await attempts.wait(key(1)), false);
  assert.equal(await attempts.wait(key(2)), false);
  attempts.close([key(1)], { gaveBack: true });
  await waiting[0];
  attempts.close([key(1)], { gaveBack: true });
  await waiting[1];
  assert.deepEqual(order, [0, 1]);
  attempts.close([key(1)], { gaveBack: false });
  await Promise.all(waiting);
  assert.deepEqual(order, [0, 1]);
  assert.equal(await attempts.wait(key(1)), false);
});

test(
  "X04 an attempt waits for others for a limited time even if new ones keep coming, and then takes no place",
  async () => {
    const attempts = createOpenAttempts({ waitMsMax: 0 });
    const bucket = { key: new Uint8Array(32) };
    attempts.open([bucket]);
    assert.equal(await attempts.wait(bucket), false);
    const next = attempts.wait(bucket);
    attempts.close([bucket], { gaveBack: true });
    assert.equal(await next, true, "what is given back goes to one that waits still");
    attempts.close([bucket], { gaveBack: false });
    assert.equal(await attempts.wait(bucket), false, "none is open any more");
  },
);
