import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { createSignInChallenges } from "../../credentials/passkeys/sign_in_challenges.ts";
import { purgeTickets } from "../../credentials/tickets/tickets.ts";
import { uuidAt } from "../../platform/text/uuid_at.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import type { Behaviour } from "../../testing/factors/authenticator.ts";
import { newPasskey, type OwnPasskey } from "../../testing/factors/passkeys.ts";
import { newcomer } from "../../testing/people/people.ts";
import { statementsOf } from "../../testing/statements/statements.ts";

const settings = { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: "5/900" };
const sentinel = await startSentinel({ lasting: false, settings });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

async function owner(usual: Behaviour = {}) {
  const { id: userId, username } = await newcomer(sentinel, { roles: ["user"] });
  return { userId, username, ...await newPasskey(sentinel, userId, usual) };
}

/** An address of its own, so that no test limits another. */
let addresses = 0;
const newPeer = () => `192.0.2.${++addresses}`;

const options = async () => await (await sentinel.fetch("/login/passkey/options", { method: "POST" })).json();
const answer = (json: unknown, peer = newPeer()) => sentinel.fetch("/login/passkey", { json, peer });

/** Logs in with the passkey, which behaves oddly. */
async function login({ authenticator, credential }: OwnPasskey, odd: Behaviour = {}, peer = newPeer()) {
  const { challenge_id, publicKey } = await options();
  return await answer({ challenge_id, assertion: authenticator.get(publicKey, odd, credential) }, peer);
}

const problem = async (response: Response): Promise<[number, string]> => {
  const { type } = await response.json();
  return [response.status, type.replace("/problems/", "")];
};

const sessionsOf = async (userId: string) =>
  (await db.query("test", "select 1 from sessions where user_id = $1", [userId])).length;

test("POST /login/passkey logs in with a passkey alone, at aal 2", async () => {
  const passkey = await owner();
  const response = await login(passkey);
  assert.equal(response.status, 200);
  const { access_token, refresh_token } = await response.json();
  const { sub, sid, acr } = decodeJwt(access_token);
  assert.deepEqual([sub, acr], [passkey.userId, "aal2"]);
  const [session] = await db.query("test", "select kind, amr, aal from sessions where id = $1", [sid]);
  assert.deepEqual(session, { kind: "api", amr: ["pop", "user", "mfa"], aal: 2 });
  const refreshed = await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
  assert.equal(decodeJwt((await refreshed.json()).access_token).acr, "aal2");
  const [row] = await db.query("test", "select last_used_at is not null as used from passkeys where id = $1", [
    passkey.id,
  ]);
  assert.deepEqual(row, { used: true });
});

test("T276 POST /login/passkey/options takes no name and answers alike for everyone", async () => {
  const { challenge_id, publicKey } = await options();
  assert.deepEqual(Object.keys(publicKey).sort(), [
    "allowCredentials",
    "challenge",
    "rpId",
    "timeout",
    "userVerification",
  ]);
  const { challenge, ...rest } = publicKey;
  assert.deepEqual(rest, { allowCredentials: [], rpId: "localhost", timeout: 300_000, userVerification: "required" });
  const again = await options();
  assert.notEqual(again.publicKey.challenge, challenge);
  assert.notEqual(again.challenge_id, challenge_id);
});

test("T276 an unknown passkey, a wrong signature and a disabled account fail alike", async () => {
  const [mine, other, disabled] = [await owner(), await owner(), await owner()];
  await sentinel.users.setDisabled(disabled.username, true);
  const gone = await owner();
  await db.transaction((tx) => sentinel.passkeys.removeIn(tx, gone.userId, null));
  const bodies = [];
  for (
    const refused of [
      await login(gone),
      await login(mine, { origin: "https://evil.example" }),
      await login({ ...mine, credential: { ...mine.credential, privateKey: other.credential.privateKey } }),
      await login(mine, { userHandle: other.credential.userHandle }),
      await login(disabled),
    ]
  ) {
    assert.equal(refused.status, 401);
    const { request_id: _, ...body } = await refused.json();
    bodies.push(body);
  }
  assert.equal(bodies[0].type, "/problems/invalid_passkey");
  for (const body of bodies) assert.deepEqual(body, bodies[0]);
  assert.equal(await sessionsOf(mine.userId), 0);
});

test("T274 without user verification a passkey does not sign in alone", async () => {
  const passkey = await owner();
  assert.deepEqual(await problem(await login(passkey, { uv: false })), [401, "invalid_passkey"]);
  assert.equal(await sessionsOf(passkey.userId), 0);
  assert.equal((await login(passkey)).status, 200);
});

