import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { mailboxOn, mailsTo, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { callsWith } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, clock } = sentinel;

const password = "seven seas and one harbour";
const client = { ip: null, user_agent: null, request_id: null };

async function person() {
  const username = `u${crypto.randomUUID()}`;
  const email = `${username}@example.com`;
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  return { id, username, email, call: callsWith(sentinel, access_token) };
}

type Call = Awaited<ReturnType<typeof person>>["call"];

const now = () => Math.floor(clock.now() / 30_000);
const enrol = (call: Call, json: object = { current_password: password }) =>
  call("/users/me/factors/totp", { json: { name: "phone", ...json } });
const confirm = (call: Call, id: string, code: string) =>
  call(`/users/me/factors/totp/${id}/confirm`, { json: { code } });
const remove = (call: Call, id: string, json: object) => call(`/users/me/factors/${id}`, { method: "DELETE", json });
const prove = (id: string, code: string, type: "totp" | "recovery_code" = "totp") =>
  db.transaction((tx) => sentinel.factors.verifyIn(tx, id, { type, code }, client));
const problem = async (response: Response): Promise<[number, string]> => {
  const { type } = await response.json();
  return [response.status, type.replace("/problems/", "")];
};
const actionsOf = async (id: string) =>
  (await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and action ~ 'factor|recovery' order by id",
    [id],
  )).map(({ action }) => action);
const epochOf = async (id: string) =>
  (await db.query<{ epoch: number }>("test", "select credential_epoch::int as epoch from users where id = $1", [id]))[
    0
  ]!
    .epoch;

test("T270 POST /users/me/factors/totp takes the password, shows the secret once, and counts from the first code on", async () => {
  const { id, email, call } = await person();
  assert.deepEqual(await problem(await enrol(call, {})), [422, "invalid_request"]);
  assert.deepEqual(await problem(await enrol(call, { current_password: "another" })), [403, "wrong_password"]);
  const answer = await enrol(call);
  assert.equal(answer.status, 201);
  const { id: factor, secret, uri, qr } = await answer.json();
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.match(
    uri,
    new RegExp(
      `^otpauth://totp/Sentinel:u[\\w-]+\\?issuer=Sentinel&secret=${secret}&algorithm=SHA1&digits=6&period=30$`,
    ),
  );
  assert.match(qr, /^<svg/);
  assert.deepEqual([await sentinel.factors.kindsOf(db, id), await prove(id, totpCode(secret, now()))], [[], undefined]);
  for (const path of [`/users/me/factors/${factor}`, `/users/me/factors/totp/${factor}`]) {
    assert.ok([404, 405].includes((await call(path)).status), path);
  }
  assert.deepEqual((await (await call("/users/me/factors")).json()).items, []);
  assert.deepEqual(await problem(await confirm(call, factor, "000000")), [403, "wrong_factor"]);
  const epoch = await epochOf(id);
  const confirmed = await confirm(call, factor, totpCode(secret, now()));
  const { recovery_codes } = await confirmed.json();
  assert.deepEqual([confirmed.status, recovery_codes.length, await epochOf(id)], [200, 10, epoch + 1]);
  assert.deepEqual(await sentinel.factors.kindsOf(db, id), ["totp", "recovery_code"]);
  const listed = await (await call("/users/me/factors")).json();
  const [{ name, kind, resting }] = listed.items;
  assert.deepEqual([name, kind, resting, listed.recovery_codes_left], ["phone", "totp", false, 10]);
  assert.deepEqual(await actionsOf(id), [
    "factor.enrolled",
    "factor.refused",
    "factor.added",
    "recovery_codes.created",
  ]);
  assert.match((await mailTo(sentinel, email, "factor_added")).text, /“phone” was added/);
  await assertNowhere(secret, ...recovery_codes);
});

/** Neither a secret nor a code is stored as it is, recorded or logged. */
async function assertNowhere(...texts: string[]) {
  const stored = JSON.stringify(
    await db.query("test", "select t::text, r::text from totp_factors t, recovery_codes r"),
  );
  const logged = JSON.stringify(await db.query("test", "select e::text from audit_events e"));
  const mailed = JSON.stringify(await db.query("test", "select payload::text from outbox"));
  for (const text of texts.flatMap((text) => [text, text.replaceAll("-", "")])) {
    for (const place of [stored, logged, mailed, await sentinel.logs()]) assert.ok(!place.includes(text));
  }
}

