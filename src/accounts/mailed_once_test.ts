import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { mailboxOn, mailTo, ticketOf } from "../testing/mail/mailbox.ts";
import { localActor } from "../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const password = "seven seas and one harbour";

async function person() {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const email = `${username}@example.com`;
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  return { id, username, email };
}

/**
 * Sends it twenty times at once, and returns how many succeeded. Of the others some find the address taken, and some
 * that too much is hashed.
 */
async function successes(path: string, json: Record<string, unknown>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => sentinel.fetch(path, { json })));
  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.every((status) => [200, 201, 400, 409, 503].includes(status)), statuses.join());
  return statuses.filter((status) => status < 300).length;
}

/** A new mail to confirm the person's address. */
async function asked(email: string) {
  const { flow } = await (await sentinel.fetch("/email-verification", { json: { email } })).json();
  const mail = await mailTo(sentinel, email, "email_verification");
  return { flow: flow as string, ticket: ticketOf(mail), code: mail.code! };
}

test("T188 of twenty confirmations at once with one link, or with one code, one succeeds", async () => {
  const { ticket } = await asked((await person()).email);
  assert.equal(await successes("/email-verification/complete", { ticket }), 1);
  const { flow, code } = await asked((await person()).email);
  assert.equal(await successes("/email-verification/complete", { flow, code }), 1);
});

test("T188 of twenty changes of an address at once with one link, one succeeds", async () => {
  const { id, username, email } = await person();
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const json = { email: `new-${email}`, current_password: password };
  const headers = { authorization: `Bearer ${access_token}` };
  await sentinel.fetch("/users/me/email", { method: "PUT", json, headers });
  const ticket = ticketOf(await mailTo(sentinel, json.email, "email_change_new"));
  assert.equal(await successes("/email-change/complete", { ticket }), 1);
  const events = "select from audit_events where subject_id = $1 and action = 'user.email_verified'";
  assert.equal((await db.query("test", events, [id])).length, 1);
});

test("T188 of twenty acceptances of an invitation at once, one creates an account", async () => {
  const email = `i${crypto.randomUUID().slice(0, 13)}@example.com`;
  await sentinel.fetch("/invitations", { json: { email, roles: [] } }, "ada");
  const ticket = ticketOf(await mailTo(sentinel, email, "invitation"));
  assert.equal(await successes("/invitations/accept", { ticket, password }), 1);
  assert.equal((await db.query("test", "select from users where email = $1", [email])).length, 1);
});

test("T189 of a hundred guesses at a code at once five are judged, and then the right one no longer counts", async () => {
  const { id, email } = await person();
  const { flow, code } = await asked(email);
  const guesses = Array.from({ length: 101 }, (_, i) => String(i).padStart(6, "0")).filter((guess) => guess !== code);
  const complete = (guess: string) => sentinel.fetch("/email-verification/complete", { json: { flow, code: guess } });
  const answers = await Promise.all(guesses.slice(0, 100).map(complete));
  assert.ok(answers.every(({ status }) => status === 400));
  const tickets = "select attempts from tickets where user_id = $1 and kind = 'email_verification'";
  assert.deepEqual(await db.query("test", tickets, [id]), [{ attempts: 5 }]);
  assert.equal((await complete(code)).status, 400);
  assert.deepEqual(await db.query("test", "select email_verified_at from users where id = $1", [id]), [
    { email_verified_at: null },
  ]);
});
