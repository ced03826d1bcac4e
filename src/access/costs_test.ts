import assert from "node:assert/strict";
import { localClient } from "../audit/audit.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { statementsOf } from "../testing/statements.ts";

// The rows of ARCHITECTURE.md, "What each costs", that are about people and roles: what is between `begin` and `commit`.
const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const by = { actor_id: null, client: localClient };
const authorization = `Bearer ${await sentinel.tokenOf("ada")}`;
const asAda = (path: string, init: Init = {}) => sentinel.fetch(path, { ...init, headers: { authorization } });
const [grace, nobody] = [await sentinel.settled("grace"), await sentinel.settled("nobody")];
await sentinel.permissionRegistry.register("films:watch", "", by);
for (const name of ["viewer", "editor", "critic"]) {
  await sentinel.roleAdministration.create({ name, description: "", permissions: [], parents: [] }, by);
}

const question = { subject: { type: "user", id: grace }, action: { name: "watch" }, resource: { type: "films" } };
const many = Array.from({ length: 100 }, () => ({}));
const change = (json: unknown) => asAda(`/users/${grace}`, { method: "PATCH", json });
const put = (path: string) => asAda(path, { method: "PUT" });

type Row = [what: string, deed: () => Promise<Response>, statements: string];

const rows: Row[] = [
  [
    "a grant",
    () => put(`/users/${nobody}/roles/viewer`),
    "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant, find_user_excluded, insert_audit_event",
  ],
  [
    "a grant again",
    () => put(`/users/${nobody}/roles/viewer`),
    "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant",
  ],
  [
    "a grant of admin",
    () => put(`/users/${nobody}/roles/admin`),
    "lock_administrators, count_administrators, lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant, find_user_excluded, insert_audit_event, count_administrators",
  ],
  [
    "a grant taken away",
    () => asAda(`/users/${nobody}/roles/viewer`, { method: "DELETE" }),
    "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, delete_grant, insert_audit_event",
  ],
  [
    "a new role",
    () => asAda("/roles", { json: { name: "maker", permissions: ["films:watch"], parents: ["viewer"] } }),
    "lock_role_graph, find_holds_all, insert_role, find_holds_all, find_unknown_permission, insert_role_permissions, find_unknown_role, find_holds_all, find_inherits, insert_role_parents, find_anybody_excluded, insert_audit_event, find_role",
  ],
  [
    "a permission for a role",
    () => put("/roles/editor/permissions/films:watch"),
    "lock_role_graph, find_role, find_holds_all, find_holds_all, find_unknown_permission, insert_role_permissions, insert_audit_event",
  ],
  [
    "a parent for a role",
    () => put("/roles/editor/parents/viewer"),
    "lock_role_graph, find_role, find_holds_all, find_unknown_role, find_holds_all, find_inherits, insert_role_parents, find_anybody_excluded, insert_audit_event",
  ],
  [
    "a role deleted",
    () => asAda("/roles/maker", { method: "DELETE" }),
    "lock_role_graph, find_role, find_holds_all, delete_grants_of_role, delete_role, insert_audit_event",
  ],
  [
    "a decision about somebody seen for the first time",
    () => asAda("/access/v1/evaluation", { json: question }),
    "find_live_users",
  ],
  ["a decision about somebody known", () => asAda("/access/v1/evaluation", { json: question }), ""],
  [
    "a hundred decisions about somebody known",
    () => asAda("/access/v1/evaluations", { json: { ...question, evaluations: many } }),
    "",
  ],
  ["a subject search", () => asAda("/access/v1/search/subject", { json: question }), "list_holders"],
  ["a page of users", () => asAda("/users?role=user"), "list_users"],
  ["a user", () => asAda(`/users/${grace}`), "find_user"],
  ["a page of permissions", () => asAda(`/users/${grace}/permissions`), ""],
  [
    "a user renamed",
    () => change({ username: "gracie" }),
    "lock_users, find_holds_all, find_user, update_identifiers, insert_audit_event, find_user",
  ],
  [
    "a user disabled",
    () => change({ disabled: true }),
    "lock_administrators, count_administrators, lock_users, find_holds_all, find_user, update_disabled, revoke_sessions, insert_audit_event, find_user, count_administrators",
  ],
  [
    "a user given a password",
    () => change({ password: "another long enough one" }),
    "find_user, lock_users, find_holds_all, find_user, overwrite_password_hash, revoke_sessions, insert_audit_event, find_user",
  ],
  [
    "a user made",
    () => asAda("/users", { json: { username: "zed", email: "zed@example.com", password: "a long enough password" } }),
    "find_taken, find_holds_all, insert_user, lock_role_graph, insert_grants, insert_audit_event, find_user",
  ],
  [
    "a user deleted",
    () => asAda(`/users/${grace}`, { method: "DELETE" }),
    "lock_administrators, count_administrators, lock_users, find_holds_all, find_user, delete_user, insert_audit_event, delete_audit_details, count_administrators",
  ],
];

/** The transaction itself, what seals the record meanwhile, and the role graph, which word of an edit before may reach late. */
const aside = /^(?:begin|commit|find_now|list_roles|list_permission_names)$|seal|chain|checkpoint|late_details/;

for (const [what, deed, statements] of rows) {
  test(`${what} costs as many statements as are said`, async () => {
    await asAda("/admin-only"); // so that the caller and the graph are known
    const made = await statementsOf(sentinel, async () => assert.ok((await deed()).ok));
    const names = Object.entries(made).flatMap(([name, count]) => aside.test(name) ? [] : Array(count).fill(name));
    assert.deepEqual(names.sort(), statements.split(", ").filter(Boolean).sort());
  });
}
