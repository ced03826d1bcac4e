import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import type { Behaviour } from "../../testing/factors/authenticator.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { newcomer } from "../../testing/people/people.ts";
import { waitsBehind } from "../../testing/people/sessions.ts";
import { countNamed } from "../../testing/statements/statements.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_SESSIONS_PER_USER_MAX: "2" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

type Owner = Awaited<ReturnType<typeof owner>>;

async function owner(usual: Behaviour = { synced: true }) {
  const { id: userId } = await newcomer(sentinel);
  return { userId, ...await newPasskey(sentinel, userId, usual) };
}

const owners = (count: number) => Promise.all(Array.from({ length: count }, () => owner()));

const challenge = () => sentinel.passkeyLogins.begin();

/** The answer to the challenge, by a passkey that behaves oddly. */
function answerOf(
  { authenticator, credential }: Owner,
  { challenge_id, publicKey } = challenge(),
  odd: Behaviour = {},
) {
  return { challenge_id, assertion: authenticator.get(publicKey, odd, credential) };
}

const send = async (json: unknown) => (await sentinel.fetch("/login/passkey", { json })).status;

const liveSessions = async ({ userId }: Owner) =>
  (await db.query("test", "select 1 from sessions where user_id = $1 and revoked_at is null", [userId])).length;

const events = async ({ userId }: Owner, action: string) =>
  (await db.query("test", "select 1 from audit_events where actor_id = $1 and action = $2", [userId, action])).length;

test("logins with passkeys at once share statements, and each user gets a session of their own", async () => {
  const all = await owners(30);
  const statements = await countNamed(sentinel, ["list_passkey_logins", "insert_sessions"], async () => {
    const statuses = await Promise.all(all.map((each) => send(answerOf(each))));
    assert.deepEqual(statuses, all.map(() => 200));
  });
  assert.ok(statements > 0 && statements < 30, `${statements}`);
  for (const each of all) {
    assert.deepEqual([await liveSessions(each), await events(each, "session.created")], [1, 1]);
    const [used] = await db.query("test", "select last_used_at is not null as at from passkeys where id = $1", [
      each.id,
    ]);
    assert.deepEqual(used, { at: true });
  }
});

test("T274 of logins at once each has its own outcome", async () => {
  const [usedBefore, wrong, disabled, ...others] = await owners(12) as [Owner, Owner, Owner, ...Owner[]];
  const counting = await owner({ counter: 5 });
  const spent = answerOf(usedBefore);
  assert.equal(await send(spent), 200);
  await db.query("test", "update users set disabled_at = now() where id = $1", [disabled.userId]);
  const statuses = await Promise.all([
    ...others.map((each) => send(answerOf(each))),
    send(spent),
    send(answerOf(wrong, challenge(), { origin: "https://evil.example" })),
    send(answerOf(disabled)),
    send(answerOf(counting, challenge(), { counter: 3 })),
  ]);
  assert.deepEqual(statuses, [...others.map(() => 200), 401, 401, 401, 200]);
  assert.deepEqual(await Promise.all([usedBefore, wrong, disabled, counting].map(liveSessions)), [1, 0, 0, 1]);
  assert.equal(await events(counting, "passkey.counter_regressed"), 1, "T275");
});

test("T266 of many users who answer one challenge at once, one gets a session", async () => {
  const all = await owners(20);
  const asked = challenge();
  const upper = { ...asked, challenge_id: asked.challenge_id.toUpperCase() };
  const statuses = await Promise.all(all.map((each, n) => send(answerOf(each, n % 2 ? asked : upper))));
  assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join());
  const sessions = await Promise.all(all.map(liveSessions));
  assert.equal(sessions.reduce((sum, count) => sum + count), 1);
});

test("T143 logins at once end the oldest sessions of their users", async () => {
  const all = await owners(8);
  for (let login = 0; login < 3; login++) {
    assert.deepEqual(await Promise.all(all.map((each) => send(answerOf(each)))), all.map(() => 200));
  }
  for (const each of all) {
    assert.deepEqual([await liveSessions(each), await events(each, "user.sessions_revoked")], [2, 1]);
  }
});

/** Asserts that only the first owner's login waits while `lock` holds something of theirs, and then happens. */
async function assertDelaysNoOther([first, ...others]: Owner[], lock: string): Promise<void> {
  const waiting = await db.transaction(async (tx) => {
    await tx.query("test", lock, [first!.userId]);
    const logins = others.map((each) => send(answerOf(each)));
    const login = send(answerOf(first!));
    assert.ok(await waitsBehind(tx, sentinel, login));
    assert.deepEqual(await Promise.all(logins), others.map(() => 200));
    return { login };
  });
  assert.equal(await waiting.login, 200);
}

testOnPostgres("a login that waits for a lock delays no other user's, and then happens", async () => {
  await assertDelaysNoOther(await owners(12), "select 1 from users where id = $1 for no key update");
});

testOnPostgres("a login that would end a session whose row is locked delays no other user's", async () => {
  const all = await owners(12);
  const [full] = all as [Owner, ...Owner[]];
  for (let login = 0; login < 2; login++) assert.equal(await send(answerOf(full)), 200);
  await assertDelaysNoOther(all, "select 1 from sessions where user_id = $1 for update");
  assert.equal(await liveSessions(full), 2);
});