test("T270 an authenticator app without a code within ten minutes is gone, and a newer one replaces it", async () => {
  const { id, call } = await person();
  const first = await (await enrol(call)).json();
  const second = await (await enrol(call)).json();
  assert.deepEqual(await problem(await confirm(call, first.id, totpCode(first.secret, now()))), [404, "not_found"]);
  await db.query("test", "update totp_factors set created_at = now() - interval '10 minutes' where user_id = $1", [id]);
  assert.deepEqual(await problem(await confirm(call, second.id, totpCode(second.secret, now()))), [404, "not_found"]);
  await sentinel.totp.purge();
  assert.deepEqual(await db.query("test", "select from totp_factors where user_id = $1", [id]), []);
});

test("T270 with a second factor, its changes take a code of it: the password alone is not enough", async () => {
  const { id, email, call } = await person();
  const app = await newApp(sentinel, id);
  const attempts = [
    (json: object) => enrol(call, { name: "tablet", ...json }),
    (json: object) => remove(call, app.id, json),
    (json: object) => call("/users/me/recovery-codes", { json }),
  ];
  for (const attempt of attempts) {
    assert.deepEqual(await problem(await attempt({ current_password: password })), [403, "factor_required"]);
    const wrong = { factor: { type: "totp", code: "000000" } };
    assert.deepEqual(await problem(await attempt({ current_password: password, ...wrong })), [403, "wrong_factor"]);
  }
  const byApp = { factor: { type: "totp", code: app.code() } };
  const other = await (await enrol(call, { name: "tablet", ...byApp })).json();
  assert.deepEqual(await problem(await enrol(call, { name: "tablet", ...byApp })), [403, "wrong_factor"]);
  const confirmed = await (await confirm(call, other.id, totpCode(other.secret, now()))).json();
  assert.equal(confirmed.recovery_codes, null, "only the first factor comes with codes");
  const byCode = { factor: { type: "recovery_code", code: app.recoveryCodes[0] } };
  assert.equal((await remove(call, app.id, byCode)).status, 204);
  assert.match((await mailTo(sentinel, email, "factor_removed")).text, /“phone” was removed/);
  assert.deepEqual(await sentinel.factors.kindsOf(db, id), ["totp", "recovery_code"]);
  const last = { factor: { type: "totp", code: totpCode(other.secret, now() + 1) } };
  assert.equal((await remove(call, other.id, last)).status, 204);
  assert.deepEqual(await sentinel.factors.kindsOf(db, id), []);
  assert.deepEqual(await db.query("test", "select from recovery_codes where user_id = $1", [id]), []);
});

test("T171 nobody confirms or removes a factor of another user", async () => {
  const [victim, thief] = [await person(), await person()];
  const app = await newApp(sentinel, victim.id);
  const pending = await (await enrol(thief.call)).json();
  assert.equal((await confirm(victim.call, pending.id, totpCode(pending.secret, now()))).status, 404);
  assert.equal((await remove(thief.call, app.id, { current_password: password })).status, 404);
  for (const method of ["GET", "DELETE"]) {
    assert.equal((await thief.call(`/users/${victim.id}/factors`, { method })).status, 403);
  }
  assert.deepEqual(await sentinel.factors.kindsOf(db, victim.id), ["totp", "recovery_code"]);
});

test("two factors of a user have two names, and there are at most five", async () => {
  const { id, call } = await person();
  const { recoveryCodes } = await newApp(sentinel, id);
  const next = () => ({ factor: { type: "recovery_code", code: recoveryCodes.pop() } });
  assert.deepEqual(await problem(await enrol(call, next())), [409, "factor_name_taken"]);
  for (const name of ["b", "c", "d", "e"]) await newApp(sentinel, id, name);
  const fresh = await newCodes(id);
  const proof = { factor: { type: "recovery_code", code: fresh[0] } };
  assert.deepEqual(await problem(await enrol(call, { name: "f", ...proof })), [409, "too_many_factors"]);
});

async function newCodes(id: string): Promise<string[]> {
  const { replaceRecoveryCodes } = await import("../../credentials/recovery_codes/recovery_codes.ts");
  return await db.transaction((tx) => replaceRecoveryCodes(tx, id));
}

