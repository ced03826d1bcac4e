import assert from "node:assert/strict";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, losingAnswers, refresh, waitsBehind } from "../../testing/people/sessions.ts";
import { startBehindProxy } from "../../testing/replicas.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import { createUnansweredRotations } from "./unanswered_rotations.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const idOf = (token: string) => parseRefreshToken(token)!.sessionId;
const counterOf = (token: string) => parseRefreshToken(token)!.counter;

/** The first refresh tokens of new sessions, each of a user of its own. */
const sessions = (count: number) =>
  Promise.all(Array.from({ length: count }, async () => await begun(sentinel, (await newcomer(sentinel)).id)));

type Outcome = { status: number; next: string | undefined; retryAfter: string | null };

/** Refreshes all of these at once. */
const refreshAll = (tokens: string[], at = sentinel) => Promise.all(tokens.map((token) => outcomeOf(token, at)));

async function outcomeOf(token: string, at: Sentinel): Promise<Outcome> {
  const answer = await refresh(at, token);
  const { refresh_token: next } = await answer.json();
  return { status: answer.status, next, retryAfter: answer.headers.get("retry-after") };
}

/** The next tokens of all of these, which are refreshed at once. */
async function nextOfAll(tokens: string[], at = sentinel): Promise<string[]> {
  const outcomes = await refreshAll(tokens, at);
  assert.deepEqual(outcomes.map(({ status }) => status), tokens.map(() => 200));
  return outcomes.map(({ next }) => next!);
}

/** How many sessions each batch of rotations had, while `deed` ran. */
async function batchesOf(deed: () => Promise<unknown>): Promise<number[]> {
  const { query } = db;
  const sizes: number[] = [];
  const noting: typeof query = (name, text, params, ...rest) => {
    if (name === "update_refresh_counters") sizes.push((params![2] as string[]).length);
    return query(name, text, params, ...rest);
  };
  Object.assign(db, { query: noting });
  try {
    await deed();
  } finally {
    Object.assign(db, { query });
  }
  return sizes;
}

const change = (assignment: string, ...tokens: string[]) =>
  db.query("test", `update sessions set ${assignment} where id = any ($1)`, [tokens.map(idOf)]);

const live = async (tokens: string[]) =>
  (await db.query<{ id: string }>("test", "select id from sessions where id = any ($1) and revoked_at is null", [
    tokens.map(idOf),
  ])).length;

test("rotations at once share statements, and each session gets its own next token", async () => {
  let tokens = await sessions(40);
  for (let rotation = 1; rotation <= 3; rotation++) {
    const sizes = await batchesOf(async () => tokens = await nextOfAll(tokens));
    assert.ok(Math.max(...sizes) > 1, `batches of ${sizes}`);
    assert.deepEqual(tokens.map(counterOf), tokens.map(() => rotation));
  }
  assert.equal(new Set(tokens.map(idOf)).size, 40);
});

test("T124 in a batch each token has its own outcome, and a reused one ends its session only", async () => {
  const firsts = await sessions(30);
  const seconds = await nextOfAll(firsts);
  const [revoked, idle, disabled, repeated, reused] = firsts as [string, string, string, string, string];
  const thirdOfReused = await nextOfAll([seconds[4]!]);
  await change("revoked_at = now()", revoked);
  await change("last_seen_at = now() - interval '100 days'", idle);
  await change("last_seen_at = now() - interval '11 minutes'", reused);
  await db.query(
    "test",
    "update users set disabled_at = now() where id = (select user_id from sessions where id = $1)",
    [idOf(disabled)],
  );

  const sent = [seconds[0]!, seconds[1]!, seconds[2]!, repeated, reused, ...seconds.slice(5)];
  const outcomes = await refreshAll(sent);

  assert.deepEqual(outcomes.slice(0, 3).map(({ status }) => status), [400, 400, 400]);
  assert.equal(outcomes[3]!.next, seconds[3]);
  assert.equal(outcomes[4]!.status, 400);
  assert.deepEqual(outcomes.slice(5).map(({ next }) => next && counterOf(next)), sent.slice(5).map(() => 2));
  assert.equal(await live([reused]), 0);
  assert.equal((await refresh(sentinel, thirdOfReused[0]!)).status, 400);
  assert.equal(await live(sent.slice(5)), 25);
  const events = await db.query(
    "test",
    "select from audit_events where action = 'session.refresh_reused' and subject_id = any ($1)",
    [firsts.map(idOf)],
  );
  assert.equal(events.length, 1);
});

