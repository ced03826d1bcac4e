import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { mailboxOn, mailsTo, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const password = "seven seas and one harbour";

/** A signed-in user whose address is proved, or not. */
async function person({ verified = true, hasEmail = true } = {}) {
  const username = `u${crypto.randomUUID()}`;
  const email = `${username}@example.com`;
  const names = hasEmail ? { username, email } : { username };
  const { id } = await sentinel.registrations.create({ ...names, password }, ["user"], localActor);
  if (verified) await db.query("test", "update users set email_verified_at = now() where id = $1", [id]);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const headers = { authorization: `Bearer ${access_token}` };
  const call = (method: string, path: string, json?: unknown) => sentinel.fetch(path, { method, json, headers });
  const change = (to: string, current_password = password) =>
    call("PUT", "/users/me/email", { email: to, current_password });
  const me = async () => await (await call("GET", "/users/me")).json();
  return { id, username, email, fresh: `new-${email}`, call, change, me };
}

const complete = (json: Record<string, unknown>) => sentinel.fetch("/email-change/complete", { json });
const changed = async (json: Record<string, unknown>) => (await (await complete(json)).json()).changed;

test("T285 an address changes when both mailboxes have agreed, in either order, and the old one is told", async () => {
  for (const order of [["new", "old"], ["old", "new"]] as const) {
    const { email, fresh, change, me } = await person();
    assert.equal((await change(fresh)).status, 202);
    const tickets = {
      new: ticketOf(await mailTo(sentinel, fresh, "email_change_new")),
      old: ticketOf(await mailTo(sentinel, email, "email_change_old")),
    };
    assert.equal(await changed({ ticket: tickets[order[0]] }), false);
    assert.equal(await changed({ ticket: tickets[order[0]] }), false, "one mailbox twice is not both");
    assert.equal((await me()).email, email);
    assert.equal(await changed({ ticket: tickets[order[1]] }), true);
    const { email: now, email_verified } = await me();
    assert.deepEqual([now, email_verified], [fresh, true]);
    assert.equal((await complete({ ticket: tickets.new })).status, 400);
    assert.match((await mailTo(sentinel, email, "email_changed")).text, /no longer uses this address/);
  }
});

test("the codes of both mails count with the flow of the answer", async () => {
  const { email, fresh, change, me } = await person();
  const { flow } = await (await change(fresh)).json();
  const { code: one } = await mailTo(sentinel, fresh, "email_change_new");
  const { code: other } = await mailTo(sentinel, email, "email_change_old");
  assert.equal(await changed({ flow, code: one }), false);
  assert.equal(await changed({ flow, code: other }), true);
  assert.equal((await me()).email, fresh);
});

test("an address that nobody ever proved has no say; a first one needs only itself", async () => {
  for (const options of [{ verified: false }, { verified: false, hasEmail: false }]) {
    const { email, fresh, change, me } = await person(options);
    const { flow } = await (await change(fresh)).json();
    const { code } = await mailTo(sentinel, fresh, "email_change_new");
    assert.ok(!(await mailsTo(sentinel, email)).some(({ letter }) => letter === "email_change_old"));
    assert.equal(await changed({ flow, code }), true);
    const { email: now, email_verified } = await me();
    assert.deepEqual([now, email_verified], [fresh, true]);
  }
});

test("a change needs the current password, and another address than the present one", async () => {
  const { email, fresh, change } = await person();
  assert.equal((await change(fresh, "not the one")).status, 403);
  for (const wrong of ["", "a@b", `${email}\r\nBcc: x@example.net`, email.toUpperCase()]) {
    assert.equal((await change(wrong)).status, 422, wrong);
  }
  assert.deepEqual(await mailsTo(sentinel, fresh), []);
});

test("T092 the answer does not say that another account has the address, which gets no mail and stays theirs", async () => {
  const [mine, theirs] = [await person(), await person()];
  assert.equal((await mine.change(theirs.email)).status, 202);
  assert.deepEqual(await mailsTo(sentinel, theirs.email), []);
});

test("of two users who confirm one address, the second one is refused", async () => {
  const [one, other] = [await person({ verified: false }), await person({ verified: false })];
  const address = `${crypto.randomUUID()}@example.com`;
  const flows = [];
  for (const { change } of [one, other]) flows.push((await (await change(address)).json()).flow);
  const codes = (await mailsTo(sentinel, address)).map(({ code }) => code);
  const answers = [];
  for (const flow of flows) {
    for (const code of codes) answers.push((await complete({ flow, code })).status);
  }
  assert.deepEqual(answers.filter((status) => status === 200).length, 1);
  assert.ok(answers.includes(409));
});

test("while mails are sent, PATCH /users/me gives no other address, and still takes one away", async () => {
  const { email, fresh, call, me } = await person();
  const refused = await call("PATCH", "/users/me", { email: fresh, current_password: password });
  assert.deepEqual([refused.status, (await refused.json()).type], [409, "/problems/email_confirmation_required"]);
  assert.equal((await me()).email, email);
  assert.equal((await call("PATCH", "/users/me", { email: null, current_password: password })).status, 200);
  assert.equal((await me()).email, null);
  assert.equal((await mailTo(sentinel, email, "email_changed")).letter, "email_changed");
});

test("a password that is changed meanwhile ends the change", async () => {
  const { id, fresh, change } = await person({ verified: false });
  const { flow } = await (await change(fresh)).json();
  const { code } = await mailTo(sentinel, fresh, "email_change_new");
  await sentinel.users.change(id, { password: "changed by an administrator" }, () => true, localActor);
  assert.equal((await complete({ flow, code })).status, 400);
});
