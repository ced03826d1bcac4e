import { localActor } from "../../vocabulary/actor.ts";
import { anyRevision } from "../grants/grants.ts";
import assert from "node:assert/strict";
import { whateverTheState } from "../../platform/revision.ts";
import { type Init, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { until } from "../../testing/servers/process.ts";
import { callsWith, createRole, loggedIn } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { lockAdministrators } from "./administrator_store.ts";
import { lockUsers } from "./authority_store.ts";

// What a user with roles:grant, roles:write and users:write, but less than admin, may do.
const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, grants, users } = sentinel;

const actor = localActor;
const asAda = callsWith(sentinel, await sentinel.tokenOf("ada"));

const office = ["roles:read", "roles:write", "roles:grant", "users:read", "users:write", "users:delete"];
for (const name of ["ledger:read", "ledger:write"]) await sentinel.permissionRegistry.register(name, "", actor);

const newRole = (...permissions: string[]) => createRole(sentinel, { permissions });
const newcomer = (...roles: string[]) => loggedIn(sentinel, ...roles);

const clerks = await newRole(...office, "permissions:write");
const clerk = await newcomer(clerks);
const inAnHour = () => new Date(Date.now() + 3_600_000);

const rolesOf = async (id: string) => (await (await asAda(`/users/${id}`)).json()).roles;

