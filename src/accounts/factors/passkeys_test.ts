import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { createAuthenticator } from "../../testing/factors/authenticator.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { mailboxOn, mailTo } from "../../testing/mail/mailbox.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { callsWith } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const password = "seven seas and one harbour";
const proof = { current_password: password };

async function person() {
  const username = `u${crypto.randomUUID()}`;
  const email = `${username}@example.com`;
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  return { id, username, email, call: callsWith(sentinel, access_token) };
}

type Call = Awaited<ReturnType<typeof person>>["call"];

const begin = (call: Call, json: object = proof) => call("/users/me/passkeys/options", { json });
const finish = (call: Call, json: object) => call("/users/me/passkeys", { json });
const names = async (call: Call) =>
  (await (await call("/users/me/passkeys")).json()).items.map(({ name }: { name: string }) => name);

async function added(call: Call, json: object = proof, authenticator = createAuthenticator()) {
  const { challenge_id, publicKey } = await (await begin(call, json)).json();
  const response = await finish(call, { challenge_id, attestation: authenticator.create(publicKey) });
  assert.equal(response.status, 201);
  return { ...await response.json(), authenticator };
}

/** A proof by the passkey, as operations take it. */
async function byPasskey(call: Call, { authenticator }: { authenticator: ReturnType<typeof createAuthenticator> }) {
  const { challenge_id, publicKey } = await (await call("/users/me/passkeys/challenge", { method: "POST" })).json();
  return { factor: { type: "passkey", challenge_id, assertion: authenticator.get(publicKey) } };
}

const problem = async (response: Response): Promise<[number, string]> => {
  const { type } = await response.json();
  return [response.status, type.replace("/problems/", "")];
};

test("T270 POST /users/me/passkeys adds a passkey after the password, and gives recovery codes with the first", async () => {
  const { id, email, call } = await person();
  assert.deepEqual(await problem(await begin(call, {})), [422, "invalid_request"]);
  assert.deepEqual(await problem(await begin(call, { current_password: "another" })), [403, "wrong_password"]);
  const first = await added(call, { name: "laptop", ...proof });
  assert.deepEqual([first.name, first.recovery_codes.length], ["laptop", 10]);
  assert.match((await mailTo(sentinel, email, "passkey_added")).text, /“laptop”/);
  const { items } = await (await call("/users/me/passkeys")).json();
  const { id: passkey, created_at: _, ...shown } = items[0];
  assert.equal(passkey, first.id);
  assert.deepEqual(shown, {
    name: "laptop",
    last_used_at: null,
    synced: false,
    counter_regressed_at: null,
    rp_id: "localhost",
  });
  const { items: factors, recovery_codes_left } = await (await call("/users/me/factors")).json();
  assert.deepEqual([factors[0].kind, factors[0].id, recovery_codes_left], ["passkey", first.id, 10]);
  const events = await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and action ~ 'factor|recovery' order by id",
    [id],
  );
  assert.deepEqual(events.map(({ action }) => action), ["factor.added", "recovery_codes.created"]);
});

test("T270 with a passkey, every change takes a proof of it", async () => {
  const { call } = await person();
  const first = await added(call);
  assert.deepEqual(await problem(await begin(call)), [403, "factor_required"]);
  const second = await added(call, await byPasskey(call, first));
  assert.deepEqual([second.name, second.recovery_codes], ["Passkey 2", null]);
  const used = await byPasskey(call, first);
  const remove = (json: object) => call(`/users/me/passkeys/${second.id}`, { method: "DELETE", json });
  assert.deepEqual(await problem(await remove(proof)), [403, "factor_required"]);
  assert.equal((await remove(used)).status, 204);
  assert.deepEqual(await names(call), ["Passkey"]);
  assert.deepEqual(await problem(await remove(used)), [403, "wrong_factor"], "a challenge is answered once");
});

test("T274 a proof takes one's own challenge and one's own passkey", async () => {
  const [mine, other] = [await person(), await person()];
  const passkey = await added(mine.call);
  const theirs = await added(other.call);
  const { factor } = await byPasskey(mine.call, passkey);
  const stolen = await byPasskey(other.call, theirs);
  const { challenge_id } = await (await mine.call("/users/me/passkeys/challenge", { method: "POST" })).json();
  for (
    const wrong of [
      stolen.factor,
      { ...factor, challenge_id: stolen.factor.challenge_id },
      { ...factor, challenge_id },
      { ...factor, challenge_id: crypto.randomUUID() },
      { ...factor, assertion: stolen.factor.assertion },
    ]
  ) assert.deepEqual(await problem(await begin(mine.call, { factor: wrong })), [403, "wrong_factor"]);
});

