import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import type { Database, Tx } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { recordAudit } from "../events/audit.ts";
import { erase, finishErasures } from "./erasures.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Listed = { id: string; action: string; actor_id: string | null; subject_id: string | null; details: unknown };

const listEvents = () =>
  sentinel.db.query<Listed>(
    "list_events",
    `select e.id, e.action, e.actor_id, e.subject_id, d.details
     from audit_events e left join audit_details d on d.event_id = e.id order by e.id, d.part`,
  );

async function newcomer(username: string): Promise<string> {
  const registration = { username, email: `${username}@example.com`, password: "quite enough words" };
  const response = await sentinel.fetch("/register", { json: registration });
  assert.equal(response.status, 201);
  return (await response.json()).id;
}

const recordDeletion = (id: string) => ({
  action: "user.deleted" as const,
  ...localActor,
  subject: { type: "user" as const, id },
});

/** Everything that Sentinel ever records about somebody: what they do, what is done to them, how they fail. */
async function live(name: "grace" | "nobody"): Promise<string> {
  const id = await sentinel.settled(name);
  const { username, password } = people[name];
  const headers = { "user-agent": `agent of ${name}`, "x-forwarded-for": "192.0.2.7" };
  await sentinel.fetch("/login", { form: { username, password: "not theirs" }, headers });
  for (let n = 0; n < 2; n++) await sentinel.fetch("/login", { form: { username, password }, headers });
  const [session] = await sentinel.db.query<{ id: string }>("one", "select id from sessions where user_id = $1", [id]);
  await sentinel.fetch(`/users/${id}/sessions/${session!.id}`, { method: "DELETE" }, "ada");
  await sentinel.fetch(`/users/${id}/sessions`, { method: "DELETE" }, "ada");
  const caller = { user: { id, username: name, email: `${name}@example.com` }, session: { id: "any" } };
  await sentinel.ownAccount.change(caller, { username: `${name}-the-second` }, () => true, { actor_id: id, client });
  await sentinel.users.setDisabled(`${name}-the-second`, true);
  return id;
}

const client = { ip: "192.0.2.7", user_agent: "agent of many", request_id: null };

/** Deletes the user and records it, as an erasure requires. */
async function remove(tx: Tx, id: string): Promise<void> {
  await tx.query("test", "delete from users where id = $1", [id]);
  await recordAudit(tx, recordDeletion(id));
  await erase(tx, id);
}

test("T312 erasing a user deletes all of the user's details, no event, and nothing of other users", async () => {
  const [grace, nobody] = [await live("grace"), await live("nobody")];
  const before = await listEvents();
  await sentinel.db.transaction((tx) => remove(tx, grace));
  const after = await listEvents();
  const sessions = after.filter(({ action, actor_id }) => action === "session.created" && actor_id === grace)
    .map(({ subject_id }) => subject_id);
  const isGraces = ({ actor_id, subject_id }: Listed) =>
    actor_id === grace || subject_id === grace || sessions.includes(subject_id);

  assert.deepEqual(after.filter((event) => !isGraces(event)), before.filter((event) => !isGraces(event)));
  const hers = after.filter(isGraces);
  const parts = (events: Listed[]) => events.flatMap(({ id, details }) => details === null ? [] : [{ id, details }]);
  const byOthers = before.filter((event) => isGraces(event) && event.actor_id !== null && event.actor_id !== grace);
  assert.ok(byOthers.length > 1);
  assert.deepEqual(parts(hers), parts(byOthers), "what others did keeps where they were");
  assert.deepEqual(new Set(hers.map(({ action }) => action)), new Set(expected));
  const idsOf = (events: Listed[]) => new Set(events.map(({ id }) => id));
  assert.deepEqual(idsOf(hers.slice(0, -1)), idsOf(before.filter(isGraces)));
  assert.doesNotMatch(JSON.stringify(after), /grace/i);
  assert.ok(after.some(({ details }) => JSON.stringify(details).includes("agent of nobody")), nobody);
});

const expected = [
  "user.registered",
  "login.failed",
  "session.created",
  "session.revoked",
  "user.sessions_revoked",
  "user.disabled",
  "user.changed",
  "user.deleted",
];

