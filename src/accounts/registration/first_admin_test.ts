import { hasAdministrator } from "../../access/authority/authority.ts";
import assert from "node:assert/strict";
import { localClient } from "../../audit/events/audit.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traces.ts";
import { createFirstAdmin, oneTimeAdmin } from "./first_admin.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const root = { username: "root", email: "root@example.com", password: "the keys to the house" };
const another = { username: "another", email: "another@example.com", password: "a second pair of keys" };

const listAdmins = ({ db }: Pick<Sentinel, "db">) =>
  db.query<{ username: string }>(
    "list_admins",
    "select username from users join grants on user_id = id where role = 'admin' order by username",
  );

test("createFirstAdmin refuses what is no registration, and makes nobody", async () => {
  const before = await rowCounts(sentinel);
  await assert.rejects(createFirstAdmin({ ...root, password: "short" }, sentinel), { code: "invalid_request" });
  await assert.rejects(createFirstAdmin({ ...root, username: "r" }, sentinel), { code: "invalid_request" });
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("createFirstAdmin does not make somebody who is there already an administrator", async () => {
  const grace = await sentinel.settled("grace");
  const before = await rowCounts(sentinel);
  const asGrace = { ...root, username: "GRACE" };
  await assert.rejects(createFirstAdmin(asGrace, sentinel), { code: "username_taken" });
  await assert.rejects(createFirstAdmin({ ...root, email: "grace@EXAMPLE.com" }, sentinel), { code: "email_taken" });
  assert.deepEqual(await rowCounts(sentinel), before);
  const roles = await sentinel.db.query("roles", "select role from grants where user_id = $1", [grace]);
  assert.deepEqual(roles, [{ role: "user" }]);
});

test("createFirstAdmin makes an administrator who may log in, and records one event", async () => {
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

test("createFirstAdmin makes nobody while somebody is in charge, not even the same again", async () => {
  const before = await rowCounts(sentinel);
  for (const registration of [another, root, { ...root, username: "ROOT" }, { ...another, email: root.email }]) {
    assert.equal(await createFirstAdmin(registration, sentinel), false);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("createFirstAdmin makes one where those there are will be none: their grants end", async () => {
  await sentinel.db.query("limit", "update grants set expires_at = now() + interval '1 h' where role = 'admin'");
  assert.equal(await createFirstAdmin(another, sentinel), true);
  assert.deepEqual(await listAdmins(sentinel), [{ username: "another" }, { username: "root" }]);
});

test("oneTimeAdmin makes up another password each time, of 120 bits", () => {
  const passwords = Array.from({ length: 100 }, () => oneTimeAdmin().password);
  assert.equal(new Set(passwords).size, 100);
  for (const password of passwords) assert.match(password, /^[\w-]{20}$/);
});

/** Runs `work` with three servers on one new database. */
async function withReplicas(work: (replicas: Sentinel[]) => Promise<void>): Promise<void> {
  await using first = await startSentinel();
  await using second = await startSentinel({ schema: first.schema });
  await using third = await startSentinel({ schema: first.schema });
  await work([first, second, third]);
}

/** Events of keys that are made at the start. */
const firstKeys = 2;

testOnPostgres("T176 twenty bootstraps at once over three replicas make one administrator", async () => {
  await withReplicas(async (replicas) => {
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

testOnPostgres("T176 twenty bootstraps of the same administrator at once make one, and none fails", async () => {
  await withReplicas(async (replicas) => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, i) => createFirstAdmin(root, replicas[i % 3]!)));
    assert.equal(made.filter(Boolean).length, 1);
    const { users, audit_events } = await rowCounts(replicas[0]!);
    assert.deepEqual({ users, audit_events }, { users: 1, audit_events: 1 + firstKeys });
  });
});

testOnPostgres("T176 a bootstrap next to a registration of the same name makes one of them", async () => {
  await withReplicas(async ([first, second]) => {
    const [bootstrap, registration] = await Promise.allSettled([
      createFirstAdmin(root, first!),
      second!.registrations.register({ ...root, role: "user" }, undefined, { actor_id: null, client: localClient }),
    ]);
    const outcomes = [bootstrap!.status, registration!.status].toSorted();
    assert.deepEqual(outcomes, ["fulfilled", "rejected"]);
    const refused = [bootstrap, registration].find((one) => one!.status === "rejected") as PromiseRejectedResult;
    assert.equal(refused.reason.code, "username_taken");
    assert.equal((await listAdmins(first!)).length, bootstrap!.status === "fulfilled" ? 1 : 0);
    assert.equal((await rowCounts(first!)).users, 1);
  });
});
