import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { loginOf, proveFactor } from "../../testing/factors/two_step_users.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { SENTINEL_MFA: "required", SENTINEL_RATE_LIMIT: "on" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, clock } = sentinel;

type Person = { id: string; username: string; password: string };

async function newPerson(): Promise<Person> {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password };
}

async function tokenOf(person: Person): Promise<string> {
  const answer = await loginOf(sentinel, person);
  assert.equal(answer.status, 403);
  return (await answer.json()).mfa_token;
}

const show = (mfa_token: string, name?: string) =>
  sentinel.fetch("/login/enrolment/totp", { json: { mfa_token, name } });
const confirm = (mfa_token: string, code: string) =>
  sentinel.fetch("/login/enrolment/totp/confirm", { json: { mfa_token, code } });
const codeOf = (secret: string, steps = 0) => totpCode(secret, Math.floor(clock.now() / 30_000) + steps);
const wrongCode = (secret: string) => codeOf(secret, 100);

async function secretOf(mfa_token: string): Promise<string> {
  const answer = await show(mfa_token);
  assert.equal(answer.status, 200);
  return (await answer.json()).secret;
}

const typeOf = async (answer: Response) => [answer.status, (await answer.json()).type];
const expired = [401, "/problems/login_expired"];

const sessionsOf = async ({ id }: Person) =>
  await db.query<{ aal: number; amr: string[] }>("test", "select aal, amr from sessions where user_id = $1", [id]);

test("T268 who must have a second factor and has none gets no session before one is set up", async () => {
  const person = await newPerson();
  const answer = await loginOf(sentinel, person);
  assert.deepEqual([answer.status, answer.headers.getSetCookie()], [403, []]);
  const { type, mfa_token, factors, enrolment, expires_in } = await answer.json();
  assert.deepEqual([type, factors, enrolment, expires_in], ["/problems/mfa_required", [], true, 600]);
  const shown = await show(mfa_token, "phone");
  assert.equal(shown.status, 200);
  const { secret, ...setUp } = await shown.json();
  assert.deepEqual([setUp.name, setUp.uri.includes(person.username), "id" in setUp], ["phone", true, false]);
  assert.deepEqual([await sessionsOf(person), await sentinel.factors.kindsOf(db, person.id)], [[], []]);
  const enrolled = await confirm(mfa_token, codeOf(secret));
  assert.equal(enrolled.status, 200);
  const { access_token, refresh_token, recovery_codes } = await enrolled.json();
  assert.equal(decodeJwt(access_token).sub, person.id);
  assert.equal(recovery_codes.length, 10);
  assert.deepEqual(await sessionsOf(person), [{ aal: 2, amr: ["pwd", "otp", "mfa"] }]);
  const refreshed = await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
  assert.equal(refreshed.status, 200);
  const next = await (await loginOf(sentinel, person)).json();
  assert.deepEqual([next.enrolment, next.factors], [false, ["totp", "recovery_code"]]);
  const proved = await proveFactor(sentinel, { ...next, type: "recovery_code", code: recovery_codes[0] });
  assert.equal(proved.status, 422, "unknown members are refused");
  const { mfa_token: token } = next;
  const code = recovery_codes[0];
  assert.equal((await proveFactor(sentinel, { mfa_token: token, type: "recovery_code", code })).status, 200);
});

test("T268 the password grant asks for the set-up, too", async () => {
  const { username, password } = await newPerson();
  const answer = await sentinel.fetch("/oauth/token", { form: { grant_type: "password", username, password } });
  const { error, enrolment, mfa_token } = await answer.json();
  assert.deepEqual([answer.status, error, enrolment], [400, "mfa_required", true]);
  assert.equal((await confirm(mfa_token, codeOf(await secretOf(mfa_token)))).status, 200);
});

test("every step of the set-up is recorded as a deed of its user", async () => {
  const person = await newPerson();
  const token = await tokenOf(person);
  await confirm(token, codeOf(await secretOf(token)));
  const rows = await db.query<{ action: string; is_own: boolean }>(
    "test",
    `select action, actor_id is not distinct from $1 as is_own from audit_events
     where subject_id = $1::text and action like any (array['factor.%', 'recovery%']) order by id`,
    [person.id],
  );
  assert.deepEqual(rows.map(({ action }) => action), ["factor.enrolled", "factor.added", "recovery_codes.created"]);
  assert.ok(rows.every(({ is_own }) => is_own));
});

