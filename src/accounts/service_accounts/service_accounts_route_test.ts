import assert from "node:assert/strict";
import { whateverTheState } from "../../platform/revision.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { callsWith, createRole, loggedIn, newcomer, newServiceAccount } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { createFirstAdmin } from "../registration/first_admin.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, grants } = sentinel;

const asAda = callsWith(sentinel, await sentinel.tokenOf("ada"));

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;
const codeOf = async (response: Response) => (await response.json()).type.replace("/problems/", "");

await sentinel.permissionRegistry.register("films:watch", "", localActor);

const newRole = (...permissions: string[]) => createRole(sentinel, { permissions });

/** Calls as a person who holds exactly these permissions and roles. */
async function holderOf(permissions: string[], roles: string[] = []) {
  return (await loggedIn(sentinel, await newRole(...permissions), ...roles)).call;
}

async function created(json: Record<string, unknown> = {}) {
  const response = await asAda("/service-accounts", { json: { name: unique("service"), ...json } });
  assert.equal(response.status, 201, await response.clone().text());
  const account = await response.json();
  assert.equal(response.headers.get("location"), `/service-accounts/${account.id}`);
  return account;
}

async function mayWatch(id: string, explain = false) {
  const json = {
    subject: { type: "user", id },
    action: { name: "watch" },
    resource: { type: "films", id: "1" },
    context: { explain },
  };
  return await (await asAda("/access/v1/evaluation", { json })).json();
}

const recordOf = (id: string) =>
  db.query<{ action: string; subject_type: string; facts: unknown }>(
    "test",
    "select action, subject_type, facts from audit_events where subject_id = $1 order by id",
    [id],
  );

test("POST /service-accounts creates an account that GET shows, and the record says with which roles", async () => {
  const name = unique("backup");
  const account = await created({ name, description: "Copies", roles: ["user", "user"] });
  const { id, created_at, grants: [grant], ...rest } = account;
  assert.deepEqual(rest, { name, description: "Copies", roles: ["user"], disabled_at: null });
  assert.deepEqual([grant.role, grant.expires_at, Date.parse(created_at) > 0], ["user", null, true]);
  assert.deepEqual(await (await asAda(`/service-accounts/${id}`)).json(), account);
  const facts = { name, roles: ["user"] };
  assert.deepEqual(await recordOf(id), [{ action: "service_account.created", subject_type: "service_account", facts }]);
  assert.deepEqual([(await created()).roles, (await created()).description], [[], ""]);
});

test("POST and PATCH /service-accounts refuse what is no name, a name that is taken, and an unknown role", async () => {
  const { id, name } = await created();
  const before = await rowCounts(sentinel);
  for (const wrong of ["", "x", "Backup", "1st", "a b", "a".repeat(65), "a@b", null, 1]) {
    assert.equal((await asAda("/service-accounts", { json: { name: wrong } })).status, 422, `${wrong}`);
    assert.equal((await asAda(`/service-accounts/${id}`, { method: "PATCH", json: { name: wrong } })).status, 422);
  }
  for (const more of [{ roles: ["nothing"] }, { username: "x" }, { password: "seven seas and one harbour" }]) {
    assert.equal((await asAda("/service-accounts", { json: { name: unique("a"), ...more } })).status, 422);
  }
  assert.equal(await codeOf(await asAda("/service-accounts", { json: { name } })), "service_account_taken");
  assert.deepEqual(await rowCounts(sentinel), before);
  const other = await created();
  const renamed = await asAda(`/service-accounts/${other.id}`, { method: "PATCH", json: { name } });
  assert.equal(await codeOf(renamed), "service_account_taken");
});

test("GET /service-accounts lists every service account by name, page by page, and no user", async () => {
  for (const name of ["zeta", "alpha"]) await created({ name: unique(name) });
  const seen: string[] = [];
  for (let path: string | undefined = "/service-accounts?page_size=1"; path;) {
    const { items, next_page_token: token } = await (await asAda(path)).json();
    seen.push(...items.map(({ name }: { name: string }) => name));
    path = token && `/service-accounts?page_size=1&page_token=${token}`;
  }
  const rows = await db.query<{ name: string }>(
    "test",
    "select service_name as name from users where kind = 'service' order by service_name",
  );
  assert.deepEqual(seen, rows.map(({ name }) => name));
  assert.ok(seen.length >= 2);
});

