import { localClient } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { onPostgres } from "../../testing/database.ts";
import { createHashing, dummyHash } from "../../platform/hashing/hashing.ts";
import { type Sentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { becomes, begun, loginsWith, refresh, statusOf } from "../../testing/people/sessions.ts";
import { createPasswordChanges } from "../../accounts/recovery/password_change.ts";
import { createPasswordPolicy } from "../../credentials/passwords/password_policy.ts";
import { createPasswords, type Passwords } from "../../credentials/passwords/passwords.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const replicas = await startReplicas({ cheapHashes: true });
const [first] = replicas;
const { db, passwords, users } = first;

const old = "correct horse";
const fresh = "eight rivers and no bridge";

/** scrypt of {@link old}, by passlib 1.7.4. */
const oldHash = "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$A9lBa6RTbfBovWqamVIqXKovIl4Vk6OZyVojLJmYmSI";
const upgraded = /^\$2b\$04\$/;

await db.query("test", "create table hashes_set (seq bigserial, user_id uuid, hash text)");
await db.query(
  "test",
  `create function note_hash() returns trigger language plpgsql as
     $$ begin insert into hashes_set (user_id, hash) values (new.id, new.password_hash); return null; end $$`,
);
await db.query(
  "test",
  "create trigger note_hash after update of password_hash on users for each row execute function note_hash()",
);

/** All hashes that the user has had since creation, in order. */
const hashesSet = async (id: string): Promise<string[]> =>
  (await db.query<{ hash: string }>("test", "select hash from hashes_set where user_id = $1 order by seq", [id]))
    .map(({ hash }) => hash);

/** A new user with {@link oldHash}. */
const person = () => newcomer(first, { roles: ["user"], hash: oldHash });

const login = (at: Sentinel, username: string, password: string) =>
  at.fetch("/login", { form: { username, password } });

const loginStatus = async (username: string, password: string, at = first) =>
  (await login(at, username, password)).status;

test("T103 POST /login rehashes an old hash to the policy, once, and the password still works", async () => {
  const { id, username } = await person();
  assert.equal(await loginStatus(username, "wrong horse"), 401);
  assert.deepEqual(await hashesSet(id), []);
  for (let i = 0; i < 2; i++) assert.equal(await loginStatus(username, old), 200);
  const hashes = await hashesSet(id);
  assert.equal(hashes.length, 1);
  assert.match(hashes[0]!, upgraded);
});

test(
  "T103 of twenty simultaneous logins with an old hash over three replicas one rehashes it, and all succeed",
  async () => {
    for (let round = 0; round < (onPostgres ? roundsOr(5) : 1); round++) {
      const { id, username } = await person();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => login(replicas[i % 3]!, username, old)));
      assert.deepEqual(answers.map(({ status }) => status), Array(20).fill(200));
      const hashes = await hashesSet(id);
      assert.equal(hashes.length, 1);
      assert.match(hashes[0]!, upgraded);
      const sessions = await db.query("test", "select from sessions where user_id = $1", [id]);
      assert.equal(sessions.length, 20);
    }
  },
);

const refusals: [why: string, sqlstate: string][] = [
  ["read-only", "25006"],
  ["full", "53100"],
  ["too slow", "57014"],
  ["broken", "XX001"],
];

for (const [why, sqlstate] of refusals) {
  test(`T103 a login whose rehash the database refuses as it is ${why} succeeds, and leaves the rehash for next time`, async () => {
    const { id, username } = await person();
    await db.query(
      "test",
      `create function refuse_hash() returns trigger language plpgsql as
         $$ begin raise exception 'no' using errcode = '${sqlstate}'; end $$`,
    );
    await db.query(
      "test",
      "create trigger refuse_hash before update of password_hash on users for each row execute function refuse_hash()",
    );
    const statuses = [await loginStatus(username, old), await loginStatus(username, "wrong horse")];
    await db.query("test", "drop function refuse_hash cascade");
    assert.deepEqual(statuses, [200, 401]);
    assert.deepEqual(await hashesSet(id), []);
    assert.equal(await loginStatus(username, old), 200);
    assert.equal((await hashesSet(id)).length, 1);
  });
}

test("T103 a login that finds the hash queue full at the rehash succeeds, and leaves the rehash for next time", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  const full = createPasswords({ hashing, policy: { kind: "argon2id" }, monotonic: () => 0 });
  hashing.verify(dummyHash("$2$16"), "takes seconds").catch(() => {}); // it ends with the test
  await assert.rejects(full.hash(old), { name: "HashQueueFull" });
  const { id, username } = await person();
  const logins = loginsWith(first, { hash: full.hash });
  const { access_token } = await logins.login({ username, password: old }, localClient);
  assert.equal(await statusOf(first, access_token), 200);
  assert.deepEqual(await hashesSet(id), []);
  assert.equal(await loginStatus(username, old), 200);
  assert.equal((await hashesSet(id)).length, 1);
});