test("T312 events that were in progress when their user was erased lose their details when they are sealed", async () => {
  const [gone, there] = [crypto.randomUUID(), crypto.randomUUID()];
  const failed = (id: string) => ({
    ...recordDeletion(id),
    action: "login.failed" as const,
    outcome: "failure" as const,
  });
  await sentinel.db.transaction((tx) => remove(tx, gone));
  for (const id of [gone, there]) await recordAudit(sentinel.db, failed(id));
  await recordAudit(sentinel.db, { ...failed(there), actor_id: gone });
  await sentinel.sealer.seal();
  const events = await listEvents();
  const kept = events.filter(({ actor_id, subject_id, details }) =>
    details !== null && [actor_id, subject_id].some((id) => id === gone || id === there)
  );
  assert.deepEqual(kept.map(({ actor_id, subject_id }) => [actor_id, subject_id]), [[null, there]]);
  assert.equal((await sentinel.auditVerification.verify({})).valid, true);
});

/** This many events of what the user did, of what was done to the user, and of the user's sessions. */
async function insertEvents(userId: string, count: number): Promise<void> {
  await sentinel.db.query(
    "test",
    `with fact as (
       select gen_random_uuid() as id, 'session.created' as action, $1::uuid as actor_id, 'session' as subject_type,
              'of-' || $1::text || n as subject_id
       from generate_series(1, $2) n
       union all select gen_random_uuid(), 'session.revoked', null, 'session', 'of-' || $1::text || n from generate_series(1, $2) n
       union all select gen_random_uuid(), 'login.failed', null, 'user', $1::text from generate_series(1, $2) n
     ), event as (
       insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, details_digest)
       select id, action, 'success', actor_id, subject_type, subject_id, sha256('{"ip":"192.0.2.9"}') from fact
     )
     insert into audit_details (event_id, salt, details) select id, '', '{"ip": "192.0.2.9"}' from fact`,
    [userId, count],
  );
}

const detailsLeft = async () => (await listEvents()).filter(({ details }) => details !== null);
const isOf = (id: string) => ({ actor_id, subject_id }: Listed) =>
  actor_id === id || actor_id === null && subject_id?.includes(id);
const erasuresLeft = () => sentinel.db.query("test", "select from audit_erasures");

test("T312 a user with more events than one request can erase is deleted, and erased soon after, and no other user is", async () => {
  const [gone, there] = [await newcomer("overactive"), await newcomer("bystander")];
  await insertEvents(there, 1_100);
  const others = (await detailsLeft()).filter(({ actor_id, subject_id }) => actor_id !== gone && subject_id !== gone);
  await insertEvents(gone, 2_200);
  const all = await listEvents();

  assert.equal((await sentinel.fetch(`/users/${gone}`, { method: "DELETE" }, "ada")).status, 204);
  assert.equal((await sentinel.fetch(`/users/${gone}`, {}, "ada")).status, 404);
  assert.equal((await erasuresLeft()).length, 1);
  assert.ok((await detailsLeft()).length > others.length + 1_000, "the request did not erase all");

  await Promise.all([finishErasures(sentinel.db), finishErasures(sentinel.db)]);
  await finishErasures(sentinel.db);
  const left = await detailsLeft();
  assert.deepEqual(left.filter(isOf(gone)), []);
  const ids = new Set(left.map(({ id }) => id));
  assert.deepEqual(others.filter(({ id }) => !ids.has(id)), []);
  const events = new Set((await listEvents()).map(({ id }) => id));
  assert.deepEqual(all.filter(({ id }) => !events.has(id)), []);
  assert.deepEqual(await erasuresLeft(), []);
});

test("T312 an erasure that failed half way is completed by the next run", async () => {
  const gone = await newcomer("interrupted");
  await insertEvents(gone, 2_200);
  assert.equal((await sentinel.fetch(`/users/${gone}`, { method: "DELETE" }, "ada")).status, 204);
  let transactions = 0;
  const failing = {
    ...sentinel.db,
    transaction:
      ((deed) => ++transactions === 2 ? Promise.reject(new Error("cut")) : sentinel.db.transaction(deed)) as Database[
        "transaction"
      ],
  };
  await assert.rejects(finishErasures(failing), /cut/);
  assert.equal((await erasuresLeft()).length, 1);
  await finishErasures(sentinel.db);
  assert.deepEqual((await detailsLeft()).filter(isOf(gone)), []);
  assert.deepEqual(await erasuresLeft(), []);
});