test("T265 wrong codes do not set up a factor, and ten tries end the login", async () => {
  const person = await newPerson();
  const token = await tokenOf(person);
  const secret = await secretOf(token);
  for (let i = 0; i < 9; i++) {
    assert.deepEqual(await typeOf(await confirm(token, wrongCode(secret))), [401, "/problems/invalid_factor"]);
  }
  assert.deepEqual(await typeOf(await confirm(token, codeOf(secret))), expired);
  assert.deepEqual([await sessionsOf(person), await sentinel.factors.kindsOf(db, person.id)], [[], []]);
});

test("a code without a set-up, or after a newer one elsewhere, is told to begin anew", async () => {
  const person = await newPerson();
  const [first, second] = [await tokenOf(person), await tokenOf(person)];
  const noSetUp = [409, "/problems/no_enrolment"];
  assert.deepEqual(await typeOf(await confirm(first, "123456")), noSetUp);
  const [early, late] = [await secretOf(first), await secretOf(second)];
  assert.deepEqual(await typeOf(await confirm(first, codeOf(early))), noSetUp);
  assert.deepEqual(await typeOf(await confirm(first, codeOf(late))), noSetUp, "a login confirms only its own app");
  assert.equal((await confirm(second, codeOf(late))).status, 200);
  assert.deepEqual(await typeOf(await confirm(first, codeOf(late, 1))), expired);
  assert.equal((await sessionsOf(person)).length, 1);
});

test("T268 a set-up is done once, by of two requests at once one", async () => {
  const person = await newPerson();
  const token = await tokenOf(person);
  const code = codeOf(await secretOf(token));
  const answers = await Promise.all([confirm(token, code), confirm(token, code), confirm(token, code)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401]);
  assert.equal((await sessionsOf(person)).length, 1);
});

test("T236 the tickets of a second step and of a set-up do not stand in for each other", async () => {
  const person = await newPerson();
  const token = await tokenOf(person);
  const secret = await secretOf(token);
  const proved = await proveFactor(sentinel, { mfa_token: token, type: "totp", code: codeOf(secret) });
  assert.deepEqual(await typeOf(proved), expired);
  await newApp(sentinel, person.id);
  const step = await tokenOf(person);
  assert.deepEqual(await typeOf(await show(step)), expired);
  for (const text of ["", "snt_lt_x", step.slice(0, -1), `${step}0`]) {
    assert.deepEqual(await typeOf(await show(text)), expired, text);
    assert.deepEqual(await typeOf(await confirm(text, "123456")), expired, text);
  }
});

const changes: [what: string, change: (person: Person) => Promise<unknown>][] = [
  ["a factor that was added meanwhile", ({ id }) => newApp(sentinel, id)],
  ["a new password", ({ username }) => sentinel.users.setPassword(username, `words ${crypto.randomUUID()}`)],
  ["disabling the user", ({ username }) => sentinel.users.setDisabled(username, true)],
];

for (const [what, change] of changes) {
  test(`T268 ${what} ends the set-up, so that no password alone adds a factor`, async () => {
    const person = await newPerson();
    const token = await tokenOf(person);
    const secret = await secretOf(token);
    await change(person);
    assert.deepEqual(await typeOf(await confirm(token, codeOf(secret))), expired);
    assert.deepEqual(await typeOf(await show(token)), expired);
    assert.equal((await sessionsOf(person)).length, 0);
  });
}

test("T270 an app of ten minutes ago cannot be confirmed", async () => {
  const person = await newPerson();
  const token = await tokenOf(person);
  const secret = await secretOf(token);
  const past = "update totp_factors set created_at = now() - interval '11 minutes' where user_id = $1";
  await db.query("test", past, [person.id]);
  assert.deepEqual(await typeOf(await confirm(token, codeOf(secret))), [409, "/problems/no_enrolment"]);
  assert.equal((await confirm(token, codeOf(await secretOf(token)))).status, 200);
});