test("T126 a token that is sent twice among others gives the same next token twice", async () => {
  let tokens = await nextOfAll(await sessions(20));
  for (let rotation = 2; rotation <= 4; rotation++) {
    const next = await nextOfAll(tokens.flatMap((token) => [token, token]));
    assert.deepEqual(next.map(counterOf), next.map(() => rotation));
    tokens = [...new Set(next)];
    assert.equal(tokens.length, 20);
  }
});

testOnPostgres("a session that another transaction has locked delays no other rotation", async () => {
  const tokens = await nextOfAll(await sessions(20));
  const [held, ...others] = tokens as [string, ...string[]];
  const late = await db.transaction(async (tx) => {
    await tx.query("test", "select from sessions where id = $1 for update", [idOf(held)]);
    const behind = Promise.all([refreshAll(others), outcomeOf(held, sentinel)]).then(([, outcome]) => outcome);
    assert.equal(await waitsBehind(tx, sentinel, behind), true);
    await nextOfAll(others); // again, within the grace
    return { behind };
  });
  assert.equal(counterOf((await late.behind).next!), 2);
});

test("X02 when the answer of a batch is lost after its commit, no session ends, and minutes later each goes on", async () => {
  const firsts = await nextOfAll(await sessions(20));
  const lost = await losingAnswers(sentinel, () => refreshAll(firsts));
  assert.deepEqual(lost.map(({ status, retryAfter }) => [status, retryAfter]), firsts.map(() => [503, "1"]));
  await change("last_seen_at = last_seen_at - interval '9 minutes'", ...firsts);
  const seconds = await nextOfAll(firsts);
  assert.deepEqual(seconds.map(counterOf), firsts.map(() => 2));
  assert.deepEqual(await nextOfAll(firsts), seconds);
  assert.equal(await live(firsts), 20);
});

testOnPostgres("X02 replicas that store the lost answers of the same sessions wait for each other", async () => {
  const claims = (await sessions(40)).map((token) => parseRefreshToken(token)!);
  await Promise.all(Array.from({ length: 6 }, async () => {
    const replica = createUnansweredRotations(db);
    for (let round = 0; round < 20; round++) {
      claims.forEach(replica.note);
      await replica.storeNoted();
    }
    assert.deepEqual(claims.filter(({ sessionId }) => replica.has(sessionId)), []);
  }));
});

test("a batch that the database refuses as a whole is tried one by one", async () => {
  const tokens = await nextOfAll(await sessions(20));
  const { query } = db;
  const refusing: typeof query = (name, ...rest) =>
    name === "update_refresh_counters" ? Promise.reject(new Error("refused")) : query(name, ...rest);
  Object.assign(db, { query: refusing });
  try {
    assert.deepEqual((await nextOfAll(tokens)).map(counterOf), tokens.map(() => 2));
  } finally {
    Object.assign(db, { query });
  }
});

test("a batch that finds no connection changes nothing, and every client is told when to come back", async () => {
  const tokens = await nextOfAll(await sessions(20));
  const { query } = db;
  Object.assign(db, { query: () => Promise.reject(new Unavailable("no database connection")) });
  let refused: Outcome[];
  try {
    refused = await refreshAll(tokens);
  } finally {
    Object.assign(db, { query });
  }
  assert.deepEqual(refused.map(({ status, retryAfter }) => [status, retryAfter]), tokens.map(() => [503, "1"]));
  assert.deepEqual((await nextOfAll(tokens)).map(counterOf), tokens.map(() => 2));
});

testOnPostgres("X02 connections that are cut during batches lose nothing that was acknowledged", async () => {
  await using replica = await startBehindProxy(sentinel.schema);
  const { proxy, behind } = replica;
  let tokens = await nextOfAll(await sessions(30), behind);
  for (const to of ["server", "client"] as const) {
    await proxy.set({ kind: "cut", bytes: 50, to, by: "reset" });
    const outcomes = await refreshAll(tokens, behind);
    await proxy.set({ kind: "pass" });
    assert.ok(outcomes.some(({ status }) => status === 503));
    for (const { status, retryAfter } of outcomes) assert.ok(status === 200 || status === 503 && retryAfter === "1");
    tokens = await nextOfAll(tokens.map((token, place) => outcomes[place]!.next ?? token));
  }
  assert.equal(await live(tokens), 30);
});

test("three hundred clients that refresh at once, unknown to this replica, are served or told when to come back", async () => {
  const tokens = await sessions(300);
  const outcomes = await refreshAll(tokens);
  for (const { status, retryAfter } of outcomes) assert.ok(status === 200 || retryAfter !== null, `status ${status}`);
  for (const [place, { next }] of outcomes.entries()) {
    if (!next) tokens[place] = (await nextOfAll([tokens[place]!]))[0]!;
  }
  assert.equal(await live(tokens), 300);
});
