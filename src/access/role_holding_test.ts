import { localActor } from "../vocabulary/actor.ts";
import { anyRevision } from "./grants/grants.ts";
import assert from "node:assert/strict";
import { whateverTheState } from "../platform/revision.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { callsWith, createRole, loggedIn } from "../testing/people/people.ts";
import { rowCounts } from "../testing/traffic/traces.ts";

// Applications may trust the name of a role without permissions, so the actor must hold the role itself.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, grants } = sentinel;
const actor = localActor;
const asAda = callsWith(sentinel, await sentinel.tokenOf("ada"));

const newRole = (parts?: Parameters<typeof createRole>[1]) => createRole(sentinel, parts);
const newcomer = (...roles: string[]) => loggedIn(sentinel, ...roles);

const office = await newRole({
  permissions: ["roles:read", "roles:write", "roles:grant", "users:read", "users:write", "users:delete"].concat(
    "sessions:revoke",
    "sessions:read",
  ),
});
const clerk = await newcomer(office);
const ada = await sentinel.settled("ada");

const person = () => {
  const username = `p${crypto.randomUUID()}`;
  return { username, email: `${username}@example.com`, password: "nobody knows this one" };
};

/** All rows, as they are. */
const state = () =>
  db.query(
    "test",
    `select (select json_agg(r order by name) from roles r) as roles,
            (select json_agg(p order by role, parent) from role_parents p) as parents,
            (select json_agg(p order by role, permission) from role_permissions p) as permissions,
            (select json_agg(g order by user_id, role) from grants g) as grants,
            (select json_agg(e order by id) from role_exclusions e) as exclusions,
            (select json_agg(json_build_array(id, username, disabled_at) order by id) from users) as users`,
  );

async function refusedAll(attempts: [string, Init][], call = clerk.call): Promise<void> {
  const before = [await state(), await rowCounts(sentinel)];
  for (const [path, init] of attempts) {
    const { status } = await call(path, init);
    assert.equal(status, 403, `${init.method ?? "POST"} ${path} ${JSON.stringify(init.json)}`);
  }
  assert.deepEqual([await state(), await rowCounts(sentinel)], before);
}

test("X79 only holders grant and revoke a role without permissions, to themselves and to others", async () => {
  const ceo = await newRole();
  const [friend, boss] = [await newcomer(), await newcomer(ceo)];
  await refusedAll([
    [`/users/${clerk.id}/roles/${ceo}`, { method: "PUT" }],
    [`/users/${friend.id}/roles/${ceo}`, { method: "PUT" }],
    [`/users/${boss.id}/roles/${ceo}`, { method: "DELETE" }],
    [`/users/${boss.id}/roles/${office}`, { method: "PUT" }],
    ["/users", { json: { ...person(), roles: [ceo] } }],
    ["/register", { json: { ...person(), role: ceo } }],
  ]);
  await grants.grant(clerk.id, ceo, null, anyRevision, actor);
  assert.equal((await clerk.call(`/users/${friend.id}/roles/${ceo}`, { method: "PUT" })).status, 204);
  assert.equal((await clerk.call(`/users/${boss.id}/roles/${ceo}`, { method: "DELETE" })).status, 204);
  assert.equal((await clerk.call("/users", { json: { ...person(), roles: [ceo] } })).status, 201);
  await grants.revoke(clerk.id, ceo, anyRevision, actor);
});

test("X79 with an expired grant, or until a date, a role can be granted no longer than that", async () => {
  const ceo = await newRole();
  const friend = await newcomer();
  const until = new Date(Date.now() + 3_600_000);
  await grants.grant(clerk.id, ceo, until, anyRevision, actor);
  await refusedAll([
    [`/users/${friend.id}/roles/${ceo}`, { method: "PUT" }],
    [`/users/${clerk.id}/roles/${ceo}`, { method: "PUT" }],
    [`/users/${friend.id}/roles/${ceo}`, { method: "PUT", json: { expires_at: new Date(until.getTime() + 1) } }],
    ["/roles", { json: { name: "heir", parents: [ceo] } }],
  ]);
  const grant = { method: "PUT", json: { expires_at: until } };
  assert.equal((await clerk.call(`/users/${friend.id}/roles/${ceo}`, grant)).status, 204);
  await db.query(
    "test",
    "update grants set expires_at = now() - interval '1 minute' where user_id = $1 and role = $2",
    [clerk.id, ceo],
  );
  await refusedAll([[`/users/${friend.id}/roles/${ceo}`, { method: "DELETE" }]]);
});

