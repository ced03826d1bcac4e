import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { createAuthenticator } from "../../testing/factors/authenticator.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { loginOf } from "../../testing/factors/two_step_users.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { SENTINEL_MFA: "required", SENTINEL_RATE_LIMIT: "on" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

type Person = { id: string; username: string; password: string };

/** A user without a factor, and the token of their login. */
async function newPerson(): Promise<Person & { token: string }> {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password, token: await tokenOf({ username, password }) };
}

async function tokenOf(person: Pick<Person, "username" | "password">): Promise<string> {
  return (await (await loginOf(sentinel, person)).json()).mfa_token;
}

const ask = (mfa_token: string) => sentinel.fetch("/login/enrolment/passkey/options", { json: { mfa_token } });
const add = (mfa_token: string, attestation: object, name?: string) =>
  sentinel.fetch("/login/enrolment/passkey", { json: { mfa_token, attestation, name } });

async function optionsOf(mfa_token: string) {
  const answer = await ask(mfa_token);
  assert.equal(answer.status, 200);
  return (await answer.json()).publicKey;
}

const typeOf = async (answer: Response) => [answer.status, (await answer.json()).type];
const expired = [401, "/problems/login_expired"];
const refused = [422, "/problems/passkey_refused"];

const sessionsOf = ({ id }: Person) =>
  db.query<{ aal: number; amr: string[] }>("test", "select aal, amr from sessions where user_id = $1", [id]);
const kindsOf = ({ id }: Person) => sentinel.factors.kindsOf(db, id);

async function wrongPasskeys(): Promise<number> {
  const text = await sentinel.instruments.expose();
  return Number(/^sentinel_enrolments_total\{outcome="wrong_passkey"\} (\d+)$/m.exec(text)![1]);
}

test("T268 a passkey is the second factor that a login requires, and no session exists before", async () => {
  const person = await newPerson();
  const device = createAuthenticator();
  const options = await optionsOf(person.token);
  assert.deepEqual([options.user.name, options.rp.id], [person.username, "localhost"]);
  assert.deepEqual([await sessionsOf(person), await kindsOf(person)], [[], []]);
  const enrolled = await add(person.token, device.create(options), "laptop");
  assert.equal(enrolled.status, 200);
  const { access_token, recovery_codes } = await enrolled.json();
  assert.deepEqual([decodeJwt(access_token).sub, recovery_codes.length], [person.id, 10]);
  assert.deepEqual(await sessionsOf(person), [{ aal: 2, amr: ["pwd", "pop", "user", "mfa"] }]);
  const rows = await db.query<{ name: string }>("test", "select name from passkeys where user_id = $1", [person.id]);
  assert.deepEqual(rows, [{ name: "laptop" }]);
  const next = await (await loginOf(sentinel, person)).json();
  assert.deepEqual([next.enrolment, next.factors], [false, ["passkey", "recovery_code"]]);
  const passkey = { mfa_token: next.mfa_token, type: "passkey", assertion: device.get(next.passkey_options) };
  assert.equal((await sentinel.fetch("/login/factor", { json: passkey })).status, 200);
});

test("the session says whether the device verified the user", async () => {
  const person = await newPerson();
  await add(person.token, createAuthenticator({ uv: false }).create(await optionsOf(person.token)));
  assert.deepEqual(await sessionsOf(person), [{ aal: 2, amr: ["pwd", "pop", "mfa"] }]);
});

test("adding the passkey is recorded as a deed of its user", async () => {
  const person = await newPerson();
  await add(person.token, createAuthenticator().create(await optionsOf(person.token)));
  const rows = await db.query<{ action: string; is_own: boolean }>(
    "test",
    `select action, actor_id is not distinct from $1 as is_own from audit_events
     where subject_id = $1::text and action like any (array['factor.%', 'recovery%']) order by id`,
    [person.id],
  );
  assert.deepEqual(rows, ["factor.added", "recovery_codes.created"].map((action) => ({ action, is_own: true })));
});