test("no operation on users finds a service account, and none on service accounts a person", async () => {
  const { id } = await created();
  const { id: person } = await newcomer(sentinel);
  const before = await rowCounts(sentinel);
  const calls: [method: string, path: string, json?: object][] = [
    ["GET", ""],
    ["PATCH", "", { disabled: true }],
    ["DELETE", ""],
    ["PUT", "/roles/admin"],
    ["DELETE", "/roles/admin"],
    ["GET", "/permissions"],
  ];
  for (const [method, path, json] of calls) {
    for (const whole of [`/users/${id}${path}`, `/service-accounts/${person}${path}`]) {
      assert.equal((await asAda(whole, { method, json })).status, 404, `${method} ${whole}`);
    }
  }
  for (const method of ["GET", "DELETE"]) {
    assert.equal((await asAda(`/users/${id}/sessions`, { method })).status, 404, method);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
  for (let path = "/users?page_size=200"; path;) {
    const { items, next_page_token: token } = await (await asAda(path)).json();
    assert.ok(!items.some((item: { id: string }) => item.id === id));
    path = token ? `/users?page_size=200&page_token=${token}` : "";
  }
});

test("a service account logs in by nothing, and its name stays free for a person", async () => {
  const { id, name } = await created({ roles: ["user"] });
  for (const username of [id, name]) {
    for (const password of ["", "null", name]) {
      assert.notEqual((await sentinel.fetch("/login", { json: { username, password } })).status, 200, username);
    }
  }
  const json = { username: name, password: "seven seas and one harbour" };
  assert.equal((await sentinel.fetch("/register", { json })).status, 201);
  const { access_token } = await (await sentinel.fetch("/login", { form: json })).json();
  assert.notEqual((await (await callsWith(sentinel, access_token)("/users/me")).json()).id, id);
});

test("PATCH /service-accounts/{id} changes what it names, heeds If-Match, and records before and after", async () => {
  const { id, name, ...account } = await created({ description: "old" });
  const patch = (json: object, headers = {}) => asAda(`/service-accounts/${id}`, { method: "PATCH", json, headers });
  const etag = (await asAda(`/service-accounts/${id}`)).headers.get("etag")!;
  const changed = await patch({ name: `${name}-2`, description: "new" }, { "if-match": etag });
  assert.deepEqual(await changed.json(), { ...account, id, name: `${name}-2`, description: "new" });
  for (const stale of [{ description: "x" }, { disabled: true }]) {
    assert.equal((await patch(stale, { "if-match": etag })).status, 412);
  }
  assert.equal((await patch({ description: "new" })).status, 200);
  assert.equal((await patch({})).status, 200);
  assert.match((await (await patch({ disabled: true })).json()).disabled_at, /Z$/);
  assert.equal((await patch({ disabled: true })).status, 200);
  assert.equal((await (await patch({ disabled: false })).json()).disabled_at, null);
  const record = (await recordOf(id)).slice(1);
  const facts = { before: { name, description: "old" }, after: { name: `${name}-2`, description: "new" } };
  assert.deepEqual(record[0], { action: "service_account.changed", subject_type: "service_account", facts });
  assert.deepEqual(record.slice(1).map(({ action }) => action), [
    "service_account.disabled",
    "service_account.enabled",
  ]);
});

test("decisions know a service account by its id: granted, disabled, enabled, revoked, deleted", async () => {
  const { id, name } = await created();
  const role = await newRole("films:watch");
  const path = `/service-accounts/${id}`;
  assert.deepEqual(await mayWatch(id), { decision: false });
  assert.equal((await asAda(`${path}/roles/${role}`, { method: "PUT" })).status, 204);
  const { decision, context } = await mayWatch(id, true);
  assert.equal(decision, true);
  assert.deepEqual(context.explanation.path[0], { type: "user", id });
  assert.deepEqual(await mayWatch(name), { decision: false });
  const { items } = await (await asAda(`${path}/permissions`)).json();
  assert.deepEqual(items, [{ permission: "films:watch", sources: [{ role, expires_at: null, path: [role] }] }]);
  const search = { subject: { type: "user" }, action: { name: "watch" }, resource: { type: "films", id: "1" } };
  const found = await (await asAda("/access/v1/search/subject", { json: search })).json();
  assert.ok(found.results.some((each: { id: string }) => each.id === id));

  await asAda(path, { method: "PATCH", json: { disabled: true } });
  assert.equal((await mayWatch(id, true)).context.explanation.missing, "active_subject");
  await asAda(path, { method: "PATCH", json: { disabled: false } });
  assert.deepEqual(await mayWatch(id), { decision: true });
  assert.equal((await asAda(`${path}/roles/${role}`, { method: "DELETE" })).status, 204);
  assert.deepEqual(await mayWatch(id), { decision: false });
  assert.equal((await asAda(`${path}/roles/${role}`, { method: "PUT" })).status, 204);
  assert.equal((await asAda(path, { method: "DELETE" })).status, 204);
  assert.equal((await mayWatch(id, true)).context.explanation.missing, "subject");
  assert.equal((await asAda(path)).status, 404);
  assert.deepEqual((await recordOf(id)).map(({ action }) => action), [
    "service_account.created",
    "role.granted",
    "service_account.disabled",
    "service_account.enabled",
    "role.revoked",
    "role.granted",
    "service_account.deleted",
  ]);
});

testOnPostgres("what becomes of a service account is heard on every replica", async () => {
  await using there = await startSentinel({ schema: sentinel.schema });
  const { id } = await created({ roles: ["admin"] });
  assert.deepEqual(await mayWatch(id), { decision: true });
  await there.serviceAccounts.change(id, { disabled: true }, whateverTheState, localActor);
  await until("it is denied", async () => !(await mayWatch(id)).decision);
  assert.equal((await asAda(`/service-accounts/${id}/permissions`)).status, 200);
  await there.serviceAccounts.remove(id, whateverTheState, localActor);
  await until("it is gone", async () => (await asAda(`/service-accounts/${id}/permissions`)).status === 404);
});

test("T158 a caller who holds less changes no service account and grants it no role, nor does one without the permission", async () => {
  const [mighty, weak] = [await newServiceAccount(sentinel, { roles: ["admin"] }), await newServiceAccount(sentinel)];
  const watcher = await newRole("films:watch");
  const writer = await holderOf(["service_accounts:write", "roles:grant"]);
  const watching = await holderOf(["service_accounts:write", "roles:grant"], [watcher]);
  const reader = await holderOf(["service_accounts:read", "users:write", "users:delete"]);
  const statuses = async (call: typeof writer, id: string) => [
    (await call(`/service-accounts/${id}`, { method: "PATCH", json: { description: "mine" } })).status,
    (await call(`/service-accounts/${id}`, { method: "PATCH", json: { disabled: true } })).status,
    (await call(`/service-accounts/${id}/roles/user`, { method: "PUT" })).status,
    (await call(`/service-accounts/${id}/roles/${watcher}`, { method: "PUT" })).status,
    (await call(`/service-accounts/${id}`, { method: "DELETE" })).status,
  ];
  const before = await rowCounts(sentinel);
  for (const call of [writer, watching, reader]) {
    assert.deepEqual(await statuses(call, mighty.id), [403, 403, 403, 403, 403]);
  }
  assert.deepEqual(await statuses(reader, weak.id), [403, 403, 403, 403, 403]);
  const create = (call: typeof writer, ...roles: string[]) =>
    call("/service-accounts", { json: { name: unique("made"), roles } });
  for (const call of [writer, reader]) assert.equal((await create(call, watcher)).status, 403);
  assert.equal((await create(watching, "admin")).status, 403);
  assert.equal((await create(reader)).status, 403);
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.equal((await create(await holderOf(["service_accounts:write"]), watcher)).status, 403, "roles:grant");
  assert.equal((await create(writer, "user")).status, 201);
  assert.equal((await create(watching, watcher)).status, 201);
  assert.deepEqual(await statuses(writer, weak.id), [200, 200, 204, 403, 204]);
});

test("roles that exclude each other are not given to one service account", async () => {
  const roles = [await newRole(), await newRole()];
  await sentinel.exclusions.create({ description: "", roles, at_most: 1 }, localActor);
  const refused = await asAda("/service-accounts", { json: { name: unique("torn"), roles } });
  assert.equal(await codeOf(refused), "exclusion_violated");
  const { id } = await created({ roles: roles.slice(0, 1) });
  const granted = await asAda(`/service-accounts/${id}/roles/${roles[1]}`, { method: "PUT" });
  assert.equal(await codeOf(granted), "exclusion_violated");
});

test("a service account is never the administrator that remains", async () => {
  const { id } = await created({ roles: ["admin"] });
  const ada = await sentinel.settled("ada");
  for (
    const last of [
      asAda(`/users/${ada}`, { method: "PATCH", json: { disabled: true } }),
      asAda(`/users/${ada}`, { method: "DELETE" }),
      asAda(`/users/${ada}/roles/admin`, { method: "DELETE" }),
    ]
  ) {
    assert.equal(await codeOf(await last), "last_admin");
  }
  assert.equal((await asAda(`/service-accounts/${id}/roles/admin`, { method: "DELETE" })).status, 204);
  await grants.grant(id, "admin", null, () => Promise.resolve(), localActor, "service");

  await db.query("test", "update users set disabled_at = now() where id = $1", [ada]);
  const first = { username: unique("first"), password: "seven seas and one harbour" };
  assert.equal(await createFirstAdmin(first, sentinel), true, "there was none but the service account");
  await db.query("test", "update users set disabled_at = null where id = $1", [ada]);
});
