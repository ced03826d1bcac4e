import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { mailboxOn, mailsTo, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { createRole, loggedIn, newcomer } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  settings: { ...mailboxOn, SENTINEL_REGISTRATION: "invite" },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const password = "seven seas and one harbour";
const address = () => `${crypto.randomUUID()}@example.com`;

type Call = Awaited<ReturnType<typeof loggedIn>>["call"];

const invite = (call: Call, email: string, roles: string[] = []) =>
  call("/invitations", { method: "POST", json: { email, roles } });
const accept = (json: Record<string, unknown>) => sentinel.fetch("/invitations/accept", { json });

/** Someone who may invite, and who holds the role, as well as one who may grant it. */
async function inviter(...roles: string[]) {
  const role = await createRole(sentinel, { permissions: ["users:read", "users:write", "roles:grant"] });
  return await loggedIn(sentinel, role, ...roles);
}

async function invited(email: string, roles: string[] = [], by?: Awaited<ReturnType<typeof inviter>>) {
  const { call } = by ?? await inviter(...roles);
  const answer = await invite(call, email, roles);
  assert.equal(answer.status, 201, await answer.clone().text());
  return { ...await answer.json() as { id: string }, ticket: ticketOf(await mailTo(sentinel, email)) };
}

test("an invited user creates the account of that address, which counts as confirmed, with the roles of the invitation", async () => {
  const role = await createRole(sentinel);
  const email = address();
  const { ticket } = await invited(email, [role]);
  const username = `u${crypto.randomUUID()}`;
  const created = await accept({ ticket, username, password });
  assert.equal(created.status, 201);
  const person = await created.json();
  assert.deepEqual([person.username, person.email, person.email_verified], [username, email, true]);
  assert.deepEqual(person.roles, [role, "user"].toSorted());
  assert.equal((await sentinel.fetch("/login", { form: { username: email, password } })).status, 200);
  assert.equal((await accept({ ticket, username: `${username}2`, password })).status, 400, "it works once");
  const [event] = await db.query<{ facts: string; actor_id: null }>(
    "test",
    "select facts, actor_id from audit_events where action = 'user.registered' and subject_id = $1",
    [person.id],
  );
  assert.equal(event!.actor_id, null);
});

test("T082 POST /register is closed while accounts are by invitation", async () => {
  const answer = await sentinel.fetch("/register", { json: { email: address(), password } });
  assert.deepEqual([answer.status, (await answer.json()).type], [403, "/problems/registration_closed"]);
});

test("a refused password or a taken username leaves the invitation as it was", async () => {
  const email = address();
  const { ticket } = await invited(email);
  const { username } = await newcomer(sentinel);
  assert.equal((await accept({ ticket, password: "short" })).status, 422);
  assert.equal((await accept({ ticket, username, password })).status, 409);
  assert.equal((await accept({ ticket, username: "root", password })).status, 422);
  assert.equal((await accept({ ticket, password })).status, 201);
});

test("T291 whoever may no longer invite, or grant the roles, has invited nobody", async () => {
  const role = await createRole(sentinel);
  for (const loss of ["disabled", "deleted", "no longer granted"] as const) {
    const by = await inviter(role);
    const { ticket } = await invited(address(), [role], by);
    if (loss === "disabled") await sentinel.users.change(by.id, { disabled: true }, () => true, localActor);
    else if (loss === "deleted") await sentinel.users.remove(by.id, () => true, localActor);
    else await db.query("test", "delete from grants where user_id = $1 and role = $2", [by.id, role]);
    const refused = await accept({ ticket, password });
    assert.deepEqual([refused.status, (await refused.json()).type], [400, "/problems/invalid_ticket"], loss);
  }
});

test("nobody invites with roles they do not hold, or without users:write; nobody invites who has an account", async () => {
  const role = await createRole(sentinel);
  const { call } = await inviter();
  assert.equal((await invite(call, address(), [role])).status, 403);
  assert.equal((await invite(call, address(), ["no-such-role"])).status, 403);
  assert.equal((await invite((await loggedIn(sentinel)).call, address())).status, 403);
  const { username } = await newcomer(sentinel);
  assert.equal((await invite(call, `${username}@example.com`)).status, 409);
});

test("invitations are listed until they are accepted, revoked or expired; a second one replaces the first", async () => {
  const by = await inviter();
  const email = address();
  const first = await invited(email, [], by);
  const list = async () => {
    const { items } = await (await by.call("/invitations?page_size=200")).json();
    return items.filter((item: { email: string }) => item.email === email).map(({ id }: { id: string }) => id);
  };
  assert.deepEqual(await list(), [first.id]);
  const answer = await invite(by.call, email);
  const second = { ...await answer.json(), ticket: ticketOf((await mailsTo(sentinel, email))[0]!) };
  assert.deepEqual(await list(), [second.id]);
  assert.equal((await accept({ ticket: first.ticket, password })).status, 400);
  assert.equal((await by.call(`/invitations/${second.id}`, { method: "DELETE" })).status, 204);
  assert.equal((await by.call(`/invitations/${second.id}`, { method: "DELETE" })).status, 404);
  assert.deepEqual(await list(), []);
  assert.equal((await accept({ ticket: second.ticket, password })).status, 400);
  assert.equal((await (await loggedIn(sentinel)).call("/invitations")).status, 403);
});

test("T290 an invitation to an address that got an account meanwhile is refused", async () => {
  const email = address();
  const { ticket } = await invited(email);
  await sentinel.registrations.create({ email, password }, [], localActor);
  assert.equal((await accept({ ticket, password })).status, 409);
});
