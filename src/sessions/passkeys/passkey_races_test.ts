import assert from "node:assert/strict";
import { testOnPostgres } from "../../testing/harness.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr } from "../../testing/rounds.ts";

const replicas = await startReplicas();
const [first, second] = replicas;
const { db } = first;

/** The answer to a new challenge, which either replica takes. */
function answer({ authenticator }: Awaited<ReturnType<typeof newPasskey>>) {
  const { challenge_id, publicKey } = first.passkeyLogins.begin();
  return { challenge_id, assertion: authenticator.get(publicKey) };
}

const login = (at: typeof first, json: unknown) => at.fetch("/login/passkey", { json });

const owner = async () => await newPasskey(first, (await newcomer(first)).id, { synced: true });

/** Further logins at all replicas, so that those after them travel together. */
function crowd(passkeys: Awaited<ReturnType<typeof owner>>[]): Promise<number[]> {
  const logins = replicas.flatMap((at) => passkeys.map((each) => login(at, answer(each))));
  return Promise.all(logins.map(async (each) => (await each).status));
}

const sessionsOf = async (userId: string) =>
  (await db.query("test", "select 1 from sessions where user_id = $1", [userId])).length;

testOnPostgres("T268 no session starts with a passkey after its removal was acknowledged", async () => {
  const others = await Promise.all([owner(), owner(), owner(), owner()]);
  for (let round = 0; round < roundsOr(20); round++) {
    const { id } = await newcomer(first);
    const passkey = await newPasskey(first, id, { synced: true });
    const around = crowd(others);
    const logins = replicas.map((at) => login(at, answer(passkey)));
    await second.db.transaction(async (tx) => {
      await tx.query("test", "select 1 from users where id = $1 for no key update", [id]);
      await second.factors.removeIn(tx, id, passkey.id);
    });
    const before = await sessionsOf(id);
    const statuses = await Promise.all(logins.map(async (each) => (await each).status));
    assert.ok(statuses.every((status) => status === 200 || status === 401), statuses.join());
    assert.equal((await login(first, answer(passkey))).status, 401);
    assert.equal(await sessionsOf(id), before);
    assert.ok((await around).every((status) => status === 200));
  }
});

testOnPostgres("T266 one challenge signs in once, at all replicas together", async () => {
  const others = await Promise.all([owner(), owner(), owner(), owner()]);
  for (let round = 0; round < roundsOr(10); round++) {
    const { id } = await newcomer(first);
    const json = answer(await newPasskey(first, id, { synced: true }));
    const around = crowd(others);
    const statuses = await Promise.all([...replicas, ...replicas].map(async (at) => (await login(at, json)).status));
    assert.deepEqual(statuses.filter((status) => status === 200), [200]);
    assert.equal(await sessionsOf(id), 1);
    assert.ok((await around).every((status) => status === 200));
  }
});
