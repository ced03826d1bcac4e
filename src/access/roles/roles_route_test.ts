import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const actor = localActor;
const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
const asAda = withToken(await sentinel.tokenOf("ada"));

for (const name of ["documents:read", "documents:write", "documents:publish", "safe:open"]) {
  await sentinel.permissionRegistry.register(name, "", actor);
}

const clerk = { username: "clerk", email: "clerk@example.com", password: "a small window, a long queue" };
const clerkId = await newClerk();
const asClerk = withToken((await (await sentinel.fetch("/login", { form: clerk })).json()).access_token);

/** The clerk administers roles and users, and holds little else. */
async function newClerk(): Promise<string> {
  const permissions = ["roles:read", "roles:write", "roles:grant", "users:read", "users:write", "users:delete"];
  const desk = [...permissions, "documents:read", "permissions:write"];
  await sentinel.roles.create({ name: "clerk", description: "", permissions: desk, parents: [] }, actor);
  return (await sentinel.registrations.create(clerk, ["user", "clerk"], actor)).id;
}

const newRole = async (role: Record<string, unknown> = {}) => {
  const name = `r${crypto.randomUUID()}`;
  const made = await asAda("/roles", { json: { name, ...role } });
  assert.equal(made.status, 201, await made.clone().text());
  return name;
};

const codeOf = async (response: Response) => (await response.json()).type.replace("/problems/", "");

const actionsOn = async (id: string) =>
  (await db.query<{ action: string }>("test", "select action from audit_events where subject_id = $1 order by id", [
    id,
  ]))
    .map(({ action }) => action);

test("POST /roles creates a role, GET shows it, and the audit log has it", async () => {
  const name = await newRole({ description: "Writes", permissions: ["documents:write"], parents: ["user"] });
  const { created_at, ...role } = await (await asAda(`/roles/${name}`)).json();
  assert.deepEqual(role, {
    name,
    description: "Writes",
    built_in: false,
    mfa_required: false,
    permissions: ["documents:write"],
    parents: ["user"],
  });
  assert.ok(Date.parse(created_at));
  assert.deepEqual(await actionsOn(name), ["role.created"]);
  const again = await asAda("/roles", { json: { name } });
  assert.deepEqual([again.status, await codeOf(again)], [409, "role_taken"]);
});

test("T156 POST /roles refuses names that look like others", async () => {
  const before = await rowCounts(sentinel);
  for (const name of ["Admin", "admin ", " admin", "аdmin", "ADMIN", "a", "1st", "", "x".repeat(65), "ro le", "rôle"]) {
    assert.equal((await asAda("/roles", { json: { name } })).status, 422, name);
  }
  for (const name of ["admin", "user"]) assert.equal((await asAda("/roles", { json: { name } })).status, 409, name);
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T159 there are no wildcards: POST /permissions accepts resource:action and nothing else", async () => {
  const names = ["*", "users:*", "*:read", "USERS:READ", "users:read ", "", "x".repeat(1_000), "users", "a:b:c", "a:é"];
  for (const name of names) {
    assert.equal((await asAda("/permissions", { json: { name } })).status, 422, name);
    const path = `/roles/${await newRole()}/permissions/${encodeURIComponent(name || "none")}`;
    assert.equal((await asAda(path, { method: "PUT" })).status, 404, name);
  }
  const refused = await asAda("/roles", { json: { name: "wild", permissions: ["documents:*"] } });
  assert.equal((await refused.json()).errors[0].pointer, "#/permissions");
  assert.equal((await asAda("/roles/wild")).status, 404);
});

test("POST /permissions registers what admin holds at once, and DELETE removes it unless it is in use", async () => {
  const made = await asAda("/permissions", { json: { name: "films:watch", description: "Watch films" } });
  assert.deepEqual([made.status, made.headers.get("location")], [201, "/permissions/films:watch"]);
  assert.equal((await asAda("/permissions", { json: { name: "films:watch" } })).status, 409);
  const role = await newRole({ permissions: ["films:watch"] });
  const inUse = await asAda("/permissions/films:watch", { method: "DELETE" });
  assert.deepEqual([inUse.status, await codeOf(inUse)], [409, "permission_in_use"]);
  await asAda(`/roles/${role}/permissions/films:watch`, { method: "DELETE" });
  assert.equal((await asAda("/permissions/films:watch", { method: "DELETE" })).status, 204);
  assert.equal((await asAda("/permissions/films:watch")).status, 404);
  assert.equal((await asAda("/permissions/users:read", { method: "DELETE" })).status, 409);
  assert.deepEqual(await actionsOn("films:watch"), ["permission.created", "permission.deleted"]);
});

