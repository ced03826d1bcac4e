import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { mailboxOn, mailsTo, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, registrations } = sentinel;
const old = "seven seas and one harbour";
const fresh = "eight rivers and no bridge";

async function person() {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const email = `${username}@example.com`;
  const { id } = await registrations.create({ username, email, password: old }, ["user"], localActor);
  return { id, username, email };
}

const ask = (email: unknown) => sentinel.fetch("/password-reset", { json: { email } });
const complete = (json: Record<string, unknown>) => sentinel.fetch("/password-reset/complete", { json });
const login = (username: string, password: string) => sentinel.fetch("/login", { form: { username, password } });

/** The ticket of a new link for the person. */
async function askedTicket(email: string): Promise<string> {
  assert.equal((await ask(email)).status, 202);
  return ticketOf(await mailTo(sentinel, email, "password_reset"));
}

test("T284 POST /password-reset/complete sets the password, ends every session, tells the user and logs nobody in", async () => {
  const { id, username, email } = await person();
  const { access_token, refresh_token } = await (await login(username, old)).json();
  const ticket = await askedTicket(email);
  const done = await complete({ ticket, new_password: fresh });
  assert.deepEqual([done.status, await done.text(), done.headers.get("set-cookie")], [204, "", null]);
  assert.deepEqual([(await login(username, old)).status, (await login(username, fresh)).status], [401, 200]);
  const me = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } });
  const form = { grant_type: "refresh_token", refresh_token };
  assert.deepEqual([me.status, (await sentinel.fetch("/oauth/token", { form })).status], [401, 400]);
  assert.match((await mailTo(sentinel, email, "password_changed")).text, /the password of your account was changed/);
  const events = await db.query<{ action: string; actor_id: string }>(
    "test",
    "select action, actor_id from audit_events where subject_id = $1 and action like 'user.password%'",
    [id],
  );
  assert.deepEqual(events, [{ action: "user.password_reset", actor_id: id }]);
});

test("T283 a reset needs the ticket of its mail: none, another text, a used one or another flow's changes nothing", async () => {
  const { username, email } = await person();
  const ticket = await askedTicket(email);
  const last = ticket.at(-1) === "A" ? "B" : "A";
  await sentinel.fetch("/email-verification", { json: { email } });
  const other = ticketOf(await mailTo(sentinel, email, "email_verification"));
  const before = await rowCounts(sentinel);
  for (
    const wrong of [
      "",
      "snt_mt_",
      ticket.slice(0, -1) + last,
      ticket.slice(0, -1) + String.fromCharCode(ticket.charCodeAt(ticket.length - 1) + 1), // another spelling of the MAC
      ticket.slice(0, -1),
      `${ticket}A`,
      "x".repeat(200),
      other,
    ]
  ) {
    const refused = await complete({ ticket: wrong, new_password: fresh });
    assert.deepEqual([refused.status, (await refused.json()).type], [400, "/problems/invalid_ticket"], wrong);
  }
  for (const wrong of [undefined, null, [], {}, 1, true, [ticket], "x".repeat(201)]) {
    assert.equal((await complete({ ticket: wrong, new_password: fresh })).status, 422, String(wrong));
  }
  assert.equal((await complete({ ticket, new_password: "short" })).status, 422);
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.equal((await login(username, old)).status, 200);
  assert.equal(
    (await complete({ ticket, new_password: fresh })).status,
    204,
    "a refused password leaves the link as it was",
  );
  assert.equal((await complete({ ticket, new_password: "a third one of them" })).status, 400);
  assert.equal((await login(username, fresh)).status, 200);
});

test("T282 the ticket of one user resets nobody else's password, and one of verification none at all", async () => {
  const [ada, grace] = [await person(), await person()];
  const [hers, theirs] = [await askedTicket(ada.email), await askedTicket(grace.email)];
  const swapped = hers.slice(0, 29) + theirs.slice(29);
  assert.equal((await complete({ ticket: swapped, new_password: fresh })).status, 400);
  assert.deepEqual([(await login(ada.username, old)).status, (await login(grace.username, old)).status], [200, 200]);
});