test("T272 POST /users/me/recovery-codes replaces the codes, which takes a factor", async () => {
  const { id, email, call } = await person();
  const none = await call("/users/me/recovery-codes", { json: { current_password: password } });
  assert.deepEqual(await problem(none), [409, "no_factor"]);
  const { recoveryCodes: old, code } = await newApp(sentinel, id);
  const answer = await call("/users/me/recovery-codes", { json: { factor: { type: "totp", code: code() } } });
  const { recovery_codes } = await answer.json();
  assert.equal(new Set([...recovery_codes, ...old]).size, 20);
  assert.equal(await prove(id, old[0]!, "recovery_code"), undefined);
  assert.deepEqual(await prove(id, recovery_codes[0], "recovery_code"), { amr: ["otp"] });
  await mailTo(sentinel, email, "recovery_codes_created");
  await mailTo(sentinel, email, "recovery_code_used");
  assert.equal((await (await call("/users/me/factors")).json()).recovery_codes_left, 9);
});

test("T273 a password reset by mail keeps the factors, and the first proof of an address from elsewhere ends them", async () => {
  const known = await person();
  await db.query("test", "update users set email_verified_at = now() where id = $1", [known.id]);
  await newApp(sentinel, known.id);
  await sentinel.fetch("/password-reset", { json: { email: known.email } });
  const ticket = ticketOf(await mailTo(sentinel, known.email, "password_reset"));
  const json = { ticket, new_password: "eight rivers and no bridge" };
  assert.equal((await sentinel.fetch("/password-reset/complete", { json })).status, 204);
  assert.deepEqual(await sentinel.factors.kindsOf(db, known.id), ["totp", "recovery_code"]);
  const stranger = await person();
  await newApp(sentinel, stranger.id);
  await sentinel.fetch("/email-verification", { json: { email: stranger.email } });
  const link = ticketOf(await mailTo(sentinel, stranger.email, "email_verification"));
  assert.equal((await sentinel.fetch("/email-verification/complete", { json: { ticket: link } })).status, 200);
  assert.deepEqual(await db.query("test", "select from totp_factors where user_id = $1", [stranger.id]), []);
  assert.deepEqual(await db.query("test", "select from recovery_codes where user_id = $1", [stranger.id]), []);
});

test("D6 a change of factors ends the mailed links that were asked for before", async () => {
  const { id, email } = await person();
  await sentinel.fetch("/password-reset", { json: { email } });
  const ticket = ticketOf(await mailTo(sentinel, email, "password_reset"));
  await newApp(sentinel, id);
  const json = { ticket, new_password: "eight rivers and no bridge" };
  assert.deepEqual(await problem(await sentinel.fetch("/password-reset/complete", { json })), [400, "invalid_ticket"]);
});

test("an app that rests after 100 wrong codes is told by mail, and a recovery code that was used", async () => {
  const { id, email, call } = await person();
  const { recoveryCodes: [code] } = await newApp(sentinel, id);
  await db.query("test", "update totp_factors set failures = 99 where user_id = $1", [id]);
  await remove(call, crypto.randomUUID(), { factor: { type: "totp", code: "abcdef" } });
  assert.match((await mailTo(sentinel, email, "factor_rested")).text, /100 wrong codes in a row/);
  const [{ resting }] = (await (await call("/users/me/factors")).json()).items;
  assert.equal(resting, true);
  await prove(id, code!, "recovery_code");
  assert.match((await mailTo(sentinel, email, "recovery_code_used")).text, /does not\s+work again/);
});

test("DELETE /users/{id}/factors removes what a user has lost; a user is told, and no administrator does it to themselves", async () => {
  const { id, email } = await person();
  const ada = callsWith(sentinel, await sentinel.tokenOf("ada"));
  await newApp(sentinel, id);
  assert.equal((await (await ada(`/users/${id}/factors`)).json()).items.length, 1);
  assert.equal((await ada(`/users/${id}/factors`, { method: "DELETE" })).status, 204);
  assert.deepEqual(await sentinel.factors.kindsOf(db, id), []);
  assert.deepEqual(await actionsOf(id), ["factor.reset"]);
  assert.match((await mailTo(sentinel, email, "factors_reset")).text, /an administrator removed/);
  const own = await sentinel.settled("ada");
  assert.deepEqual(await problem(await ada(`/users/${own}/factors`, { method: "DELETE" })), [403, "forbidden"]);
  assert.equal((await ada(`/users/${crypto.randomUUID()}/factors`)).status, 404);
  assert.equal((await ada(`/users/${crypto.randomUUID()}/factors`, { method: "DELETE" })).status, 404);
  assert.equal((await mailsTo(sentinel, email)).length, 1);
});