test("X79 only holders edit, delete and exclude a role without permissions that users hold", async () => {
  const [ceo, other] = [await newRole(), await newRole()];
  const heir = await newRole({ parents: [other] });
  await newcomer(ceo, heir);
  for (const role of [ceo, other, heir]) {
    await refusedAll([
      [`/roles/${role}`, { method: "DELETE" }],
      [`/roles/${role}`, { method: "PATCH", json: { description: "mine" } }],
      [`/roles/${role}/permissions/users:read`, { method: "PUT" }],
      [`/roles/${role}/parents/user`, { method: "PUT" }],
      ["/role-exclusions", { json: { roles: [role, "user"], at_most: 1 } }],
    ]);
  }
  await refusedAll([[`/roles/${heir}/parents/${other}`, { method: "DELETE" }]]);
  await grants.grant(clerk.id, heir, null, anyRevision, actor);
  for (const role of [other, heir]) {
    const patch = { method: "PATCH", json: { description: "ours" } };
    assert.equal((await clerk.call(`/roles/${role}`, patch)).status, 200);
  }
  await grants.revoke(clerk.id, heir, anyRevision, actor);
});

test("X79 a role inherits only from roles that its editor holds, even if the parent has no permissions", async () => {
  const [ceo, mine] = [await newRole(), await newRole()];
  await grants.grant(clerk.id, mine, null, anyRevision, actor);
  await refusedAll([
    [`/roles/${mine}/parents/${ceo}`, { method: "PUT" }],
    [`/roles/${office}/parents/${ceo}`, { method: "PUT" }],
    ["/roles", { json: { name: "trojan", parents: [ceo] } }],
    ["/roles", { json: { name: "trojan", parents: [mine, ceo] } }],
  ]);
  const made = await clerk.call("/roles", { json: { name: `r${crypto.randomUUID()}`, parents: [mine, "user"] } });
  assert.equal(made.status, 201);
});

test(
  "X79 the author of a role can finish it, not grant it, and not edit it once an administrator has granted it",
  async () => {
    const name = `r${crypto.randomUUID()}`;
    assert.equal((await clerk.call("/roles", { json: { name, permissions: ["users:read"] } })).status, 201);
    const friend = await newcomer();
    for (const method of ["PUT", "DELETE"]) {
      assert.equal((await clerk.call(`/roles/${name}/permissions/roles:read`, { method })).status, 204);
      assert.equal((await clerk.call(`/roles/${name}/parents/user`, { method })).status, 204);
    }
    await refusedAll([
      [`/users/${clerk.id}/roles/${name}`, { method: "PUT" }],
      [`/users/${friend.id}/roles/${name}`, { method: "PUT" }],
      [`/roles/${office}/parents/${name}`, { method: "PUT" }],
      ["/users", { json: { ...person(), roles: [name] } }],
      ["/role-exclusions", { json: { roles: [name, "user"], at_most: 1 } }],
    ]);
    assert.equal((await asAda(`/users/${friend.id}/roles/${name}`, { method: "PUT" })).status, 204);
    await sentinel.users.change(friend.id, { disabled: true }, whateverTheState, actor);
    await refusedAll([
      [`/roles/${name}`, { method: "DELETE" }],
      [`/roles/${name}/permissions/users:read`, { method: "DELETE" }],
    ]);
    assert.equal((await asAda(`/users/${friend.id}/roles/${name}`, { method: "DELETE" })).status, 204);
    assert.equal((await clerk.call(`/roles/${name}`, { method: "DELETE" })).status, 204);
  },
);

test("X79 a role that no user holds can be edited only by those who hold all of its permissions", async () => {
  const audit = await newRole({ permissions: ["audit:read"] });
  await refusedAll([
    [`/roles/${audit}`, { method: "DELETE" }],
    [`/roles/${audit}/permissions/audit:read`, { method: "DELETE" }],
    [`/roles/${await newRole({ parents: [audit] })}`, { method: "DELETE" }],
  ]);
});

test(
  "X79 a user with a role without permissions can be changed, taken over and deleted only by holders of the role",
  async () => {
    const ceo = await newRole();
    const boss = await newcomer(ceo);
    await refusedAll([
      [`/users/${boss.id}`, { method: "PATCH", json: { password: "somebody else knows this" } }],
      [`/users/${boss.id}`, { method: "PATCH", json: { disabled: true } }],
      [`/users/${boss.id}`, { method: "PATCH", json: { username: "another-name" } }],
      [`/users/${boss.id}`, { method: "DELETE" }],
      [`/users/${boss.id}/sessions`, { method: "DELETE" }],
    ]);
    await grants.grant(clerk.id, ceo, new Date(Date.now() + 3_600_000), anyRevision, actor);
    const reset = { method: "PATCH", json: { password: "somebody else knows this" } };
    await refusedAll([[`/users/${boss.id}`, reset]]);
    await grants.grant(clerk.id, ceo, null, anyRevision, actor);
    assert.equal((await clerk.call(`/users/${boss.id}`, reset)).status, 200);
    await grants.revoke(clerk.id, ceo, anyRevision, actor);
    const plain = await newcomer();
    assert.equal((await clerk.call(`/users/${plain.id}`, { method: "DELETE" })).status, 204);
  },
);