test("T187 of twenty completions at once one succeeds", async () => {
  const { email } = await person();
  const ticket = await askedTicket(email);
  const answers = await Promise.all(Array.from({ length: 20 }, () => complete({ ticket, new_password: fresh })));
  assert.deepEqual(answers.filter(({ status }) => status === 204).length, 1);
  assert.ok(answers.every(({ status }) => status === 204 || status === 400 || status === 503));
});

test("T281 a change of the password or the address, or disabling, ends the link that was mailed before", async () => {
  for (
    const change of [{ password: "changed by an administrator" }, { email: `${crypto.randomUUID()}@example.com` }, {
      disabled: true,
    }]
  ) {
    const { id, email } = await person();
    const ticket = await askedTicket(email);
    await sentinel.users.change(id, change, () => true, localActor);
    assert.equal((await complete({ ticket, new_password: fresh })).status, 400, JSON.stringify(change));
  }
});

test("only the last link works, and an hour later none", async () => {
  const { email } = await person();
  const first = await askedTicket(email);
  const second = await askedTicket(email);
  assert.notEqual(first, second);
  assert.equal((await complete({ ticket: first, new_password: fresh })).status, 400);
  await db.query(
    "test",
    "update tickets set expires_at = expires_at - interval '1 hour' where kind = 'password_reset'",
  );
  assert.equal((await complete({ ticket: second, new_password: fresh })).status, 400);
});

test("T091 known and unknown addresses get the same answer by the same statements, and only one gets a mail", async () => {
  const { email } = await person();
  const unknown = `${crypto.randomUUID()}@example.com`;
  const answers = [];
  for (const address of [email, unknown, email.toUpperCase()]) {
    let answer!: Response;
    const statements = await statementsOf(async () => answer = await ask(address));
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== "x-request-id"));
    answers.push({ status: answer.status, body: await answer.text(), headers, statements });
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.deepEqual(answers[0]!.statements, { insert_outbox: 1 });
  assert.equal((await mailsTo(sentinel, unknown)).length, 0);
  assert.ok((await mailsTo(sentinel, email)).length >= 1); // the later of two at once takes the place of the other
});

test("T286 the mail goes to the address as it is stored, not as it was typed", async () => {
  const username = `u${crypto.randomUUID()}`;
  const email = `J.${username}@Bücher.example`;
  await registrations.create({ username, email, password: old }, [], localActor);
  await ask(`j.${username}@xn--bcher-kva.example`);
  assert.equal((await mailsTo(sentinel, email)).length, 1);
  for (const wrong of [`x@y@${username}`, `a b@example.com`, "", null, `${"a".repeat(10_000)}@example.com`]) {
    assert.equal((await ask(wrong)).status, 422, String(wrong).slice(0, 50));
  }
});

test("a disabled user gets no link", async () => {
  const { id, email } = await person();
  await sentinel.users.change(id, { disabled: true }, () => true, localActor);
  await ask(email);
  assert.deepEqual(await mailsTo(sentinel, email), []);
});

test("a copy of the database has no link: neither the outbox nor the tickets hold it", async () => {
  const { email } = await person();
  await ask(email);
  const waiting = JSON.stringify(await db.query("test", "select * from outbox"));
  const ticket = ticketOf(await mailTo(sentinel, email));
  const stored = waiting + JSON.stringify(await db.query("test", "select * from tickets")) +
    JSON.stringify(await db.query("test", "select * from outbox"));
  assert.ok(stored.includes(email) && !stored.includes(ticket.slice(30)) && !stored.includes("snt_mt_"));
  assert.doesNotMatch(await sentinel.logs(), /snt_mt_/);
});

test("a mail that is sent again has the same link", async () => {
  const { email } = await person();
  await ask(email);
  const { link, id } = await mailTo(sentinel, email);
  await db.query(
    "test",
    `update outbox set done_at = null, next_attempt_at = now(), payload = jsonb_build_object('letter', 'password_reset',
       'address', $2::text, 'browser_hash', null) where id = $1`,
    [id, email],
  );
  sentinel.mailbox.empty();
  assert.equal((await mailTo(sentinel, email)).link, link);
});
