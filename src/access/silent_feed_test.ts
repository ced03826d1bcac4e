import { localActor } from "../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { whateverTheState } from "../platform/revision.ts";
import { startSentinel, test } from "../testing/harness.ts";
import { createRole, newcomer } from "../testing/people/people.ts";
import { anyRevision } from "./grants/grants.ts";

// A replica knows its own changes at once: here the change feed is silent about grants and roles.
const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, grants, roles } = sentinel;
for (const table of ["users", "grants", "roles", "role_permissions", "role_parents"]) {
  await db.query("test", `alter table ${table} disable trigger user`);
}

const actor = localActor;
const permission = "admin_area:enter";

const newRole = (...permissions: string[]) => createRole(sentinel, { permissions });

async function mayEnter(id: string): Promise<boolean> {
  const question = {
    subject: { type: "user", id },
    action: { name: "enter" },
    resource: { type: "admin_area", id: "1" },
  };
  return (await sentinel.decisions.decide(question, { seesRoles: true })).decision;
}

test("T139 a grant and its end are at once in the decisions of the replica that made them", async () => {
  const role = await newRole(permission);
  const { id } = await newcomer(sentinel);
  assert.equal(await mayEnter(id), false);
  await grants.grant(id, role, null, anyRevision, actor);
  assert.equal(await mayEnter(id), true);
  await grants.revoke(id, role, anyRevision, actor);
  assert.equal(await mayEnter(id), false);
});

test("T193 an edit of a role is at once in the decisions of the replica that made it", async () => {
  const [role, parent] = [await newRole(), await newRole(permission)];
  const { id } = await newcomer(sentinel, { roles: [role] });
  assert.equal(await mayEnter(id), false);
  await roles.addPermission(role, permission, whateverTheState, actor);
  assert.equal(await mayEnter(id), true);
  await roles.removePermission(role, permission, whateverTheState, actor);
  assert.equal(await mayEnter(id), false);
  await roles.addParent(role, parent, whateverTheState, actor);
  assert.equal(await mayEnter(id), true);
  await roles.removeParent(role, parent, whateverTheState, actor);
  assert.equal(await mayEnter(id), false);
});

test("T193 a role that is created with the name of a deleted one is held by no user", async () => {
  const role = await newRole(permission);
  const { id } = await newcomer(sentinel, { roles: [role] });
  assert.equal(await mayEnter(id), true);
  await roles.remove(role, whateverTheState, actor);
  assert.equal(await mayEnter(id), false);
  await roles.create({ name: role, description: "", permissions: [permission], parents: [] }, actor);
  assert.equal(await mayEnter(id), false);
});
