import assert from "node:assert/strict";
import { newKey } from "../testing/people/api_keys.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { narrowedTo } from "../testing/people/narrowed.ts";
import { createRole, newcomer } from "../testing/people/people.ts";
import { begun, refresh } from "../testing/people/sessions.ts";
import { rowCounts } from "../testing/traffic/traces.ts";
import { localClient } from "../vocabulary/actor.ts";
import { permissions } from "../vocabulary/dictionary.ts";
import type { AnyOperation, Requirement } from "../http/contract/contract.ts";

// A credential with scopes may do what its user may do, within its scopes.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const actor = { actor_id: null, client: localClient };
for (const name of ["ledger:read", "ledger:write"]) await sentinel.permissionRegistry.register(name, "", actor);

const newRole = (...permissions: string[]) => createRole(sentinel, { permissions });

type Call = (path: string, init?: Init) => Promise<Response>;

/** A user with these roles: their id, and how they call with all that they hold or by a credential with the scopes. */
async function userWith(...roles: string[]) {
  const { id } = await newcomer(sentinel, { roles });
  const { access_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  const withKey = async (...scopes: string[]) => callWith((await newKey(sentinel, id, scopes)).key);
  const as = (...scopes: string[]) => narrowedTo(sentinel, scopes, access_token);
  return { id, withToken: callWith(access_token), withKey, as };
}

const callWith = (credential: string): Call => (path, init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${credential}` } });

const requirementOf = ({ access }: AnyOperation) => access as Requirement;
const nameOf = ({ method, path }: AnyOperation) => `${method.toUpperCase()} ${path}`;
const administrator = await userWith("user", "admin");

const values: Record<string, string> = {
  id: crypto.randomUUID(),
  session_id: crypto.randomUUID(),
  key_id: crypto.randomUUID(),
  secret_id: crypto.randomUUID(),
  client_id: crypto.randomUUID(),
  role: "none",
  permission: "none:none",
  parent: "none",
};
const concrete = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? assert.fail(name));

/** Whether only a user's own sign-in will do, which no credential with scopes stands for. */
const isForUsers = ({ fresh }: AnyOperation) => fresh !== undefined && fresh.when === undefined;

const send = (call: Call, each: AnyOperation) =>
  call(concrete(each.path), { method: each.method.toUpperCase(), ...(each.body && { body: "{" }) });

test(
  "every operation that requires a permission answers 403 to an administrator's credential without that scope",
  async () => {
    const before = await rowCounts(sentinel);
    for (const each of sentinel.app.operations) {
      const access = requirementOf(each);
      if (access.kind !== "permission") continue;
      const others = Object.keys(permissions).filter((name) => name !== access.permission);
      for (const scopes of [[], others]) {
        assert.equal((await send(administrator.as(...scopes), each)).status, 403, `${nameOf(each)} ${scopes}`);
      }
      const { status } = await send(administrator.as(access.permission), each);
      assert.equal(status === 403, isForUsers(each), nameOf(each));
    }
    assert.deepEqual(await rowCounts(sentinel), before);
  },
);

test(
  "every operation on one's own account answers 403 to a credential with scopes, and all others accept it",
  async () => {
    const all = administrator.as(...Object.keys(permissions));
    const before = await rowCounts(sentinel);
    for (const each of sentinel.app.operations) {
      const { kind } = requirementOf(each);
      if (kind === "own_account") assert.equal((await send(all, each)).status, 403, nameOf(each));
      if (kind === "signed_in") assert.ok(![401, 403].includes((await send(all, each)).status), nameOf(each));
    }
    assert.deepEqual(await rowCounts(sentinel), before);
  },
);

test("every operation answers a full token, a narrowed one and an API key of the same scopes as its requirement says", async () => {
  const all = Object.keys(permissions);
  const credentials = {
    token: administrator.withToken,
    narrowed: administrator.as(...all),
    key: await administrator.withKey(...all),
    narrowKey: await administrator.withKey(),
  };
  for (const each of sentinel.app.operations.filter(({ hidden }) => !hidden)) {
    if (each.method === "delete" && each.path.startsWith("/users/me")) continue; // the sweep of roles has them
    const { kind } = requirementOf(each);
    if (kind === "anyone" || kind === "userinfo") continue;
    const refused: Record<string, boolean> = {};
    for (const [name, call] of Object.entries(credentials)) {
      refused[name] = [401, 403].includes((await send(call, each)).status);
    }
    const isOwn = kind === "own_account" || isForUsers(each);
    const needsPermission = kind === "permission" || kind === "permission_or_client";
    const expected = { token: false, narrowed: isOwn, key: isOwn, narrowKey: isOwn || needsPermission };
    assert.deepEqual(refused, expected, nameOf(each));
  }
});

test("every operation that requires a permission answers 403 to an API key with any other scope", async () => {
  const owner = await administrator.withKey();
  assert.equal((await owner("/users/me")).status, 200);
  for (const scope of Object.keys(permissions)) {
    const call = await administrator.withKey(scope);
    for (const each of sentinel.app.operations) {
      const access = requirementOf(each);
      if (access.kind !== "permission") continue;
      const isRefused = access.permission !== scope || isForUsers(each);
      assert.equal((await send(call, each)).status === 403, isRefused, `${nameOf(each)} by ${scope}`);
    }
  }
});

test("every operation that accepts any credential only reads", () => {
  const reading = ["POST /access/v1/evaluation", "POST /access/v1/evaluations", "POST /access/v1/search/action"];
  const taking = sentinel.app.operations.filter((each) => requirementOf(each).kind === "signed_in");
  const others = taking.filter(({ method }) => method !== "get").map(nameOf);
  assert.deepEqual(others.sort(), reading);
});

test("a scope that the user does not hold gives nothing", async () => {
  const grace = await userWith("user");
  assert.equal((await grace.as("users:read")("/users")).status, 403);
});

test("an administrator's credential with scopes cannot grant admin or a role that only admin may grant", async () => {
  const [ledger, friend] = [await newRole("ledger:read"), await userWith()];
  const call = administrator.as("roles:grant", "users:read", "ledger:read");
  for (const role of ["admin", ledger]) {
    const path = `/users/${friend.id}/roles/${role}`;
    assert.equal((await call(path, { method: "PUT" })).status, 403, role);
  }
  const person = { username: "straw", email: "straw@example.com", password: "a man of straw and paper" };
  const writing = administrator.as("roles:grant", "users:write");
  for (const role of ["admin", ledger]) {
    assert.equal((await writing("/users", { json: { ...person, roles: [role] } })).status, 403, role);
    assert.equal((await writing("/register", { json: { ...person, role } })).status, 403, role);
  }
  assert.deepEqual((await sentinel.principals.user(friend.id))!.grants, []);
});

test(
  "a credential grants and revokes a role of its user only if its scopes include all permissions of the role",
  async () => {
    const [office, ledger] = [await newRole("roles:grant"), await newRole("ledger:read", "ledger:write")];
    const [clerk, friend] = [await userWith(office, ledger), await userWith()];
    const path = `/users/${friend.id}/roles/${ledger}`;
    for (const scopes of [["roles:grant"], ["roles:grant", "ledger:read"], ["ledger:read", "ledger:write"]]) {
      assert.equal((await clerk.as(...scopes)(path, { method: "PUT" })).status, 403, scopes.join());
    }
    const all = clerk.as("roles:grant", "ledger:read", "ledger:write");
    assert.equal((await all(path, { method: "PUT" })).status, 204);
    assert.equal((await clerk.as("roles:grant")(path, { method: "DELETE" })).status, 403);
    assert.equal((await all(path, { method: "DELETE" })).status, 204);
  },
);

test("a credential edits users, roles and exclusions only if its scopes include all of their permissions", async () => {
  const office = await newRole("users:write", "users:delete", "sessions:revoke", "roles:write");
  const ledger = await newRole("ledger:read");
  const [clerk, keeper] = [await userWith(office, ledger), await userWith(ledger)];
  const before = await rowCounts(sentinel);
  const narrow = clerk.as("users:write", "users:delete", "sessions:revoke", "roles:write");
  const attempts: [method: string, path: string, json?: unknown][] = [
    ["PATCH", `/users/${keeper.id}`, { disabled: true }],
    ["PATCH", `/users/${keeper.id}`, { password: "another one entirely" }],
    ["DELETE", `/users/${keeper.id}`],
    ["DELETE", `/users/${keeper.id}/sessions`],
    ["PATCH", `/roles/${ledger}`, { description: "mine" }],
    ["DELETE", `/roles/${ledger}`],
    ["PUT", `/roles/${ledger}/permissions/roles:write`],
    ["POST", "/roles", { name: "heir", parents: [ledger] }],
    ["POST", "/roles", { name: "heir", permissions: ["ledger:read"] }],
    ["POST", "/role-exclusions", { roles: [ledger, "user"], at_most: 1 }],
  ];
  for (const [method, path, json] of attempts) {
    const response = await narrow(path, { method, ...(json !== undefined && { json }) });
    assert.equal(response.status, 403, `${method} ${path}`);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
  const wide = clerk.as("users:write", "ledger:read");
  assert.equal((await wide(`/users/${keeper.id}`, { method: "PATCH", json: { disabled: true } })).status, 200);
});

test("about its own user a credential is answered with its own limits, and about others with theirs", async () => {
  const reader = await newRole("ledger:read", "ledger:write", "decisions:evaluate");
  const [clerk, friend] = [await userWith(reader), await userWith(reader)];
  const call = clerk.as("ledger:read", "decisions:evaluate");
  const ask = async (id: string, name: string) => {
    const json = {
      subject: { type: "user", id },
      action: { name },
      resource: { type: "ledger", id: "1" },
      context: { explain: true },
    };
    const { decision, context } = await (await call("/access/v1/evaluation", { json })).json();
    return [decision, context.explanation.missing];
  };
  assert.deepEqual(await ask(clerk.id, "read"), [true, undefined]);
  assert.deepEqual(await ask(clerk.id, "write"), [false, "scope"]);
  assert.deepEqual(await ask(friend.id, "write"), [true, undefined]);
  const actionsOf = async (id: string) => {
    const json = { subject: { type: "user", id }, resource: { type: "ledger", id: "1" } };
    const { results } = await (await call("/access/v1/search/action", { json })).json();
    return results.map(({ name }: { name: string }) => name);
  };
  assert.deepEqual([await actionsOf(clerk.id), await actionsOf(friend.id)], [["read"], ["read", "write"]]);
});
