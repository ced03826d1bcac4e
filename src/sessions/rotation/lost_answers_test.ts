import assert from "node:assert/strict";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { onPostgres } from "../../testing/database.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, losingAnswers, refresh } from "../../testing/people/sessions.ts";
import { startBehindProxy } from "../../testing/replicas.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const sentinel = await startSentinel({ lasting: false });
const other = onPostgres ? await startSentinel({ lasting: false, schema: sentinel.schema }) : sentinel;
Deno.test.afterAll(async () => {
  for (const each of new Set([other, sentinel])) await each[Symbol.asyncDispose]();
});

const idOf = (token: string) => parseRefreshToken(token)!.sessionId;
const counterOf = (token: string) => parseRefreshToken(token)!.counter;

/** The first refresh token of a new session of a new user. */
const session = async () => await begun(sentinel, (await newcomer(sentinel)).id);

/** Moves the session's last refresh back by this time. */
const pass = (token: string, ago: string) =>
  sentinel.db.query("test", "update sessions set last_seen_at = last_seen_at - $2::interval where id = $1", [
    idOf(token),
    ago,
  ]);

/** A rotation by a process that ends before it answers. */
const rotateUnheard = (token: string) =>
  sentinel.db.query(
    "test",
    "update sessions set refresh_counter = refresh_counter + 1, last_seen_at = now() where id = $1",
    [
      idOf(token),
    ],
  );

async function next(token: string, at = sentinel): Promise<string> {
  const answer = await refresh(at, token);
  assert.equal(answer.status, 200);
  return (await answer.json()).refresh_token;
}

/** Asserts that the token is invalid, and that the reuse ended the session and was recorded once. */
async function assertTheft(token: string): Promise<void> {
  assert.equal((await refresh(sentinel, token)).status, 400);
  const [row] = await sentinel.db.query<{ ended: boolean }>(
    "test",
    "select revoked_at is not null as ended from sessions where id = $1",
    [idOf(token)],
  );
  assert.equal(row!.ended, true);
  assert.equal((await reuses(token)).length, 1);
}

const reuses = (token: string) =>
  sentinel.db.query("test", "select from audit_events where action = 'session.refresh_reused' and subject_id = $1", [
    idOf(token),
  ]);

test("X02 a committed refresh that was answered 503 succeeds minutes later, several times in a row", async () => {
  let token = await session();
  for (let rotation = 1; rotation <= 4; rotation++) {
    assert.equal((await losingAnswers(sentinel, () => refresh(sentinel, token))).status, 503);
    await pass(token, "9 minutes");
    const repeated = await next(token);
    assert.equal(counterOf(repeated), rotation);
    assert.equal(await next(token), repeated);
    token = repeated;
  }
  assert.equal(counterOf(await next(token)), 5);
  assert.deepEqual(await reuses(token), []);
});

testOnPostgres("X02 other replicas know what one replica answered 503, once the database is available", async () => {
  let token = await session();
  for (let rotation = 1; rotation <= 3; rotation++) {
    assert.equal((await losingAnswers(sentinel, () => refresh(sentinel, token))).status, 503);
    await sentinel.rotation.storeUnanswered();
    await pass(token, "9 minutes");
    token = await next(token, other);
  }
  assert.equal(counterOf(token), 3);
  assert.deepEqual(await reuses(token), []);
});

testOnPostgres("X02 a connection that is cut between commit and answer ends no session", async () => {
  await using replica = await startBehindProxy(sentinel.schema);
  const { proxy, behind } = replica;
  const first = await session();
  const token = await next(first, behind); // the seed is in memory: a refresh is one statement
  await proxy.set({ kind: "cut", bytes: 1, to: "client", by: "reset" });
  const lost = await refresh(behind, token);
  assert.equal(lost.status, 503);
  assert.equal(lost.headers.get("retry-after"), "1");
  await proxy.set({ kind: "pass" });
  const [row] = await sentinel.db.query<{ counter: number }>(
    "test",
    "select refresh_counter::int as counter from sessions where id = $1",
    [idOf(token)],
  );
  assert.equal(row!.counter, 2);
  await pass(token, "9 minutes");
  assert.equal(counterOf(await next(token, behind)), 2);
  assert.deepEqual(await reuses(token), []);
});