test("T274 a passkey of another page, for another challenge, or without one adds nothing", async () => {
  const person = await newPerson();
  const device = createAuthenticator();
  const before = await wrongPasskeys();
  const unasked = device.create({ challenge: "AAAA", rp: { id: "localhost" }, user: { id: "AAAA" } });
  assert.deepEqual(await typeOf(await add(person.token, unasked)), refused);
  const first = await optionsOf(person.token);
  const elsewhere = device.create(first, { origin: "https://sentinel.example.com" });
  assert.deepEqual(await typeOf(await add(person.token, elsewhere)), refused);
  assert.deepEqual(await typeOf(await add(person.token, device.create(first))), refused, "it was answered");
  const [early, late] = [await optionsOf(person.token), await optionsOf(person.token)];
  assert.deepEqual(await typeOf(await add(person.token, device.create(early))), refused);
  assert.deepEqual(await typeOf(await add(person.token, device.create(late))), refused, "it was answered, wrongly");
  assert.deepEqual([await sessionsOf(person), await kindsOf(person)], [[], []]);
  assert.equal((await add(person.token, device.create(await optionsOf(person.token)))).status, 200);
  assert.equal(await wrongPasskeys() - before, 5);
});

test("T274 a passkey of another account is refused", async () => {
  const [owner, person] = [await newPerson(), await newPerson()];
  const { credential } = await newPasskey(sentinel, owner.id);
  const credentialId = Buffer.from(credential.id, "base64url");
  const copy = createAuthenticator().create(await optionsOf(person.token), { credentialId });
  assert.deepEqual(await typeOf(await add(person.token, copy)), [409, "/problems/passkey_taken"]);
  assert.deepEqual([await sessionsOf(person), await kindsOf(person)], [[], []]);
});

test("T268 of three requests at once, one adds the passkey", async () => {
  const person = await newPerson();
  const attestation = createAuthenticator().create(await optionsOf(person.token));
  const answers = await Promise.all([1, 2, 3].map(() => add(person.token, attestation)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(
    answers.every(({ status }) => [200, 401, 422].includes(status)),
    answers.map(({ status }) => status).join(),
  );
  assert.deepEqual([(await sessionsOf(person)).length, await kindsOf(person)], [1, ["passkey", "recovery_code"]]);
});

test("T265 ten requests end the login", async () => {
  const person = await newPerson();
  for (let i = 0; i < 9; i++) assert.equal((await ask(person.token)).status, 200);
  const last = await optionsOf(person.token);
  assert.deepEqual(await typeOf(await add(person.token, createAuthenticator().create(last))), expired);
  assert.deepEqual(await typeOf(await ask(person.token)), expired);
  assert.deepEqual([await sessionsOf(person), await kindsOf(person)], [[], []]);
});

test("T236 the token of a second step adds no passkey, nor does a malformed one", async () => {
  const person = await newPerson();
  await newApp(sentinel, person.id);
  const step = await tokenOf(person);
  const attestation = createAuthenticator().create({
    challenge: "AAAA",
    rp: { id: "localhost" },
    user: { id: "AAAA" },
  });
  for (const text of ["", "snt_lt_x", step, step.slice(0, -1)]) {
    assert.deepEqual(await typeOf(await ask(text)), expired, text);
    assert.deepEqual(await typeOf(await add(text, attestation)), expired, text);
  }
  assert.deepEqual([await sessionsOf(person), await kindsOf(person)], [[], ["totp", "recovery_code"]]);
});

const changes: [what: string, change: (person: Person) => Promise<unknown>][] = [
  ["a factor that was added meanwhile", ({ id }) => newApp(sentinel, id)],
  ["a new password", ({ username }) => sentinel.users.setPassword(username, `words ${crypto.randomUUID()}`)],
  ["disabling the user", ({ username }) => sentinel.users.setDisabled(username, true)],
];

for (const [what, change] of changes) {
  test(`T268 ${what} ends the set-up, so that no password alone adds a passkey`, async () => {
    const person = await newPerson();
    const attestation = createAuthenticator().create(await optionsOf(person.token));
    await change(person);
    const before = await kindsOf(person);
    assert.deepEqual(await typeOf(await add(person.token, attestation)), expired);
    assert.deepEqual(await typeOf(await ask(person.token)), expired);
    assert.deepEqual([await sessionsOf(person), await kindsOf(person)], [[], before]);
  });
}
