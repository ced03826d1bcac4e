import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer, people } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { findPasswordHash, updateRehashed } from "../passwords/passwords.ts";
import {
  consumeTicket,
  findTicket,
  isOfBrowser,
  issueTicket,
  purgeTickets,
  type TicketIssue,
  updateAttempts,
  updateTicket,
} from "./tickets.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, users } = sentinel;
const kind = "login";

const issue = async (more: Partial<TicketIssue> = {}) => (await issueTicket(db, { kind, ttlSeconds: 600, ...more }))!;
const isLive = async (id: string) => await findTicket(db, kind, id) !== undefined;

test("a ticket is found by its kind and id only, with what it was issued with", async () => {
  const { id: userId } = await newcomer(sentinel);
  const sessionId = crypto.randomUUID();
  const { id } = await issue({ userId, sessionId, browser: "secret", state: "password", params: { then: "/account" } });
  const ticket = (await findTicket(db, kind, id))!;
  assert.deepEqual(
    [ticket.user_id, ticket.session_id, ticket.client_id, ticket.state, ticket.attempts, ticket.params],
    [userId, sessionId, null, "password", 0, { then: "/account" }],
  );
  assert.deepEqual([isOfBrowser(ticket, "secret"), isOfBrowser(ticket, "other"), isOfBrowser(ticket, undefined)], [
    true,
    false,
    false,
  ]);
  assert.equal(isOfBrowser(await issue(), "secret"), false);
  for (const other of ["password_reset", "invitation", ""]) assert.equal(await findTicket(db, other, id), undefined);
});

test("no secret of a ticket is stored", async () => {
  const { id } = await issue({ browser: "canary of the browser", secret: "canary of the code" });
  const [row] = await db.query<{ text: string }>("test", "select t::text as text from tickets t where id = $1", [id]);
  assert.doesNotMatch(row!.text, /canary/);
});

test("a ticket is consumed once, by twenty at once as by one", async () => {
  const { id } = await issue();
  const won = await Promise.all(Array.from({ length: 20 }, () => consumeTicket(db, kind, id)));
  assert.equal(won.filter((ticket) => ticket?.id === id).length, 1);
  assert.equal(await isLive(id), false);
  assert.equal(await updateAttempts(db, kind, id, 5), undefined);
  assert.equal(await updateTicket(db, kind, id, { user_id: null, state: "later", params: {} }), undefined);
});

test("a ticket of another kind or an expired one is neither found nor consumed", async () => {
  const { id } = await issue();
  assert.equal(await consumeTicket(db, "password_reset", id), undefined);
  assert.equal(await isLive(id), true);
  await db.query("test", "update tickets set expires_at = now() where id = $1", [id]);
  assert.deepEqual([await isLive(id), await consumeTicket(db, kind, id)], [false, undefined]);
});

test("attempts are counted, at once too, and end at their limit", async () => {
  const { id } = await issue();
  const counted = await Promise.all(Array.from({ length: 9 }, () => updateAttempts(db, kind, id, 5)));
  assert.deepEqual(counted.flatMap((ticket) => ticket ? [ticket.attempts] : []).toSorted(), [1, 2, 3, 4, 5]);
  assert.equal(await isLive(id), true, "a link may still be used");
});

test("a ticket replaces an earlier one with the same lookup, even a consumed one, and never a later one", async () => {
  const lookup = `reset ${crypto.randomUUID()}`;
  const [older, later] = ["01932c5e-0000-7000-8000", "01932c5e-0001-7000-8000"].map((start) =>
    `${start}-${crypto.randomUUID().slice(-12)}`
  ) as [string, string];
  const first = await issue({ id: older, lookup });
  await updateAttempts(db, kind, first.id, 5);
  await consumeTicket(db, kind, first.id);
  const second = await issue({ id: later, lookup, params: { second: true } });
  assert.deepEqual([second.attempts, second.params], [0, { second: true }]);
  assert.equal(await issueTicket(db, { id: older, kind, ttlSeconds: 600, lookup }), undefined);
  assert.deepEqual([await isLive(older), await isLive(later)], [false, true]);
});

test("a change of the password or the address, and disabling, end the user's tickets; nothing else does", async () => {
  const { id: userId, username } = await newcomer(sentinel);
  const change = (wanted: Parameters<typeof users.change>[1]) =>
    users.change(userId, wanted, whateverTheState, localActor);
  const ends: [string, boolean, () => Promise<unknown>][] = [
    ["a new password", true, () => change({ password: people.grace.password })],
    ["a new address", true, () => change({ email: `new-${username}@example.com` })],
    ["no address", true, () => change({ email: null })],
    ["disabling", true, () => change({ disabled: true })],
    ["enabling", false, () => change({ disabled: false })],
    ["a new username", false, () => change({ username: `w${crypto.randomUUID()}` })],
    ["the same password by another hash", false, async () => {
      assert.ok(await updateRehashed(db, userId, (await findPasswordHash(db, userId))!, "$2b$04$other"));
    }],
  ];
  for (const [name, ended, deed] of ends) {
    const { id } = await issue({ userId });
    await deed();
    assert.equal(await isLive(id), !ended, name);
    assert.equal(await consumeTicket(db, kind, id) === undefined, ended, name);
  }
});

test("a spelling of the address with the same mailbox keeps the user's tickets", async () => {
  const { id: userId, username } = await newcomer(sentinel);
  const { id } = await issue({ userId });
  await users.change(userId, { email: `${username}@EXAMPLE.com` }, whateverTheState, localActor);
  assert.equal(await isLive(id), true);
});

test("a ticket becomes a user's with the credentials that the user has then", async () => {
  const { id: userId } = await newcomer(sentinel);
  const { id } = await issue({ state: "password" });
  await users.change(userId, { password: people.grace.password }, whateverTheState, localActor);
  const moved = (await updateTicket(db, kind, id, { user_id: userId, state: "factor", params: { a: 1 } }))!;
  assert.deepEqual([moved.user_id, moved.state, moved.params], [userId, "factor", { a: 1 }]);
  await users.change(userId, { password: people.ada.password }, whateverTheState, localActor);
  assert.equal(await isLive(id), false);
});

test("a user's tickets are deleted with the user", async () => {
  const { id: userId } = await newcomer(sentinel);
  const { id } = await issue({ userId });
  await users.remove(userId, whateverTheState, localActor);
  assert.deepEqual(await db.query("test", "select from tickets where id = $1", [id]), []);
});

test("tickets are deleted an hour after their end, authorization codes ten minutes after it, and none earlier", async () => {
  const age = "update tickets set expires_at = now() - make_interval(mins => $2), consumed_at = now() where id = $1";
  for (const [kind, keptMinutes] of [["login", 60], ["code", 10]] as const) {
    const [old, recent, live] = [await issue({ kind }), await issue({ kind }), await issue({ kind })];
    await db.query("test", age, [old.id, keptMinutes + 1]);
    await db.query("test", age, [recent.id, keptMinutes - 1]);
    await purgeTickets(db);
    const ids = [old.id, recent.id, live.id];
    const rows = await db.query<{ id: string }>("test", "select id from tickets where id = any($1)", [ids]);
    assert.deepEqual(rows.map(({ id }) => id).toSorted(), [recent.id, live.id].toSorted(), kind);
  }
});