test("T274 a challenge is answered once, in time, and by a signature of it", async () => {
  const passkey = await owner();
  const { challenge_id, publicKey } = await options();
  const assertion = passkey.authenticator.get(publicKey);
  assert.equal((await answer({ challenge_id, assertion })).status, 200);
  for (const id of [challenge_id, challenge_id.toUpperCase()]) {
    assert.deepEqual(await problem(await answer({ challenge_id: id, assertion })), [401, "login_expired"], "again");
  }
  await purgeTickets(db);
  assert.deepEqual(await problem(await answer({ challenge_id, assertion })), [401, "login_expired"], "after a purge");

  const late = uuidAt(Math.floor(sentinel.clock.now()) - 300_000);
  const lateAnswer = { challenge_id: late, assertion: passkey.authenticator.get(publicKey) };
  assert.deepEqual(await problem(await answer(lateAnswer)), [401, "login_expired"]);

  const [mine, theirs] = [await options(), await options()];
  const swapped = { challenge_id: theirs.challenge_id, assertion: passkey.authenticator.get(mine.publicKey) };
  assert.deepEqual(await problem(await answer(swapped)), [401, "invalid_passkey"], "the challenge of another request");
  const invented = uuidAt(Math.floor(sentinel.clock.now()));
  const own = passkey.authenticator.get({ ...mine.publicKey, challenge: Buffer.alloc(32).toString("base64url") });
  assert.deepEqual(await problem(await answer({ challenge_id: invented, assertion: own })), [401, "invalid_passkey"]);
});

test("T276 asking for challenges stores nothing", async () => {
  const statements = await statementsOf(async () => assert.ok(await options()));
  assert.deepEqual(statements, {});
});

test("a challenge outlives a change of the secret, and a browser's is answered only in that browser", () => {
  const [old, current] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const { clock } = sentinel;
  const before = createSignInChallenges({ secrets: createSecrets(old), clock });
  const during = createSignInChallenges({ secrets: createSecrets(current, old), clock });
  const after = createSignInChallenges({ secrets: createSecrets(current), clock });
  const { id, challenge } = before.issue("browser");
  assert.ok(during.find(id, "browser")?.includes(challenge));
  for (const found of [after.find(id, "browser"), during.find(id), during.find(id, "another")]) {
    assert.ok(found && !found.includes(challenge));
  }
});

test("T266 of twenty answers to one challenge at once, one starts a session", async () => {
  const passkey = await owner({ synced: true });
  const { challenge_id, publicKey } = await options();
  const assertion = passkey.authenticator.get(publicKey);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => (await answer({ challenge_id, assertion })).status),
  );
  assert.deepEqual(statuses.filter((status) => status === 200), [200]);
  assert.equal(await sessionsOf(passkey.userId), 1);
});

test("T274 no other challenge signs in: not that of a proof, or of a browser", async () => {
  const passkey = await owner();
  const ofBrowser = sentinel.signIns.passkeyOptions(crypto.randomUUID());
  const ofProof = await sentinel.ownPasskeys.challenge(passkey.userId);
  for (const { challenge_id, publicKey } of [ofBrowser, ofProof]) {
    const assertion = passkey.authenticator.get(publicKey);
    assert.deepEqual(await problem(await answer({ challenge_id, assertion })), [401, "invalid_passkey"]);
  }
});

test("five bad passkeys from one address limit it, and lock no account", async () => {
  const passkey = await owner();
  const peer = newPeer();
  for (let i = 0; i < 5; i++) assert.equal((await login(passkey, { uv: false }, peer)).status, 401);
  const limited = await login(passkey, {}, peer);
  assert.equal(limited.status, 429);
  assert.match(limited.headers.get("ratelimit-policy") ?? "", /login_address/);
  assert.equal((await login(passkey)).status, 200, "from elsewhere");
});

test("good passkeys do not count: an address signs in as often as it likes", async () => {
  const passkey = await owner({ synced: true });
  const peer = newPeer();
  for (let i = 0; i < 8; i++) assert.equal((await login(passkey, {}, peer)).status, 200);
});

test("T277 an assertion of 1 MB is not read, and one with long members is refused", async () => {
  const { challenge_id, publicKey } = await options();
  const assertion = (await owner()).authenticator.get(publicKey);
  const long = (length: number) => ({
    ...assertion,
    response: { ...assertion.response, signature: "A".repeat(length) },
  });
  assert.equal((await answer({ challenge_id, assertion: long(1_000_000) })).status, 413);
  assert.deepEqual(await problem(await answer({ challenge_id, assertion: long(2_049) })), [422, "invalid_request"]);
});

test("a refused passkey is recorded with its reason, and with its user if it is known", async () => {
  const passkey = await owner();
  await login(passkey, { uv: false });
  const path = `/audit-events?action=login.failed&subject_type=user&subject_id=${passkey.userId}`;
  const { items } = await (await sentinel.fetch(path, {}, "ada")).json();
  const [{ details: { reason, by } }] = items;
  assert.deepEqual([items.length, reason, by], [1, "without_verification", "passkey"]);
});

test("a login with a passkey costs at most fourteen statements", async () => {
  const passkey = await owner();
  const { challenge_id, publicKey } = await options();
  const assertion = passkey.authenticator.get(publicKey);
  const statements = await statementsOf(() => answer({ challenge_id, assertion }));
  assert.equal(statements.insert_sessions, 1);
  assert.ok(Object.values(statements).reduce((sum, count) => sum + count) <= 14, JSON.stringify(statements));
});