test("an unknown name in a body is 422 and points at its member; an unknown name in a path is 404", async () => {
  const role = await newRole();
  const someone = await sentinel.settled("nobody");
  const before = await rowCounts(sentinel);
  const bodies: [string, Record<string, unknown>, string][] = [
    ["/roles", { name: "critic", permissions: ["no:such"] }, "#/permissions unknown_permission"],
    ["/roles", { name: "critic", parents: ["nothing"] }, "#/parents unknown_role"],
    ["/role-exclusions", { roles: [role, "nothing"], at_most: 1 }, "#/roles unknown_role"],
  ];
  for (const [path, json, expected] of bodies) {
    const refused = await asAda(path, { json });
    assert.equal(refused.status, 422, expected);
    const { errors } = await refused.json();
    assert.deepEqual(errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`), [expected]);
  }
  for (
    const path of [
      `/roles/${role}/permissions/no:such`,
      `/roles/${role}/parents/nothing`,
      `/users/${someone}/roles/nothing`,
    ]
  ) {
    assert.equal(await codeOf(await asAda(path, { method: "PUT" })), "not_found", path);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T153 T154 no user can add to a role what they do not hold", async () => {
  const [mine, safe] = [
    await newRole({ permissions: ["documents:read"] }),
    await newRole({ permissions: ["safe:open"] }),
  ];
  const before = await rowCounts(sentinel);
  const attempts: [string, Init][] = [
    ["/roles", { json: { name: "trojan", permissions: ["safe:open"] } }],
    ["/roles", { json: { name: "trojan", parents: [safe] } }],
    [`/roles/${mine}/permissions/safe:open`, { method: "PUT" }],
    [`/roles/${mine}/parents/${safe}`, { method: "PUT" }],
    ["/roles/clerk/permissions/safe:open", { method: "PUT" }],
    ["/role-exclusions", { json: { roles: [mine, safe], at_most: 1 } }],
  ];
  for (const [path, init] of attempts) assert.equal((await asClerk(path, init)).status, 403, path);
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.deepEqual((await (await asAda("/roles/clerk")).json()).parents, []);
  assert.equal((await asClerk("/roles", { json: { name: "honest", permissions: ["documents:read"] } })).status, 201);
});

test("T157 no user can edit a role that gives more than they hold, not even to remove something", async () => {
  const safe = await newRole({ permissions: ["safe:open"], parents: ["user"] });
  const attempts: [string, Init][] = [
    [`/roles/${safe}/permissions/safe:open`, { method: "DELETE" }],
    [`/roles/${safe}/parents/user`, { method: "DELETE" }],
    [`/roles/${safe}`, { method: "PATCH", json: { description: "mine" } }],
    [`/roles/${safe}`, { method: "DELETE" }],
  ];
  for (const [path, init] of attempts) assert.equal((await asClerk(path, init)).status, 403, path);
  assert.deepEqual(await actionsOn(safe), ["role.created"]);
});

test("built-in roles cannot be edited, and no role may inherit from admin", async () => {
  const role = await newRole();
  for (const name of ["admin", "user"]) {
    const attempts: [string, Init][] = [
      [`/roles/${name}`, { method: "PATCH", json: { description: "new" } }],
      [`/roles/${name}`, { method: "DELETE" }],
      [`/roles/${name}/permissions/documents:read`, { method: "PUT" }],
      [`/roles/${name}/permissions/documents:read`, { method: "DELETE" }],
      [`/roles/${name}/parents/${role}`, { method: "PUT" }],
    ];
    for (const [path, init] of attempts) {
      const refused = await asAda(path, init);
      assert.deepEqual([refused.status, await codeOf(refused)], [409, "role_built_in"], path);
    }
    assert.deepEqual(await actionsOn(name), []);
  }
  assert.equal((await asAda(`/roles/${role}/parents/admin`, { method: "PUT" })).status, 409);
  assert.equal((await asAda("/roles", { json: { name: "deputy", parents: ["admin"] } })).status, 409);
});

test("T157 roles inherit over a hundred levels, and a cycle of any length is refused", async () => {
  const line = [await newRole({ permissions: ["documents:publish"] })];
  for (let i = 0; i < 99; i++) line.push(await newRole({ parents: [line.at(-1)!] }));
  for (const [role, parent] of [[line[0], line.at(-1)], [line[0], line[1]], [line[0], line[0]], [line[40], line[60]]]) {
    const refused = await asAda(`/roles/${role}/parents/${parent}`, { method: "PUT" });
    assert.equal(refused.status, 422);
    assert.equal((await refused.json()).errors[0].code, "role_cycle");
  }
  const grace = await sentinel.settled("grace");
  await asAda(`/users/${grace}/roles/${line.at(-1)}`, { method: "PUT" });
  const { items } = await (await asAda(`/users/${grace}/permissions`)).json();
  assert.deepEqual(items, [{
    permission: "documents:publish",
    sources: [{ role: line.at(-1), expires_at: null, path: line.toReversed() }],
  }]);
  await asAda(`/users/${grace}/roles/${line.at(-1)}`, { method: "DELETE" });
});

test("PUT and DELETE of a role's parts are done once, and recorded once", async () => {
  const role = await newRole();
  const [permission, parent] = [`/roles/${role}/permissions/documents:read`, `/roles/${role}/parents/user`];
  for (const path of [permission, parent]) {
    for (const method of ["PUT", "PUT", "DELETE", "DELETE"]) {
      assert.equal((await asAda(path, { method })).status, 204, `${method} ${path}`);
    }
  }
  assert.deepEqual(await actionsOn(role), [
    "role.created",
    "role.permission_added",
    "role.permission_removed",
    "role.parent_added",
    "role.parent_removed",
  ]);
  for (const path of [`/roles/nothing/parents/user`, `/roles/${role}/parents/nothing`]) {
    assert.equal((await asAda(path, { method: "PUT" })).status, 404, path);
  }
});

test("POST and PATCH /roles say whether holders of a role must have a second factor, and the audit log has it", async () => {
  const name = await newRole({ mfa_required: true });
  assert.equal((await (await asAda(`/roles/${name}`)).json()).mfa_required, true);
  const change = async (json: Record<string, unknown>) => {
    const answer = await asAda(`/roles/${name}`, { method: "PATCH", json });
    const { description, mfa_required } = await answer.json();
    return { description, mfa_required };
  };
  assert.deepEqual(await change({ description: "Pays" }), { description: "Pays", mfa_required: true });
  assert.deepEqual(await change({ mfa_required: false }), { description: "Pays", mfa_required: false });
  assert.deepEqual(await change({}), { description: "Pays", mfa_required: false });
  assert.deepEqual(await actionsOn(name), ["role.created", "role.changed", "role.changed"]);
  assert.equal((await asClerk(`/roles/admin`, { method: "PATCH", json: { mfa_required: true } })).status, 409);
});

test("a role requires a second factor by itself or by inheritance", async () => {
  const parent = await newRole({ mfa_required: true });
  const child = await newRole({ parents: [parent] });
  const grandchild = await newRole({ parents: [child] });
  const { rolesWithFactor } = await sentinel.evaluator.graph();
  assert.deepEqual([parent, child, grandchild, "user"].map((role) => rolesWithFactor.has(role)), [
    true,
    true,
    true,
    false,
  ]);
  await asAda(`/roles/${parent}`, { method: "PATCH", json: { mfa_required: false } });
  assert.equal((await sentinel.evaluator.graph()).rolesWithFactor.has(grandchild), false);
});

test("PATCH and DELETE /roles/{role} check If-Match", async () => {
  const role = await newRole({ description: "first" });
  const etag = (await asAda(`/roles/${role}`)).headers.get("etag")!;
  const patch = (ifMatch: string, description: string) =>
    asAda(`/roles/${role}`, { method: "PATCH", json: { description }, headers: { "if-match": ifMatch } });
  const changed = await patch(`"another", ${etag}`, "second");
  assert.deepEqual([changed.status, (await changed.json()).description], [200, "second"]);
  for (const stale of [etag, `W/${changed.headers.get("etag")}`, '""', "nonsense"]) {
    assert.equal((await patch(stale, "third")).status, 412, stale);
  }
  const stale = { method: "DELETE", headers: { "if-match": etag } };
  assert.equal((await asAda(`/roles/${role}`, stale)).status, 412);
  assert.equal((await (await asAda(`/roles/${role}`)).json()).description, "second");
  assert.equal((await patch("*", "third")).status, 200);
  const current = (await asAda(`/roles/${role}`)).headers.get("etag")!;
  assert.equal((await asAda(`/roles/${role}`, { ...stale, headers: { "if-match": current } })).status, 204);
});

test("DELETE /roles/{role} takes it from everybody and from its heirs, at once", async () => {
  const role = await newRole({ permissions: ["admin_area:enter"] });
  const heir = await newRole({ parents: [role] });
  const nobody = await sentinel.settled("nobody");
  const { access_token } = await sentinel.login("nobody");
  const enter = async () =>
    (await sentinel.fetch("/admin-only", { headers: { authorization: `Bearer ${access_token}` } })).status;
  for (const granted of [role, heir]) {
    await asAda(`/users/${nobody}/roles/${granted}`, { method: "PUT" });
    assert.equal(await enter(), 200);
    await asAda(`/users/${nobody}/roles/${granted}`, { method: "DELETE" });
    assert.equal(await enter(), 403);
  }
  for (const granted of [role, heir]) await asAda(`/users/${nobody}/roles/${granted}`, { method: "PUT" });
  assert.equal((await asAda(`/roles/${role}`, { method: "DELETE" })).status, 204);
  assert.equal(await enter(), 403);
  assert.deepEqual((await (await asAda(`/users/${nobody}`)).json()).roles, [heir]);
  assert.deepEqual((await (await asAda(`/roles/${heir}`)).json()).parents, []);
});

test("a role exclusion is refused while a user violates it, and then applies to grants and inheritance", async () => {
  const [buyer, payer] = [await newRole(), await newRole()];
  const heir = await newRole({ parents: [buyer] });
  const grace = await sentinel.settled("grace");
  const grant = (role: string) => asAda(`/users/${grace}/roles/${role}`, { method: "PUT" });
  const revoke = (role: string) => asAda(`/users/${grace}/roles/${role}`, { method: "DELETE" });
  const exclude = () => asAda("/role-exclusions", { json: { roles: [buyer, payer], at_most: 1 } });
  await grant(heir);
  await grant(payer);
  assert.equal(await codeOf(await exclude()), "exclusion_violated");
  await revoke(payer);
  const made = await exclude();
  assert.equal(made.status, 201);
  assert.equal(await codeOf(await grant(payer)), "exclusion_violated");
  assert.equal(await codeOf(await asAda(`/roles/${heir}/parents/${payer}`, { method: "PUT" })), "exclusion_violated");
  const both = await asAda("/roles", { json: { name: "both", parents: [buyer, payer] } });
  assert.equal(await codeOf(both), "exclusion_violated");
  assert.equal(await codeOf(await asAda(`/roles/${buyer}`, { method: "DELETE" })), "role_excluded");
  await revoke(heir);
  assert.equal((await grant(payer)).status, 204);
  assert.equal(await codeOf(await grant(heir)), "exclusion_violated");
  assert.equal((await asAda(made.headers.get("location")!, { method: "DELETE" })).status, 204);
  assert.equal((await grant(heir)).status, 204);
  for (const role of [heir, payer]) await revoke(role);
});

test("POST /role-exclusions refuses an exclusion without effect", async () => {
  const role = await newRole();
  const bodies = [
    { roles: [role], at_most: 1 },
    { roles: [role, role], at_most: 1 },
    { roles: [role, "user"], at_most: 2 },
    { roles: [role, "user"], at_most: 0 },
    { roles: [role, "nothing"], at_most: 1 },
  ];
  for (const json of bodies) assert.equal((await asAda("/role-exclusions", { json })).status, 422);
  assert.deepEqual((await (await asAda("/role-exclusions")).json()).items, []);
});

test(
  "T158 T164 the clerk, who holds less, cannot change Ada or make any user more powerful than the clerk",
  async () => {
    const ada = await sentinel.settled("ada");
    const before = await rowCounts(sentinel);
    const attempts: [string, Init][] = [
      [`/users/${ada}`, { method: "PATCH", json: { disabled: true } }],
      [`/users/${ada}`, { method: "PATCH", json: { password: "taken over by the clerk" } }],
      [`/users/${ada}`, { method: "DELETE" }],
      [`/users/${ada}/roles/user`, { method: "DELETE" }],
      [`/users/${ada}/roles/admin`, { method: "DELETE" }],
      [`/users/${ada}/roles/clerk`, { method: "PUT" }],
      [`/users/${clerkId}/roles/admin`, { method: "PUT" }],
      ["/users", { json: { ...clerk, username: "mole", email: "mole@example.com", roles: ["admin"] } }],
    ];
    for (const [path, init] of attempts) assert.equal((await asClerk(path, init)).status, 403, path);
    assert.deepEqual(await rowCounts(sentinel), before);
    assert.equal((await asAda("/users/me")).status, 200);
  },
);
