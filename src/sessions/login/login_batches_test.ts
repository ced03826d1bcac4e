import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { mailboxOn } from "../../testing/mail/mailbox.ts";
import { newcomer } from "../../testing/people/people.ts";
import { countBehind, loginsWith, sessionStartOn, waitsBehind } from "../../testing/people/sessions.ts";
import { countNamed } from "../../testing/statements/statements.ts";
import { localClient } from "../../vocabulary/actor.ts";
import { findLogin } from "./login_store.ts";

const sentinel = await startSentinel({ lasting: false, settings: { ...mailboxOn, SENTINEL_RATE_LIMIT: "off" } });
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

const sessionsOf = async ({ id }: Newcomer) =>
  (await db.query("test", "select 1 from sessions where user_id = $1", [id])).length;

const events = async ({ id }: Newcomer, action: string) =>
  (await db.query("test", "select 1 from audit_events where action = $2 and $1 in (actor_id::text, subject_id)", [
    id,
    action,
  ])).length;

test("logins at once share a transaction, and each user gets a session of their own", async () => {
  const all = await newcomers(30);
  const stored = await countNamed(sentinel, ["insert_sessions"], async () => {
    assert.deepEqual(await outcomes(all), all.map(() => "succeeded"));
  });
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

test("logins at once from new networks share the statement of their mails, and each user gets one", async () => {
  const all = await newcomers(30);
  const ids = all.map(({ id }) => id);
  await db.query("test", "update users set created_at = now() - interval '2 hours' where id = any ($1)", [ids]);
  const written = await countNamed(sentinel, ["insert_outbox_to_user"], async () => {
    assert.deepEqual(await outcomes(all), all.map(() => "succeeded"));
  });
  assert.ok(written > 0 && written < 30, `${written}`);
  const mails = await db.query<{ to: string }>(
    "test",
    "select payload->>'to' as to from outbox where payload->>'letter' = 'new_sign_in'",
  );
  assert.deepEqual(mails.map(({ to }) => to).sort(), all.map(({ username }) => `${username}@example.com`).sort());
});

/** Starts sessions of all of them in one turn: the first alone, and the others together. */
async function startsOf(all: Newcomer[]) {
  const verified = await Promise.all(all.map(({ username }) => findLogin(db, username, null)));
  const { start } = sessionStartOn(sentinel);
  return () => verified.map((each) => start(each!, localClient));
}

test("logins at once of users who were all disabled meanwhile write nothing", async () => {
  const all = await newcomers(12);
  const starts = await startsOf(all);
  await db.query("test", "update users set disabled_at = now() where id = any ($1)", [all.map(({ id }) => id)]);
  const written = await countNamed(
    sentinel,
    ["insert_sessions", "insert_audit_event", "insert_audit_events"],
    async () => {
      assert.deepEqual(await Promise.all(starts()), all.map(() => undefined));
    },
  );
  assert.equal(written, 0);
});

testOnPostgres(
  "a login whose user's row is locked delays no other that shares its statement, and then happens",
  async () => {
    const [first, locked, ...others] = await newcomers(12) as [Newcomer, Newcomer, ...Newcomer[]];
    const starts = await startsOf([first, locked, ...others]);
    const waiting = await db.transaction(async (tx) => {
      await tx.query("test", "select 1 from users where id = $1 for no key update", [locked.id]);
      let own: Promise<unknown> = Promise.resolve();
      const stored = await countNamed(sentinel, ["insert_sessions"], async () => {
        const [alone, waiting, ...together] = starts();
        own = waiting!;
        await Promise.all([alone, ...together]);
      });
      assert.equal(stored, 2, "one of the first, and one of the others");
      assert.deepEqual(await Promise.all([first, ...others].map(sessionsOf)), [first, ...others].map(() => 1));
      assert.ok(await waitsBehind(tx, sentinel, own));
      assert.equal(await countBehind(tx, sentinel), 1);
      assert.equal(await sessionsOf(locked), 0);
      return { own };
    });
    assert.ok(await waiting.own);
    assert.equal(await sessionsOf(locked), 1);
  },
);
