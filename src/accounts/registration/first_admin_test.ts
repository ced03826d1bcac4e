import { localActor } from "../../vocabulary/actor.ts";
import { hasAdministrator } from "../../access/authority/administrators.ts";
import assert from "node:assert/strict";
import { onPostgres } from "../../testing/database.ts";
import { type Sentinel, startSentinel, test as anyTest } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { createFirstAdmin, oneTimeAdmin } from "./first_admin.ts";

/** A test on an installation of its own without an administrator. */
function test(name: string, fn: (sentinel: Sentinel) => Promise<void>): void {
  anyTest(name, async () => {
    await using sentinel = await startSentinel({ lasting: false });
    await fn(sentinel);
  });
}

const root = { username: "root", email: "root@example.com", password: "the keys to the house" };
const another = { username: "another", email: "another@example.com", password: "a second pair of keys" };

const listAdmins = ({ db }: Pick<Sentinel, "db">) =>
  db.query<{ username: string }>(
    "list_admins",
    "select username from users join grants on user_id = id where role = 'admin' order by username",
  );

test("createFirstAdmin refuses an invalid registration, and creates no account", async (sentinel) => {
  const before = await rowCounts(sentinel);
  await assert.rejects(createFirstAdmin({ ...root, password: "short" }, sentinel), { code: "invalid_request" });
  await assert.rejects(createFirstAdmin({ ...root, username: "r" }, sentinel), { code: "invalid_request" });
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("createFirstAdmin does not make an existing user an administrator", async (sentinel) => {
  const grace = await sentinel.settled("grace");
  const before = await rowCounts(sentinel);
  const asGrace = { ...root, username: "GRACE" };
  await assert.rejects(createFirstAdmin(asGrace, sentinel), { code: "username_taken" });
  await assert.rejects(createFirstAdmin({ ...root, email: "grace@EXAMPLE.com" }, sentinel), { code: "email_taken" });
  assert.deepEqual(await rowCounts(sentinel), before);
  const roles = await sentinel.db.query("roles", "select role from grants where user_id = $1", [grace]);
  assert.deepEqual(roles, [{ role: "user" }]);
});

test("createFirstAdmin creates an administrator who can log in, and records one event", async (sentinel) => {
  assert.equal(await hasAdministrator(sentinel.db), false);
  const before = await rowCounts(sentinel);
  assert.equal(await createFirstAdmin(root, sentinel), true);
  assert.equal(await hasAdministrator(sentinel.db), true);
  assert.deepEqual(await rowCounts(sentinel), {
    ...before,
    users: before.users! + 1,
    grants: before.grants! + 2,
    audit_events: before.audit_events! + 1,
  });
  const { username, password } = root;
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const response = await sentinel.fetch("/admin-only", { headers: { authorization: `Bearer ${access_token}` } });
  assert.deepEqual(await response.json(), { message: "Hello, Admin root" });
});

test("createFirstAdmin creates no account while there is an administrator, not even the same one again", async (sentinel) => {
  assert.equal(await createFirstAdmin(root, sentinel), true);
  const before = await rowCounts(sentinel);
  for (const registration of [another, root, { ...root, username: "ROOT" }, { ...another, email: root.email }]) {
    assert.equal(await createFirstAdmin(registration, sentinel), false);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("createFirstAdmin creates an administrator if the grants of all others will expire", async (sentinel) => {
  assert.equal(await createFirstAdmin(root, sentinel), true);
  await sentinel.db.query("limit", "update grants set expires_at = now() + interval '1 h' where role = 'admin'");
  assert.equal(await createFirstAdmin(another, sentinel), true);
  assert.deepEqual(await listAdmins(sentinel), [{ username: "another" }, { username: "root" }]);
});

anyTest("oneTimeAdmin makes up another password each time, of 120 bits", () => {
  const passwords = Array.from({ length: 100 }, () => oneTimeAdmin().password);
  assert.equal(new Set(passwords).size, 100);
  for (const password of passwords) assert.match(password, /^[\w-]{20}$/);
});

/**
 * Runs `work` with three servers on the database. The embedded database serves only one, which is then used three
 * times.
 */
async function withReplicas(first: Sentinel, work: (replicas: Sentinel[]) => Promise<void>): Promise<void> {
  if (!onPostgres) return await work([first, first, first]);
  await using second = await startSentinel({ lasting: false, schema: first.schema });
  await using third = await startSentinel({ lasting: false, schema: first.schema });
  await work([first, second, third]);
}

/** Events of keys that are created at the start. */
const firstKeys = 2;

test("T176 twenty simultaneous bootstraps over three replicas create one administrator", async (sentinel) => {
  await withReplicas(sentinel, async (replicas) => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const username = `root${i}`;
        return createFirstAdmin({ ...root, username, email: `${username}@example.com` }, replicas[i % 3]!);
      }),
    );
    assert.equal(made.filter(Boolean).length, 1);
    const winner = `root${made.indexOf(true)}`;
    assert.deepEqual(await listAdmins(replicas[0]!), [{ username: winner }]);
    const { users, grants, audit_events } = await rowCounts(replicas[0]!);
    assert.deepEqual({ users, grants, audit_events }, { users: 1, grants: 2, audit_events: 1 + firstKeys });
  });
});

test("T176 twenty simultaneous bootstraps of the same administrator create one, and none fails", async (sentinel) => {
  await withReplicas(sentinel, async (replicas) => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, i) => createFirstAdmin(root, replicas[i % 3]!)));
    assert.equal(made.filter(Boolean).length, 1);
    const { users, audit_events } = await rowCounts(replicas[0]!);
    assert.deepEqual({ users, audit_events }, { users: 1, audit_events: 1 + firstKeys });
  });
});

test("T176 a bootstrap and a simultaneous registration of the same name create one of them", async (sentinel) => {
  await withReplicas(sentinel, async ([first, second]) => {
    const [bootstrap, registration] = await Promise.allSettled([
      createFirstAdmin(another, first!),
      second!.registrations.register({ ...another, role: "user" }, undefined, localActor),
    ]);
    const outcomes = [bootstrap!.status, registration!.status].toSorted();
    assert.deepEqual(outcomes, ["fulfilled", "rejected"]);
    const refused = [bootstrap, registration].find((one) => one!.status === "rejected") as PromiseRejectedResult;
    assert.equal(refused.reason.code, "username_taken");
    assert.equal((await listAdmins(first!)).length, bootstrap!.status === "fulfilled" ? 1 : 0);
    assert.equal((await rowCounts(first!)).users, 1);
  });
});