test("T152 T169 a user who holds something until a date can grant it no longer than that, to anyone", async () => {
  const ledger = await newRole("ledger:read");
  const until = inAnHour();
  const later = new Date(until.getTime() + 1);
  await grants.grant(clerk.id, ledger, until, anyRevision, actor);
  const friend = await newcomer();
  const grantOf = (id: string, expires_at: Date | null) =>
    clerk.call(`/users/${id}/roles/${ledger}`, { method: "PUT", json: { expires_at } });
  const before = await rowCounts(sentinel);
  for (const { id } of [clerk, friend]) {
    for (const expires_at of [null, later]) assert.equal((await grantOf(id, expires_at)).status, 403);
  }
  const person = { username: "straw", email: "straw@example.com", password: "a man of straw and paper" };
  assert.equal((await clerk.call("/users", { json: { ...person, roles: [ledger] } })).status, 403);
  assert.equal((await clerk.call(`/roles/${clerks}/permissions/ledger:read`, { method: "PUT" })).status, 403);
  assert.equal((await clerk.call(`/roles/${clerks}/parents/${ledger}`, { method: "PUT" })).status, 403);
  for (const part of [{ permissions: ["ledger:read"] }, { parents: [ledger] }]) {
    assert.equal((await clerk.call("/roles", { json: { name: "lasting", ...part } })).status, 403);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.equal((await grantOf(friend.id, until)).status, 204);
  assert.equal((await clerk.call(`/users/${friend.id}/roles/${ledger}`, { method: "DELETE" })).status, 204);
  await grants.revoke(clerk.id, ledger, anyRevision, actor);
});

test(
  "T152 T158 a user who holds something until a date cannot set the password of a user who holds it for longer",
  async () => {
    const ledger = await newRole("ledger:read");
    const [keeper, helper, plain] = [await newcomer(ledger), await newcomer(clerks), await newcomer()];
    const reset = (id: string) =>
      helper.call(`/users/${id}`, { method: "PATCH", json: { password: "somebody else knows this" } });
    const before = await rowCounts(sentinel);
    assert.equal((await reset(keeper.id)).status, 403);
    for (const role of [ledger, "admin"]) {
      await grants.grant(helper.id, role, inAnHour(), anyRevision, actor);
      for (const id of [keeper.id, await sentinel.settled("ada")]) assert.equal((await reset(id)).status, 403);
      await grants.revoke(helper.id, role, anyRevision, actor);
    }
    assert.equal((await rowCounts(sentinel)).users, before.users);
    assert.equal((await reset(plain.id)).status, 200);
    await grants.grant(helper.id, ledger, null, anyRevision, actor);
    assert.equal((await reset(keeper.id)).status, 200);
  },
);

test("a permission that an operation requires may be held until a date: what is granted with it counts", async () => {
  const [writers, ledger] = [await newRole("roles:write", "roles:grant"), await newRole("ledger:write")];
  const deputy = await newcomer(ledger);
  await grants.grant(deputy.id, writers, inAnHour(), anyRevision, actor);
  const name = `r${crypto.randomUUID()}`;
  assert.equal((await deputy.call("/roles", { json: { name, permissions: ["ledger:write"] } })).status, 201);
  assert.equal((await asAda(`/users/${deputy.id}/roles/${name}`, { method: "PUT" })).status, 204);
  assert.equal((await deputy.call(`/roles/${name}`, { method: "DELETE" })).status, 204);
});

test(
  "T137 a user who was disabled, or lost a permission, cannot change their own account either, even if caches are stale",
  async () => {
    const late = await newcomer(clerks);
    const attempts = [
      () => users.change(late.id, { disabled: false }, () => true, { ...actor, actor_id: late.id }),
      () => users.change(late.id, { disabled: true }, () => true, { ...actor, actor_id: late.id }),
      () => users.remove(late.id, () => true, { ...actor, actor_id: late.id }),
    ];
    await users.change(late.id, { disabled: true }, () => true, actor);
    for (const attempt of attempts) await assert.rejects(attempt, { code: "forbidden" });
    const caller = { user: { id: late.id, username: "late", email: "late@example.com" }, session: { id: "any" } };
    const rename = () =>
      sentinel.ownAccount.change(caller, { username: "somebody-else" }, whateverTheState, {
        ...actor,
        actor_id: late.id,
      });
    await assert.rejects(rename, { code: "invalid_token" });
    assert.ok((await (await asAda(`/users/${late.id}`)).json()).disabled_at);
    await users.change(late.id, { disabled: false }, () => true, actor);
    await grants.revoke(late.id, clerks, anyRevision, actor);
    for (const attempt of attempts) await assert.rejects(attempt, { code: "forbidden" });
  },
);

/** Changes of a user that no replica hears of. */
const unheard = {
  "was disabled": ["users", "update users set disabled_at = now() where id = $1"],
  "may no more": ["grants", "delete from grants where user_id = $1"],
} as const;

for (const [what, [table, change]] of Object.entries(unheard)) {
  test(`T137 a user who ${what} creates and deletes nothing on a replica whose cache is stale`, async () => {
    const mallory = await newcomer(clerks);
    const spare = `spare:p${crypto.randomUUID()}`;
    await sentinel.permissionRegistry.register(spare, "", actor);
    assert.equal((await mallory.call("/users")).status, 200);
    await db.transaction(async (tx) => {
      await tx.query("test", `alter table ${table} disable trigger user`);
      await tx.query("test", change, [mallory.id]);
      await tx.query("test", `alter table ${table} enable trigger user`);
    });
    const person = { username: "mallorys", email: "mallorys@example.com", password: "made in the last moment" };
    const attempts: [string, Init][] = [
      ["/permissions", { json: { name: "mallorys:own" } }],
      [`/permissions/${spare}`, { method: "DELETE" }],
      ["/roles", { json: { name: "mallorys" } }],
      ["/users", { json: person }],
      ["/users", { json: { ...person, roles: [] } }],
    ];
    const before = await rowCounts(sentinel);
    for (const [path, init] of attempts) assert.equal((await mallory.call(path, init)).status, 403, path);
    assert.deepEqual(await rowCounts(sentinel), before);
    for (const path of ["/permissions/mallorys:own", "/roles/mallorys"]) {
      assert.equal((await asAda(path)).status, 404, path);
    }
    assert.equal((await asAda(`/permissions/${spare}`)).status, 200);
    assert.equal((await mallory.call("/users")).status, 200, "memory was late all the while");
  });
}

test("no permission can be registered under Sentinel's own resources, which a later version may use", async () => {
  for (const name of ["users:impersonate", "roles:own", "audit:erase", "tokens:mint", "sessions:steal"]) {
    const refused = await asAda("/permissions", { json: { name } });
    assert.equal(refused.status, 422, name);
    assert.equal((await refused.json()).errors[0].code, "reserved");
  }
  assert.equal((await asAda("/permissions", { json: { name: "userland:read" } })).status, 201);
});

test(
  "T186 a role with the name of a deleted one is another role, which holders of the deleted one do not have",
  async () => {
    const name = await newRole("ledger:read");
    const holder = await newcomer(name);
    const question = (permission: string) => {
      const [type, action] = permission.split(":");
      return { subject: { type: "user", id: holder.id }, action: { name: action }, resource: { type, id: "1" } };
    };
    const decide = async (permission: string) =>
      (await (await asAda("/access/v1/evaluation", { json: question(permission) })).json()).decision;
    assert.equal((await holder.call("/admin-only")).status, 403);
    assert.equal(await decide("ledger:read"), true);
    assert.equal((await asAda(`/roles/${name}`, { method: "DELETE" })).status, 204);
    assert.deepEqual((await (await holder.call("/users/me")).json()).roles, ["user"]);
    assert.equal(
      (await asAda("/roles", { json: { name, permissions: ["admin_area:enter", "ledger:read"] } })).status,
      201,
    );
    assert.equal(await decide("ledger:read"), false);
    assert.equal((await holder.call("/admin-only")).status, 403);
    assert.deepEqual(await rolesOf(holder.id), ["user"]);
  },
);

test("PUT /users/{id}/roles/{role} refuses an end that RFC 3339 cannot represent", async () => {
  const { id } = await newcomer();
  const json = { expires_at: "9999-12-31T23:59:59-23:59" };
  assert.equal((await asAda(`/users/${id}/roles/${clerks}`, { method: "PUT", json })).status, 422);
  const last = { expires_at: "9999-12-31T23:59:59Z" };
  assert.equal((await asAda(`/users/${id}/roles/${clerks}`, { method: "PUT", json: last })).status, 204);
  for (const path of [`/users/${id}`, "/users", `/users/${id}/permissions`]) {
    assert.equal((await asAda(path)).status, 200, path);
  }
});

test("T166 PUT and DELETE /users/{id}/roles/{role} check If-Match against the user's ETag", async () => {
  const { id } = await newcomer();
  const grant = `/users/${id}/roles/${clerks}`;
  const ifMatch = async () => ({ "if-match": (await asAda(`/users/${id}`)).headers.get("etag")! });
  const early = await ifMatch();
  assert.equal((await asAda(grant, { method: "PUT", headers: early })).status, 204);
  for (const method of ["PUT", "DELETE"]) {
    assert.equal((await asAda(grant, { method, headers: early })).status, 412, method);
  }
  assert.deepEqual(await rolesOf(id), [clerks, "user"].sort());
  assert.equal((await asAda(grant, { method: "DELETE", headers: await ifMatch() })).status, 204);
  assert.deepEqual(await rolesOf(id), ["user"]);
});

test("T166 PATCH /users/me checks If-Match against the ETag of its own answers", async () => {
  const { call } = await newcomer();
  const change = (username: string, ifMatch: string) =>
    call("/users/me", { method: "PATCH", json: { username }, headers: { "if-match": ifMatch } });
  const [one, two] = [`a${crypto.randomUUID()}`, `b${crypto.randomUUID()}`];
  assert.equal((await change(one, '"another"')).status, 412);
  const changed = await change(one, "*");
  assert.equal(changed.status, 200);
  const etag = changed.headers.get("etag")!;
  assert.equal((await change(two, etag)).status, 200);
  assert.equal((await change(one, etag)).status, 412);
  assert.equal((await (await call("/users/me")).json()).username, two);
});

test("GET /users/{id}/permissions of a disabled user is empty, as every decision denies", async () => {
  const { id } = await newcomer(clerks);
  const held = async () => (await (await asAda(`/users/${id}/permissions`)).json()).items.length;
  assert.ok(await held() > 0);
  await asAda(`/users/${id}`, { method: "PATCH", json: { disabled: true } });
  assert.equal(await held(), 0);
});

const oddNames = {
  "with a slash": "a%2Fb",
  "with a NUL": "a%00b",
  "of 8 kB": Array.from({ length: 210 }, () => crypto.randomUUID()).join("").slice(0, 7_000),
  "of 3 kB": Array.from({ length: 80 }, () => crypto.randomUUID()).join("").slice(0, 3_000),
  "in other letters": "%F0%9F%94%91",
  "of the object's": "__proto__",
};

for (const [what, name] of Object.entries(oddNames)) {
  test(`T058 T074 T079 a role or permission ${what} does not exist, and causes no server error`, async () => {
    const { id } = await newcomer();
    const paths: [string, string][] = [
      ["GET", `/roles/${name}`],
      ["DELETE", `/roles/${name}`],
      ["PUT", `/roles/${name}/permissions/ledger:read`],
      ["PUT", `/roles/${clerks}/permissions/${name}`],
      ["DELETE", `/roles/${clerks}/permissions/${name}`],
      ["PUT", `/roles/${clerks}/parents/${name}`],
      ["DELETE", `/roles/${clerks}/parents/${name}`],
      ["PUT", `/users/${id}/roles/${name}`],
      ["DELETE", `/users/${id}/roles/${name}`],
      ["GET", `/permissions/${name}`],
      ["DELETE", `/permissions/${name}`],
    ];
    const before = await rowCounts(sentinel);
    for (const [method, path] of paths) {
      const { status } = await asAda(path, { method });
      assert.ok([204, 404, 422].includes(status), `${method} ${path.slice(0, 60)} → ${status}`);
      assert.ok(status !== 204 || method === "DELETE", path);
    }
    const text = decodeURIComponent(name);
    const person = { username: "odd-one", email: "odd@example.com", password: "one of a kind, they say" };
    const bodies: [string, unknown][] = [
      ["/roles", { name: "odd", permissions: [text] }],
      ["/roles", { name: "odd", parents: [text] }],
      ["/role-exclusions", { roles: [text, "user"], at_most: 1 }],
      ["/users", { ...person, roles: [text] }],
      ["/register", { ...person, role: text }],
    ];
    for (const [path, json] of bodies) assert.equal((await asAda(path, { json })).status, 422, path);
    assert.deepEqual(await rowCounts(sentinel), before);
  });
}

test("POST /roles accepts as many permissions and parents as documented, in time", async () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `many${i}:read`);
  await db.query("test", "insert into permissions (name, description) select unnest($1::text[]), ''", [names]);
  sentinel.evaluator.forget();
  const parents = [];
  for (let i = 0; i < 100; i++) parents.push(await newRole());
  const name = "crowd";
  const made = await asAda("/roles", { json: { name, permissions: names, parents } });
  assert.equal(made.status, 201, await made.clone().text());
  const role = await made.json();
  assert.deepEqual([role.permissions, role.parents], [names.toSorted(), parents.toSorted()]);
  const own = await asAda("/roles", { json: { name: "narcissus", parents: ["narcissus"] } });
  assert.equal((await own.json()).errors[0].code, "role_cycle");
});