test("X78 what a deleted administrator did to others stays, and the administrator's own details are gone", async () => {
  const boss = await sentinel.registrations.create(
    { username: "boss", email: "boss@example.com", password: "quite enough words" },
    ["user", "admin"],
    localActor,
  );
  const other = await newcomer("underling");
  const actor = { actor_id: boss.id, client: { ...client, ip: "198.51.100.77" } };
  const role = `r${crypto.randomUUID()}`;
  await sentinel.permissionRegistry.register("traces:read", "What is left", actor);
  await sentinel.roles.create(
    { name: role, description: "", permissions: ["traces:read"], parents: ["user"] },
    actor,
  );
  await sentinel.grants.grant(other, role, null, () => Promise.resolve(), actor);
  await sentinel.grants.grant(other, "admin", null, () => Promise.resolve(), actor);
  const exclusion = await sentinel.exclusions.create({ description: "", roles: [role, "user"], at_most: 1 }, actor)
    .catch(() => undefined);
  assert.equal(exclusion, undefined);
  await sentinel.users.change(other, { username: "underling-two" }, () => true, actor);
  await sentinel.grants.revoke(other, "admin", () => Promise.resolve(), actor);
  const told = async () => {
    const path = `/audit-events?actor_id=${boss.id}`;
    const { items } = await (await sentinel.fetch(path, {}, "ada")).json();
    return items.map(({ action, details }: { action: string; details: Record<string, unknown> | null }) => {
      const { ip: _, user_agent: __, ...facts } = details ?? {};
      return [action, facts] as const;
    });
  };
  const before = await told();
  assert.deepEqual(before.toReversed(), [
    ["permission.created", { description: "What is left" }],
    ["role.created", { permissions: ["traces:read"], parents: ["user"] }],
    ["role.granted", { role, expires_at: null }],
    ["role.granted", { role: "admin", expires_at: null }],
    ["user.changed", {
      changed: ["username"],
      before: { username: "underling", email: "underling@example.com" },
      after: { username: "underling-two", email: "underling@example.com" },
    }],
    ["role.revoked", { role: "admin" }],
  ]);
  await sentinel.users.remove(boss.id, () => true, actor);
  assert.deepEqual((await told()).slice(1), before);
  assert.doesNotMatch(JSON.stringify(await listEvents()), /198\.51\.100\.77|boss@/);
  await sentinel.sealer.seal();
  assert.equal((await sentinel.auditVerification.verify({})).valid, true);

  assert.equal((await sentinel.fetch(`/users/${other}`, { method: "DELETE" }, "ada")).status, 204);
  const names = (await told()).find(([action]: readonly [string, unknown]) => action === "user.changed")!;
  assert.deepEqual(names, ["user.changed", { changed: ["username"] }]);
  assert.doesNotMatch(JSON.stringify(await listEvents()), /underling/);
  await sentinel.sealer.seal();
  assert.equal((await sentinel.auditVerification.verify({})).valid, true);
});

test("X78 events from before facts were separate are erased with either of their users, and still verify", async () => {
  const gone = await newcomer("old-hand");
  await insertEvents(gone, 3);
  assert.equal((await sentinel.fetch(`/users/${gone}`, { method: "DELETE" }, "ada")).status, 204);
  assert.deepEqual((await detailsLeft()).filter(isOf(gone)), []);
});

test("X81 a forged user.deleted event erases nothing of an existing user, and is sealed unchanged", async () => {
  const id = await newcomer("survivor");
  await recordAudit(sentinel.db, recordDeletion(id));
  const before = await listEvents();
  const details = "delete from audit_details where event_id in (select id from audit_events where subject_id = $1)";
  await assert.rejects(sentinel.db.query("forge", details, [id]), { code: "42501" });
  await assert.rejects(sentinel.db.transaction((tx) => erase(tx, id)), { code: "42501" });
  await recordAudit(sentinel.db, { ...recordDeletion(id), action: "user.unlocked" });
  await sentinel.sealer.seal();
  const after = await listEvents();
  assert.deepEqual(after.filter((event) => before.some(({ id }) => id === event.id)), before);
  assert.deepEqual(after.filter(({ details }) => details === null), before.filter(({ details }) => details === null));
  assert.equal(
    await sentinel.db.query("unsealed", "select from audit_events where seq is null").then((r) => r.length),
    0,
  );
});

test("T301 details of a user who was not deleted cannot be erased, not even by the function for it", async () => {
  const ada = await sentinel.settled("ada");
  await sentinel.tokenOf("ada");
  const before = await listEvents();
  const erased = sentinel.db.transaction((tx) => erase(tx, ada));
  await assert.rejects(erased, { code: "42501" });
  assert.deepEqual(await listEvents(), before);
});