test("X02 an access token that could not be signed after the commit ends no session", async () => {
  let token = await session();
  const { sign } = sentinel.tokens;
  for (let rotation = 1; rotation <= 3; rotation++) {
    Object.assign(sentinel.tokens, { sign: () => Promise.reject(new Unavailable("no signing key")) });
    assert.equal((await refresh(sentinel, token)).status, 503);
    Object.assign(sentinel.tokens, { sign });
    await pass(token, "9 minutes");
    token = await next(token);
    assert.equal(counterOf(token), rotation);
  }
});

test(
  "X02 an answer that was lost without a 503, by the crash of a process, is repeated for ten minutes with one more statement",
  async () => {
    const [token, late] = [await session(), await session()];
    for (const each of [token, late]) await rotateUnheard(each);
    await pass(token, "9 minutes 50 seconds");
    assert.deepEqual(await statementsOf(async () => assert.equal(counterOf(await next(token)), 1)), {
      find_for_refresh: 2,
      update_refresh_counter: 1,
      update_repeated_counter: 1,
    });
    await pass(late, "10 minutes");
    await assertTheft(late);
  },
);

test("X02 T124 a thief and a client with one token get the same next one, and its use tells them apart", async () => {
  for (const order of ["client first", "thief first"]) {
    const stolen = await session();
    const both = await next(stolen);
    await pass(stolen, "1 minute");
    assert.equal(await next(stolen), both, order);
    const newest = await next(both);
    assert.equal(counterOf(newest), 2);
    await pass(stolen, "11 seconds");
    await assertTheft(both);
    assert.equal((await refresh(sentinel, newest)).status, 400);
  }
});

test(
  "X02 T124 a thief who follows each rotation within minutes is detected at the second, not repeated forever",
  async () => {
    const stolen = await session();
    const second = await next(stolen);
    await pass(stolen, "5 minutes");
    assert.equal(await next(stolen), second);
    const third = await next(second);
    await pass(stolen, "5 minutes");
    await assertTheft(second);
    assert.equal((await refresh(sentinel, third)).status, 400);
  },
);

test(
  "X02 T124 after the next token was used, the previous one is theft after the grace, even if it was answered 503",
  async () => {
    const token = await session();
    assert.equal((await losingAnswers(sentinel, () => refresh(sentinel, token))).status, 503);
    await next(await next(token));
    await pass(token, "11 seconds");
    await assertTheft(token);
  },
);

test("X02 a repeat after a 503 does not count as a late repeat: the next answer may be lost without one", async () => {
  const first = await session();
  assert.equal((await losingAnswers(sentinel, () => refresh(sentinel, first))).status, 503);
  await pass(first, "1 minute");
  const second = await next(first);
  await rotateUnheard(second);
  await pass(first, "1 minute");
  assert.equal(counterOf(await next(second)), 2);
  assert.deepEqual(await reuses(first), []);
});

test("X02 T124 a late repeat counts for its rotation only: after a clean one, the next may be late", async () => {
  const token = await session();
  await rotateUnheard(token);
  await pass(token, "1 minute");
  const clean = await next(await next(token));
  await rotateUnheard(clean);
  await pass(token, "1 minute");
  const last = await next(clean);
  await rotateUnheard(last);
  await pass(token, "1 minute");
  await assertTheft(last);
});

test("X02 T124 a 503 without a connection, for a rotation that was answered before, excuses nothing", async () => {
  let token = await session();
  const refused: number[] = [];
  for (let rotation = 1; rotation <= 2; rotation++) {
    const answered = await next(token);
    const { query } = sentinel.db;
    Object.assign(sentinel.db, { query: () => Promise.reject(new Unavailable("no database connection")) });
    refused.push((await refresh(sentinel, token)).status);
    Object.assign(sentinel.db, { query });
    await pass(token, "1 minute");
    if (rotation === 2) await assertTheft(token);
    else assert.equal(await next(token), answered);
    token = answered;
  }
  assert.deepEqual(refused, [503, 503]);
});

test("X02 notes of sessions that have ended, or were not rotated, change nothing and are stored once", async () => {
  const token = await session();
  assert.equal((await losingAnswers(sentinel, () => refresh(sentinel, token))).status, 503);
  await sentinel.db.query("test", "delete from sessions where id = $1", [idOf(token)]);
  assert.deepEqual(await statementsOf(sentinel.rotation.storeUnanswered), { update_unanswered_counters: 1 });
  assert.deepEqual(await statementsOf(sentinel.rotation.storeUnanswered), {});
  assert.equal((await refresh(sentinel, token)).status, 400);
});