test("X79 an administrator may do all of it without holding the roles", async () => {
  const [ceo, other] = [await newRole(), await newRole()];
  const [boss, plain] = [await newcomer(ceo), await newcomer()];
  const deeds: [string, Init, number][] = [
    [`/users/${plain.id}/roles/${ceo}`, { method: "PUT" }, 204],
    [`/users/${boss.id}/roles/${ceo}`, { method: "DELETE" }, 204],
    [`/roles/${ceo}`, { method: "PATCH", json: { description: "Leads" } }, 200],
    [`/roles/${ceo}/parents/${other}`, { method: "PUT" }, 204],
    [`/roles/${ceo}/parents/${other}`, { method: "DELETE" }, 204],
    [`/users/${plain.id}`, { method: "PATCH", json: { disabled: true } }, 200],
    ["/role-exclusions", { json: { roles: [ceo, other], at_most: 1 } }, 201],
  ];
  for (const [path, init, status] of deeds) assert.equal((await asAda(path, init)).status, status, path);
  assert.ok(ada);
});

test("X63 an exclusion can be deleted only by holders of all its roles", async () => {
  const [buyer, payer] = [await newRole({ permissions: ["audit:read"] }), await newRole()];
  await grants.grant(clerk.id, payer, null, anyRevision, actor);
  for (const roles of [[buyer, "user"], [payer, buyer], [await newRole(), "user"]]) {
    const made = await asAda("/role-exclusions", { json: { roles, at_most: 1 } });
    const exclusion = made.headers.get("location")!;
    await refusedAll([[exclusion, { method: "DELETE" }], ["/role-exclusions", { json: { roles, at_most: 1 } }]]);
    assert.equal((await asAda(exclusion, { method: "DELETE" })).status, 204);
    assert.equal((await asAda(exclusion, { method: "DELETE" })).status, 404);
  }
  await grants.revoke(clerk.id, payer, anyRevision, actor);
});

test("X64 no user can be created with roles that exclude each other, granted or inherited, in any way", async () => {
  const [buyer, payer] = [await newRole(), await newRole()];
  const heir = await newRole({ parents: [payer] });
  await asAda("/role-exclusions", { json: { roles: [buyer, payer], at_most: 1 } });
  await asAda("/role-exclusions", { json: { roles: [heir, "user"], at_most: 1 } });
  const before = await rowCounts(sentinel);
  for (const roles of [[buyer, payer], ["user", buyer, payer], [heir, buyer], ["user", heir]]) {
    const refused = await asAda("/users", { json: { ...person(), roles } });
    assert.deepEqual(
      [refused.status, (await refused.json()).type],
      [409, "/problems/exclusion_violated"],
      roles.join(),
    );
  }
  const registered = await asAda("/register", { json: { ...person(), role: heir } });
  assert.deepEqual([registered.status, (await registered.json()).type], [409, "/problems/exclusion_violated"]);
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.equal((await asAda("/users", { json: { ...person(), roles: [buyer] } })).status, 201);
});

test("X06 what a caller does not hold is refused alike, whether the role or permission exists or not", async () => {
  const secret = await newRole({ permissions: ["audit:read"] });
  const friend = await newcomer();
  const answers = async (role: string, permission: string) => {
    const attempts: [string, Init][] = [
      [`/users/${friend.id}/roles/${role}`, { method: "PUT" }],
      [`/users/${friend.id}/roles/${role}`, { method: "DELETE" }],
      ["/users", { json: { ...person(), roles: [role] } }],
      ["/register", { json: { ...person(), role } }],
      ["/roles", { json: { name: "probe", parents: [role] } }],
      ["/roles", { json: { name: "probe", permissions: [permission] } }],
      ["/role-exclusions", { json: { roles: [role, "user"], at_most: 1 } }],
    ];
    return await Promise.all(attempts.map(async ([path, init]) => {
      const refused = await clerk.call(path, init);
      const { request_id: _, instance: __, ...problem } = await refused.json();
      return problem;
    }));
  };
  const [known, unknown] = [await answers(secret, "audit:read"), await answers("no-such-role", "no:such")];
  assert.deepEqual(known, unknown);
  assert.deepEqual(known.map(({ status }) => status), Array(known.length).fill(403));
});