test("T194 a rehash loses against a change of the password, and so does its login", async () => {
  const { id, username } = await person();
  const racing = loginsWith(first, {
    async hash(password) {
      await users.setPassword(username, fresh);
      return await passwords.hash(password);
    },
  });
  await assert.rejects(racing.login({ username, password: old }, localClient), { code: "invalid_credentials" });
  assert.deepEqual(await db.query("test", "select from sessions where user_id = $1", [id]), []);
  assert.equal((await hashesSet(id)).length, 1);
  assert.deepEqual([await loginStatus(username, old), await loginStatus(username, fresh)], [401, 200]);
});

/**
 * Changes a user's password; the new hash is computed only after `meanwhile`. Counts how often the current one was
 * verified.
 */
async function changing({ id }: { id: string }, meanwhile: () => Promise<unknown>) {
  const refreshToken = await begun(first, id);
  const proofs: boolean[] = [];
  const slow: Passwords = {
    ...passwords,
    async verify(...asked) {
      const matches = await passwords.verify(...asked);
      proofs.push(matches);
      return matches;
    },
    async hash(password) {
      await meanwhile();
      return await passwords.hash(password);
    },
  };
  const policy = createPasswordPolicy({ lengthMin: 8, blocklist: true, publicUrl: "http://localhost" });
  const { change } = createPasswordChanges({ ...first, passwords: slow, policy, countChange: () => {} });
  const user = (await first.principals.user(id))!;
  const { sessionId } = parseRefreshToken(refreshToken)!;
  const actor = { actor_id: id, session_id: sessionId, client: localClient };
  const changed = () => change(user, sessionId, { current_password: old, new_password: fresh }, actor);
  return { refreshToken, proofs, changed };
}

test("T194 a change of the password after a rehash succeeds, and ends the login's session", async () => {
  const someone = await person();
  const tokens: { access_token: string; refresh_token: string }[] = [];
  const { refreshToken, proofs, changed } = await changing(
    someone,
    async () => tokens.push(await (await login(first, someone.username, old)).json()),
  );
  await changed();
  const [upgrade, change, ...more] = await hashesSet(someone.id);
  assert.match(upgrade!, upgraded);
  assert.deepEqual([await passwords.verify(old, upgrade), await passwords.verify(fresh, change), more], [
    true,
    true,
    [],
  ]);
  assert.deepEqual(proofs, [true, true]);
  const [loggedIn] = tokens;
  assert.equal(await statusOf(first, loggedIn!.access_token), 401);
  assert.equal((await refresh(first, loggedIn!.refresh_token)).status, 400);
  assert.equal((await refresh(first, refreshToken)).status, 200);
  assert.deepEqual([await loginStatus(someone.username, old), await loginStatus(someone.username, fresh)], [401, 200]);
  const events = await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and action like 'user.%' order by action",
    [someone.id],
  );
  assert.deepEqual(events.map(({ action }) => action), ["user.password_changed", "user.sessions_revoked"]);
});

test("T194 a change of the password after another change is refused, and the other one stays", async () => {
  const someone = await person();
  const other = "nine lakes and one boat";
  const { proofs, changed } = await changing(someone, () => users.setPassword(someone.username, other));
  await assert.rejects(changed(), { code: "wrong_password" });
  assert.deepEqual(proofs, [true, false]);
  assert.equal((await hashesSet(someone.id)).length, 1);
  assert.deepEqual([await loginStatus(someone.username, fresh), await loginStatus(someone.username, other)], [
    401,
    200,
  ]);
});

/** Sends the change to the replica, and repeats it while a busy machine answers 503, which changes nothing. */
async function changeStatus(at: Sentinel, token: string, tries = 20): Promise<number> {
  const { status } = await at.fetch("/users/me/password", {
    method: "PUT",
    json: { current_password: old, new_password: fresh },
    headers: { authorization: `Bearer ${token}` },
  });
  return status === 503 && tries > 1 ? await changeStatus(at, token, tries - 1) : status;
}

test("T194 a change of the password on one replica wins over rehashes on all, even over earlier ones", async () => {
  let upgrades = 0;
  for (let round = 0; round < (onPostgres ? roundsOr(10) : 2); round++) {
    const { id, username } = await person();
    const mine = await (await refresh(first, await begun(first, id))).json();
    const [changed, ...logins] = await Promise.all([
      changeStatus(replicas[round % 3]!, mine.access_token),
      ...replicas.map((at) => login(at, username, old)),
    ]);
    assert.equal(changed, 204);
    for (const answer of logins) { // a login that succeeded came before the change
      if (answer.status === 200) await becomes(401, first, (await answer.json()).access_token);
      else assert.equal(answer.status, 401);
    }
    const hashes = await hashesSet(id);
    upgrades += hashes.length - 1;
    assert.ok(hashes.length <= 2);
    assert.ok(await passwords.verify(fresh, hashes.at(-1)));
    assert.deepEqual([await loginStatus(username, old), await loginStatus(username, fresh)], [401, 200]);
  }
  assert.ok(!onPostgres || upgrades > 0, "no upgrade ever came first");
});