test("T274 a new passkey answers the request of this session, once, in time", async () => {
  const { id, call, username } = await person();
  const authenticator = createAuthenticator();
  const asked = await (await begin(call)).json();
  const json = { challenge_id: asked.challenge_id, attestation: authenticator.create(asked.publicKey) };
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  assert.deepEqual(await problem(await finish(callsWith(sentinel, access_token), json)), [422, "passkey_refused"]);
  assert.deepEqual(await problem(await finish(call, json)), [422, "passkey_refused"], "the request is used up");

  const late = await (await begin(call)).json();
  await db.query("test", "update tickets set expires_at = now() - interval '1 s' where id = $1", [late.challenge_id]);
  const attestation = authenticator.create(late.publicKey);
  assert.deepEqual(await problem(await finish(call, { challenge_id: late.challenge_id, attestation })), [
    422,
    "passkey_refused",
  ]);

  const before = await (await begin(call)).json();
  await newApp(sentinel, id);
  const overtaken = { challenge_id: before.challenge_id, attestation: authenticator.create(before.publicKey) };
  assert.deepEqual(await problem(await finish(call, overtaken)), [422, "passkey_refused"], "a factor came meanwhile");
  assert.deepEqual(await names(call), []);
});

test("T274 a passkey that exists is not added to another account", async () => {
  const [mine, other] = [await person(), await person()];
  const passkey = await newPasskey(sentinel, mine.id);
  const { challenge_id, publicKey } = await (await begin(other.call)).json();
  const credentialId = Buffer.from(passkey.credential.id, "base64url");
  const attestation = createAuthenticator({ credentialId }).create(publicKey);
  assert.deepEqual(await problem(await finish(other.call, { challenge_id, attestation })), [409, "passkey_taken"]);
});

test("T277 an attestation of 1 MB is not read, and one with long members is refused", async () => {
  const { call } = await person();
  const { challenge_id, publicKey } = await (await begin(call)).json();
  const attestation = createAuthenticator().create(publicKey);
  const long = (length: number) => ({
    challenge_id,
    attestation: { ...attestation, response: { ...attestation.response, attestationObject: "A".repeat(length) } },
  });
  assert.equal((await finish(call, long(1_000_000))).status, 413);
  assert.deepEqual(await problem(await finish(call, long(16_385))), [422, "invalid_request"]);
});

test("T271 PATCH /users/me/passkeys/{id} renames one's own passkeys only", async () => {
  const [mine, other] = [await person(), await person()];
  const { id } = await newPasskey(sentinel, mine.id);
  await newPasskey(sentinel, mine.id);
  const rename = (call: Call, name: string) => call(`/users/me/passkeys/${id}`, { method: "PATCH", json: { name } });
  assert.equal((await rename(mine.call, "laptop")).status, 204);
  assert.deepEqual(await problem(await rename(mine.call, "Passkey 2")), [409, "factor_name_taken"]);
  assert.deepEqual(await problem(await rename(other.call, "mine")), [404, "not_found"]);
  assert.deepEqual(await names(mine.call), ["laptop", "Passkey 2"]);
});

test("a name that exists is refused before the authenticator makes a passkey", async () => {
  const { id, call } = await person();
  await newPasskey(sentinel, id);
  const app = await newApp(sentinel, id);
  const factor = { type: "totp", code: app.code() };
  assert.deepEqual(await problem(await begin(call, { name: "Passkey", factor })), [409, "factor_name_taken"]);
});

test("the recovery codes go with the last passkey, and an administrator's reset removes all", async () => {
  const { id, call } = await person();
  const first = await added(call);
  const json = await byPasskey(call, first);
  assert.equal((await call(`/users/me/factors/${first.id}`, { method: "DELETE", json })).status, 204);
  const { items, recovery_codes_left } = await (await call("/users/me/factors")).json();
  assert.deepEqual([items, recovery_codes_left], [[], 0]);
  assert.deepEqual(await problem(await call("/users/me/passkeys/challenge", { method: "POST" })), [409, "no_passkey"]);
  await newPasskey(sentinel, id);
  assert.equal((await sentinel.fetch(`/users/${id}/factors`, { method: "DELETE" }, "ada")).status, 204);
  assert.deepEqual(await names(call), []);
});

test("a passkey steps a session up to two factors, by POST /users/me/step-up", async () => {
  const { id, call } = await person();
  const passkey = await newPasskey(sentinel, id);
  const stepped = await call("/users/me/step-up", { json: await byPasskey(call, passkey) });
  assert.equal(stepped.status, 200);
  const { access_token } = await stepped.json();
  const { acr, sid } = decodeJwt(access_token);
  const [session] = await db.query("test", "select amr, aal from sessions where id = $1", [sid]);
  assert.deepEqual([acr, session], ["aal2", { amr: ["pwd", "pop", "user", "mfa"], aal: 2 }]);
});
