import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { loginsWith, waitsBehind } from "../../testing/people/sessions.ts";
import { localClient } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_RATE_LIMIT: "off" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

type Newcomer = Awaited<ReturnType<typeof newcomer>>;

const newcomers = (count: number) => Promise.all(Array.from({ length: count }, () => newcomer(sentinel)));

/** Logs all of them in. Their passwords are found right at the same time, after `deed`. */
function loginsOf(all: Newcomer[], deed = async () => {}): Promise<"succeeded" | "refused">[] {
  const verified = Promise.withResolvers<void>();
  let count = 0;
  const logins = loginsWith(sentinel, {
    async verify() {
      if (++count === all.length) deed().then(verified.resolve, verified.reject);
      await verified.promise;
      return true;
    },
    needsRehash: () => false,
    waitOutMinimumFailure: async () => {},
  });
  return all.map(async ({ username }) => {
    try {
      await logins.login({ username, password: "right" }, localClient);
      return "succeeded";
    } catch (error) {
      assert.equal((error as { code?: string }).code, "invalid_credentials");
      return "refused";
    }
  });
}

const outcomes = (all: Newcomer[], deed?: () => Promise<void>) => Promise.all(loginsOf(all, deed));

const storings = async () => {
  const sample = /^sentinel_db_query_duration_seconds_count\{statement="insert_sessions"\} (\d+)$/m;
  return Number(sample.exec(await sentinel.instruments.expose())?.[1] ?? 0);
};

const sessionsOf = async ({ id }: Newcomer) =>
  (await db.query("test", "select 1 from sessions where user_id = $1", [id])).length;

const events = async ({ id }: Newcomer, action: string) =>
  (await db.query("test", "select 1 from audit_events where action = $2 and $1 in (actor_id::text, subject_id)", [
    id,
    action,
  ])).length;

test("logins at once share a transaction, and each user gets a session of their own", async () => {
  const all = await newcomers(30);
  const before = await storings();
  assert.deepEqual(await outcomes(all), all.map(() => "succeeded"));
  const stored = await storings() - before;
  assert.ok(stored > 0 && stored < 30, `${stored}`);
  for (const each of all) {
    assert.deepEqual([await sessionsOf(each), await events(each, "session.created")], [1, 1]);
  }
});

test("T139 of logins at once, that of a user who was disabled or whose password changed meanwhile fails", async () => {
  const all = await newcomers(12);
  const [disabled, changed, ...others] = all as [Newcomer, Newcomer, ...Newcomer[]];
  const seen = await outcomes([...others, disabled, changed], async () => {
    await db.query("test", "update users set disabled_at = now() where id = $1", [disabled.id]);
    await db.query("test", "update users set password_hash = '!' where id = $1", [changed.id]);
  });
  assert.deepEqual(seen, [...others.map(() => "succeeded"), "refused", "refused"]);
  for (const each of [disabled, changed]) {
    assert.deepEqual([await sessionsOf(each), await events(each, "login.failed")], [0, 1]);
  }
  for (const each of others) assert.deepEqual([await sessionsOf(each), await events(each, "login.failed")], [1, 0]);
});

testOnPostgres("a login that waits for its user's lock delays no other user's, and then happens", async () => {
  const all = await newcomers(12);
  const [first, ...others] = all as [Newcomer, ...Newcomer[]];
  const waiting = await db.transaction(async (tx) => {
    await tx.query("test", "select 1 from users where id = $1 for no key update", [first.id]);
    const [own, ...rest] = loginsOf([first, ...others]);
    assert.ok(await waitsBehind(tx, sentinel, own!));
    assert.deepEqual(await Promise.all(rest), others.map(() => "succeeded"));
    return { own };
  });
  assert.equal(await waiting.own, "succeeded");
  assert.equal(await sessionsOf(first), 1);
});
