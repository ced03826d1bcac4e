import assert from "node:assert/strict";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { purge } from "../sessions/purge.ts";

const limits = {
  SENTINEL_RATE_LIMIT: "on",
  SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "8/900",
  SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: "2000/900",
};
const sentinel = await startSentinel({ lasting: false, settings: limits });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, throttle, settings } = sentinel;

const login = (at: Sentinel, username: string, password: string) =>
  at.fetch("/login", { form: { username, password } });

testOnPostgres("T114 attempts at one account over three replicas at once are counted together", async () => {
  await using second = await startSentinel({ lasting: false, settings: limits, schema: sentinel.schema });
  await using third = await startSentinel({ lasting: false, settings: limits, schema: sentinel.schema });
  const replicas = [sentinel, second, third];
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => login(replicas[i % 3]!, "nobody-at-all", `wrong password ${i}`)),
  );
  const statuses = answers.map(({ status }) => status).toSorted();
  assert.deepEqual(statuses, [...Array(8).fill(401), ...Array(22).fill(429)]);
});

testOnPostgres(
  "simultaneous logins of one account from one address are refunded, and never deadlock",
  async () => {
    const attempts = Array.from({ length: 32 }, (_, i) => ({
      ip: "192.0.2.1",
      name: `person-${i % 4}`,
      knownUserId: undefined,
    }));
    await db.query("test", "delete from throttle_buckets");
    for (let round = 0; round < 25; round++) {
      const outcomes = await Promise.allSettled(attempts.map(async (attempt) => {
        await throttle.finishAttempt(await throttle.takeLogin(attempt), Promise.resolve(), () => true);
      }));
      assert.deepEqual(outcomes.filter(({ status }) => status === "rejected"), []);
    }
    const used = await db.query("test", "select from throttle_buckets where full_until > now() + interval '1 second'");
    assert.deepEqual(used, []);
  },
);

testOnPostgres("T116 without an answer of the store no login succeeds, and sessions continue", async () => {
  const password = "nanoseconds of wire";
  const { id, username } = await newcomer(sentinel, { hash: await sentinel.passwords.hash(password) });
  const { access_token, refresh_token } = await (await login(sentinel, username, password)).json();
  const { promise: locked, resolve: unlock } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const holding = db.transaction(async (tx) => {
    await tx.query("test", "lock table throttle_buckets in access exclusive mode");
    hold();
    await locked;
  });
  await held;
  const refused = await login(sentinel, username, password);
  const refreshed = await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
  const me = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } });
  unlock();
  await holding;
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  assert.deepEqual([refreshed.status, me.status], [200, 200]);
  const sessions = await db.query("test", "select from sessions where user_id = $1", [id]);
  assert.equal(sessions.length, 1);
});

/** Full and empty buckets, and sessions that ended this many days ago (or end in the future, below zero). */
async function fill({ full = 0, empty = 0, endedDays = [] as number[] }): Promise<void> {
  await db.query("test", "delete from throttle_buckets");
  const insert = `insert into throttle_buckets select sha256((random() || 'x' || i)::bytea), now() + $2::interval
                  from generate_series(1, $1::int) i`;
  await db.query("test", insert, [full, "1 hour"]);
  await db.query("test", insert, [empty, "-1 second"]);
  const { id: userId } = await newcomer(sentinel);
  await db.query("test", "delete from sessions");
  for (const days of endedDays) {
    await db.query(
      "test",
      `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
       values (gen_random_uuid(), $1, '', '', now() - make_interval(days => $2))`,
      [userId, days],
    );
  }
}

async function counts() {
  const [row] = await db.query<{ buckets: number; sessions: number }>(
    "test",
    "select (select count(*)::int from throttle_buckets) as buckets, (select count(*)::int from sessions) as sessions",
  );
  return row;
}

test("T117 purge deletes every empty bucket and every session that ended, however many, and nothing else", async () => {
  await fill({ full: 7, empty: 2_345, endedDays: [-1, 1, 31] });
  await purge(db, settings.SENTINEL_SESSION_MAX_SECONDS);
  assert.deepEqual(await counts(), { buckets: 7, sessions: 1 });
});

test("T108 purge keeps short sessions for as long as their address is known", async () => {
  await fill({ endedDays: [-1, 1, 28, 30] });
  await purge(db, 24 * 60 * 60);
  assert.deepEqual(await counts(), { buckets: 0, sessions: 3 });
});

testOnPostgres("purge runs on one replica at a time, and skips what another transaction has locked", async () => {
  await fill({ empty: 3 });
  await db.transaction(async (tx) => {
    await tx.query("test", "select pg_advisory_xact_lock(hashtextextended('sentinel:purge:' || current_schema(), 0))");
    await purge(db, settings.SENTINEL_SESSION_MAX_SECONDS);
  });
  assert.equal((await counts())?.buckets, 3);
  await db.transaction(async (tx) => {
    await tx.query("test", "select from throttle_buckets limit 1 for update");
    await purge(db, settings.SENTINEL_SESSION_MAX_SECONDS);
  });
  assert.equal((await counts())?.buckets, 1);
});