testOnPostgres("waiting for the administrators does not block what only refers to the role", async () => {
  const role = await newRole();
  await db.transaction(async (tx) => {
    await lockAdministrators(tx);
    await sentinel.exclusions.create({ description: "", roles: ["admin", role], at_most: 1 }, actor);
  });
});

/** Two users, the one with the greater id stored first, so that the order of rows differs from that of ids. */
async function unordered(): Promise<{ low: string; high: string }> {
  const tail = crypto.randomUUID().slice(8);
  const [high, low] = [`ffffffff${tail}`, `00000000${tail}`];
  for (const id of [high, low]) {
    await db.query(
      "test",
      `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
       values ($1::uuid, $2, $2, $2 || '@example.com', $2 || '@example.com', '*')`,
      [id, `u${id}`],
    );
  }
  return { low, high };
}

const idsOf = (users: { id: string }[]) => users.map(({ id }) => id);

test("X67 users are locked in the order of their ids, whatever the order of the request and of the rows", async () => {
  const { low, high } = await unordered();
  for (const plan of ["enable_seqscan", "enable_indexscan", "enable_bitmapscan"]) {
    await db.transaction(async (tx) => {
      await tx.query("test", `set local ${plan} to off`);
      for (const ids of [[low, high], [high, low]]) {
        assert.deepEqual(idsOf(await lockUsers(tx, ids)), [low, high], plan);
      }
    });
  }
});

testOnPostgres("X67 a transaction that waits for the first of two users has not locked the second", async () => {
  const { low, high } = await unordered();
  let waiting: ReturnType<typeof lockUsers> | undefined;
  await db.transaction(async (tx) => {
    await lockUsers(tx, [low]);
    const [{ pid }] = await tx.query<{ pid: number }>("test", "select pg_backend_pid() as pid") as [{ pid: number }];
    waiting = db.transaction((other) => lockUsers(other, [high, low]));
    const blocked = "select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))";
    await until("it waits", async () => (await db.query("test", blocked, [pid])).length > 0);
    await db.transaction((third) => third.query("test", "select from users where id = $1 for update nowait", [high]));
  });
  assert.deepEqual(idsOf(await waiting!), [low, high]);
});
