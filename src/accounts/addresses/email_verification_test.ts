import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { mailboxOn, mailsTo, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  settings: { ...mailboxOn, SENTINEL_EMAIL_VERIFICATION: "required" },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const password = "seven seas and one harbour";

const register = (username: string, email?: string) =>
  sentinel.fetch("/register", { json: { username, ...(email && { email }), password } });
const login = (username: string, given = password) => sentinel.fetch("/login", { form: { username, password: given } });
const ask = async (email: string): Promise<{ flow: string }> => {
  const answer = await sentinel.fetch("/email-verification", { json: { email } });
  assert.equal(answer.status, 202);
  return await answer.json();
};
const complete = (json: Record<string, unknown>) => sentinel.fetch("/email-verification/complete", { json });

async function registered() {
  const username = `u${crypto.randomUUID()}`;
  const email = `${username}@example.com`;
  const { id } = await (await register(username, email)).json();
  return { id: id as string, username, email };
}

test("T290 where it is required, a user logs in only after the address was confirmed, by the code of the asking client", async () => {
  const { username, email } = await registered();
  const refused = await login(username);
  assert.deepEqual([refused.status, (await refused.json()).type], [403, "/problems/email_unverified"]);
  assert.equal((await login(username, "wrong one of them")).status, 401);
  await mailTo(sentinel, email, "email_verification"); // of the registration
  const { flow } = await ask(email);
  const { code } = (await mailsTo(sentinel, email))[0]!;
  assert.match(code!, /^\d{6}$/);
  const done = await complete({ flow, code });
  assert.deepEqual([done.status, await done.json()], [200, { reset_ticket: null }]);
  assert.equal((await login(username)).status, 200);
  assert.equal((await complete({ flow, code })).status, 400, "a code works once");
});

test("T290 the application that registered an account confirms its address by the code or the link, and it stays", async () => {
  for (const proof of ["code", "link"]) {
    const username = `u${crypto.randomUUID()}`;
    const email = `${username}@example.com`;
    const { flow } = await (await register(username, email)).json();
    const mail = await mailTo(sentinel, email, "email_verification");
    const given = proof === "code" ? { code: mail.code } : { ticket: ticketOf(mail) };
    const done = await complete({ flow, ...given });
    assert.deepEqual([done.status, await done.json()], [200, { reset_ticket: null }], proof);
    assert.equal((await login(username)).status, 200, proof);
  }
});

test("T083 the answer to a registration with a taken address has a flow like any other, in which no code counts", async () => {
  const { email } = await registered();
  const { code } = await mailTo(sentinel, email, "email_verification");
  const answer = await register(`u${crypto.randomUUID()}`, email);
  const { flow, email_verified } = await answer.json();
  assert.deepEqual([answer.status, email_verified], [201, false]);
  assert.match(flow, /^snt_mf_[0-9a-f]{32}[\w-]{43}$/);
  assert.equal((await complete({ flow, code })).status, 400);
});

test("T084 the first proof from another client ends the password, sessions and keys that a stranger may have", async () => {
  const { id, username, email } = await registered();
  await db.query("test", "insert into api_keys (id, user_id, name, scopes) values (gen_random_uuid(), $1, 'k', '{}')", [
    id,
  ]);
  const ticket = ticketOf(await mailTo(sentinel, email));
  const { reset_ticket } = await (await complete({ ticket })).json();
  assert.equal((await login(username)).status, 401);
  const [left] = await db.query(
    "test",
    `select u.password_hash, u.email_verified_at is not null as verified,
            (select count(*)::int from api_keys k where k.user_id = u.id and k.revoked_at is null) as keys
     from users u where u.id = $1`,
    [id],
  );
  assert.deepEqual(left, { password_hash: null, verified: true, keys: 0 });
  const json = { ticket: reset_ticket, new_password: "eight rivers and no bridge" };
  assert.equal((await sentinel.fetch("/password-reset/complete", { json })).status, 204);
  assert.equal((await login(username, json.new_password)).status, 200);
});

test("a link that comes back with the flow of its request ends nothing", async () => {
  const { username, email } = await registered();
  const { flow } = await ask(email);
  const ticket = ticketOf((await mailsTo(sentinel, email))[0]!);
  assert.deepEqual(await (await complete({ ticket, flow })).json(), { reset_ticket: null });
  assert.equal((await login(username)).status, 200);
});

test("a code counts only with the flow that asked for it, five times, and the link still works after that", async () => {
  const [mine, other] = [await registered(), await registered()];
  const { flow } = await ask(mine.email);
  const { flow: foreign } = await ask(other.email);
  const [mail] = await mailsTo(sentinel, mine.email);
  const code = mail!.code!;
  const wrong = code === "000000" ? "000001" : "000000";
  for (const proof of [{ code }, { flow }, { flow: foreign, code }, { flow: flow.slice(0, -1) + "~", code }, {}]) {
    assert.equal((await complete(proof)).status, 400, JSON.stringify(proof));
  }
  const other31 = flow.slice(0, 39) + foreign.slice(39); // the id of one, the secret of the other
  assert.equal((await complete({ flow: other31, code })).status, 400);
  for (let i = 0; i < 5; i++) assert.equal((await complete({ flow, code: wrong })).status, 400);
  assert.equal((await complete({ flow, code })).status, 400, "five were too many");
  assert.equal((await complete({ ticket: ticketOf(mail!), flow })).status, 200);
});

test("T092 a mail for a confirmed, an unknown or a disabled address is not sent, and the answer is the same", async () => {
  const confirmed = await registered();
  await complete({ ticket: ticketOf(await mailTo(sentinel, confirmed.email)) });
  const disabled = await registered();
  await mailsTo(sentinel, disabled.email);
  await sentinel.users.change(disabled.id, { disabled: true }, () => true, localActor);
  const unknown = `${crypto.randomUUID()}@example.com`;
  sentinel.mailbox.empty();
  for (const email of [confirmed.email, disabled.email, unknown]) {
    const statements = await statementsOf(async () => {
      assert.match((await ask(email)).flow, /^snt_mf_/);
    });
    assert.deepEqual(statements, { insert_outbox: 1 });
    assert.deepEqual(await mailsTo(sentinel, email), []);
  }
});

test("T083 POST /register answers alike for an address that has an account, creates none, and tells its owner", async () => {
  const owner = await registered();
  await mailsTo(sentinel, owner.email);
  const before = await db.query("test", "select count(*)::int as users from users");
  let again!: Response, fresh!: Response;
  const [one, other] = [`u${crypto.randomUUID()}`, `u${crypto.randomUUID()}`];
  const taken = await statementsOf(async () => again = await register(one, owner.email.toUpperCase()));
  assert.deepEqual(await db.query("test", "select count(*)::int as users from users"), before);
  const free = await statementsOf(async () => fresh = await register(other, `${other}@example.com`));
  delete taken.rollback;
  assert.deepEqual(taken, free);
  assert.deepEqual([again.status, fresh.status], [201, 201]);
  const [a, b] = [await again.json(), await fresh.json()];
  assert.deepEqual(Object.keys(a), Object.keys(b));
  assert.deepEqual([a.username, a.email, a.email_verified, a.roles], [one, owner.email.toUpperCase(), false, ["user"]]);
  assert.equal((await login(one)).status, 401);
  assert.match((await mailTo(sentinel, owner.email, "registration_attempted")).text, /already has one/);
});

test("registration needs an address where it must be confirmed; who has none by an administrator logs in", async () => {
  const nameOnly = await register(`u${crypto.randomUUID()}`);
  assert.deepEqual([nameOnly.status, (await nameOnly.json()).errors[0].pointer], [422, "#/email"]);
  const username = `u${crypto.randomUUID()}`;
  await sentinel.registrations.create({ username, password }, ["user"], localActor);
  assert.equal((await login(username)).status, 200);
});

test("after a change of the address the new one is to be confirmed, and links to the old one are void", async () => {
  const { id, username, email } = await registered();
  const ticket = ticketOf(await mailTo(sentinel, email));
  const { flow } = await ask(email);
  await complete({ flow, code: (await mailsTo(sentinel, email))[0]!.code });
  assert.equal((await login(username)).status, 200);
  await sentinel.users.change(id, { email: `new-${email}` }, () => true, localActor);
  assert.equal((await complete({ ticket })).status, 400);
  assert.equal((await login(username)).status, 403);
});

test("T270 where addresses must be confirmed, no second factor is set up before", async () => {
  const { id, username } = await registered();
  await db.query("test", "update users set email_verified_at = now() where id = $1", [id]);
  const { access_token } = await (await login(username)).json();
  await db.query("test", "update users set email_verified_at = null where id = $1", [id]);
  sentinel.principals.forgetUser(id);
  const headers = { authorization: `Bearer ${access_token}` };
  const refused = await sentinel.fetch("/users/me/factors/totp", { json: { current_password: password }, headers });
  assert.deepEqual([refused.status, (await refused.json()).type], [403, "/problems/email_unverified"]);
  assert.deepEqual(await db.query("test", "select from totp_factors"), []);
});
