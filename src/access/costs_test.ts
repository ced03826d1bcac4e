import assert from "node:assert/strict";
import { localClient } from "../audit/events/audit.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { newcomer } from "../testing/people.ts";
import { statementsOf } from "../testing/statements.ts";

// The rows of ARCHITECTURE.md, "What each costs", that are about people and roles: what is between `begin` and `commit`.
const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const by = { actor_id: null, client: localClient };
const authorization = `Bearer ${await sentinel.tokenOf("ada")}`;
const asAda = (path: string, init: Init = {}) => sentinel.fetch(path, { ...init, headers: { authorization } });
const grace = await sentinel.settled("grace");
await sentinel.permissionRegistry.register("films:watch", "", by);
const createRole = (name: string) =>
  sentinel.roleAdministration.create({ name, description: "", permissions: [], parents: [] }, by);
await createRole("viewer");

const question = {
  subject: { type: "user", id: grace },
  action: { name: "watch" },
  resource: { type: "films", id: "1" },
};
const many = Array.from({ length: 100 }, () => ({}));
const decide = () => asAda("/access/v1/evaluation", { json: question });
const grantViewer = (user: string) => put(`/users/${user}/roles/viewer`);
const change = (user: string, json: unknown) => asAda(`/users/${user}`, { method: "PATCH", json });
const put = (path: string) => asAda(path, { method: "PUT" });

/** `user` and `role` are the test's own; `before` is what the deed comes after. */
type Deed = (user: string, role: string) => Promise<Response>;
type Row = [what: string, deed: Deed, statements: string, before?: Deed];

const rows: Row[] = [
  [
    "a grant",
    grantViewer,
    "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant, find_user_excluded, insert_audit_event",
  ],
  [
    "a grant again",
    grantViewer,
    "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant",
    grantViewer,
  ],
  [
    "a grant of admin",
    (user) => put(`/users/${user}/roles/admin`),
    "lock_administrators, count_administrators, lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant, find_user_excluded, insert_audit_event, count_administrators",
  ],
  [
    "a grant taken away",
    (user) => asAda(`/users/${user}/roles/viewer`, { method: "DELETE" }),
    "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, delete_grant, insert_audit_event",
    grantViewer,
  ],
  [
    "a new role",
    () => asAda("/roles", { json: { name: "maker", permissions: ["films:watch"], parents: ["viewer"] } }),
    "lock_role_graph, find_holds_all, insert_role, find_holds_all, find_unknown_permission, insert_role_permissions, find_unknown_role, find_holds_all, find_inherits, insert_role_parents, find_anybody_excluded, insert_audit_event, find_role",
  ],
  [
    "a permission for a role",
    (_, role) => put(`/roles/${role}/permissions/films:watch`),
    "lock_role_graph, find_role, find_holds_all, find_holds_all, find_unknown_permission, insert_role_permissions, insert_audit_event",
  ],
  [
    "a parent for a role",
    (_, role) => put(`/roles/${role}/parents/viewer`),
    "lock_role_graph, find_role, find_holds_all, find_unknown_role, find_holds_all, find_inherits, insert_role_parents, find_anybody_excluded, insert_audit_event",
  ],
  [
    "a role deleted",
    (_, role) => asAda(`/roles/${role}`, { method: "DELETE" }),
    "lock_role_graph, find_role, find_holds_all, delete_grants_of_role, delete_role, insert_audit_event",
  ],
  [
    "a decision about somebody seen for the first time",
    (user) => asAda("/access/v1/evaluation", { json: { ...question, subject: { type: "user", id: user } } }),
    "find_live_users",
  ],
  ["a decision about somebody known", decide, "", decide],
  [
    "a hundred decisions about somebody known",
    () => asAda("/access/v1/evaluations", { json: { ...question, evaluations: many } }),
    "",
    decide,
  ],
  ["a subject search", () => asAda("/access/v1/search/subject", { json: question }), "list_holders"],
  ["a page of users", () => asAda("/users?role=user"), "list_users"],
  ["a user", (user) => asAda(`/users/${user}`), "find_user"],
  ["a page of permissions", () => asAda(`/users/${grace}/permissions`), "", decide],
  [
    "a user renamed",
    (user) => change(user, { username: "gracie" }),
    "lock_users, find_holds_all, find_user, update_identifiers, insert_audit_event, find_user",
  ],
  [
    "a user disabled",
    (user) => change(user, { disabled: true }),
    "lock_administrators, count_administrators, lock_users, find_holds_all, find_user, update_disabled, revoke_sessions, insert_audit_event, find_user, count_administrators",
  ],
  [
    "a user given a password",
    (user) => change(user, { password: "another long enough one" }),
    "find_user, lock_users, find_holds_all, find_user, overwrite_password_hash, revoke_sessions, insert_audit_event, find_user",
  ],
  [
    "a user made",
    () => asAda("/users", { json: { username: "zed", email: "zed@example.com", password: "a long enough password" } }),
    "find_taken, find_holds_all, insert_user, lock_role_graph, insert_grants, insert_audit_event, find_user",
  ],
  [
    "a user deleted",
    (user) => asAda(`/users/${user}`, { method: "DELETE" }),
    "lock_administrators, count_administrators, lock_users, find_holds_all, find_user, delete_user, insert_audit_event, delete_audit_details, count_administrators",
  ],
];

/** The transaction itself, what seals the record meanwhile, and the role graph, which word of an edit before may reach late. */
const aside = /^(?:begin|commit|find_now|list_roles|list_permission_names)$|seal|chain|checkpoint|late_details/;

for (const [what, deed, statements, before] of rows) {
  test(`${what} costs as many statements as are said`, async () => {
    const { id: user } = await newcomer(sentinel, { roles: ["user"] });
    const role = `role_${crypto.randomUUID().slice(0, 8)}`;
    await createRole(role);
    await before?.(user, role);
    await asAda("/admin-only"); // so that the caller and the graph are known
    const made = await statementsOf(sentinel, async () => assert.ok((await deed(user, role)).ok));
    const names = Object.entries(made).flatMap(([name, count]) => aside.test(name) ? [] : Array(count).fill(name));
    assert.deepEqual(names.sort(), statements.split(", ").filter(Boolean).sort());
  });
}
