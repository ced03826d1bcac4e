import { localActor } from "../vocabulary/actor.ts";
import { anyRevision } from "./grants/grants.ts";
import assert from "node:assert/strict";
import { whateverTheState } from "../platform/revision.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";
import { newcomer } from "../testing/people/people.ts";
import { statementsOf } from "../testing/statements/statements.ts";
import { rowCounts } from "../testing/traffic/traces.ts";

// What AuthZEN 1.0 leaves open, and what callers may learn: names of subjects and actions, missing members,
// explanations.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const actor = localActor;
const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
const asAda = withToken(await sentinel.tokenOf("ada"));

for (const name of ["films:watch", "films:cut"]) await sentinel.permissionRegistry.register(name, "", actor);
for (const [name, permissions, parents] of [["viewer", ["films:watch"], []], ["cutter", [], ["viewer"]]] as const) {
  await sentinel.roles.create(
    { name, description: "", permissions: [...permissions], parents: [...parents] },
    actor,
  );
}

/** A new user with these roles, with the names, and how to send requests as the user. */
async function somebody(...roles: string[]) {
  const username = `Ü.${crypto.randomUUID().slice(0, 20)}`;
  const email = `${crypto.randomUUID()}@Example.com`;
  const password = "not a word of anybody's";
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user", ...roles], actor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  return { id, username, email, call: withToken(access_token) };
}

const question = (id: string, name = "watch", more: Record<string, unknown> = {}) => ({
  subject: { type: "user", id },
  action: { name },
  resource: { type: "films", id: "42" },
  ...more,
});
const decisionOf = async (json: unknown, as = asAda) => {
  const response = await as("/access/v1/evaluation", { json });
  assert.equal(response.status, 200);
  return (await response.json()).decision;
};
const statusOf = async (json: unknown, as = asAda) => (await as("/access/v1/evaluation", { json })).status;

const foundIn = ({ find_live_users = 0, find_named_users = 0 }: Record<string, number>) =>
  find_live_users + find_named_users;

test("X33 a subject is a user by id, username or e-mail address, in any spelling", async () => {
  const { id, username, email } = await somebody("viewer");
  for (const name of [id, id.toUpperCase(), username, username.toUpperCase(), email, email.toLowerCase()]) {
    assert.equal(await decisionOf(question(name)), true, name);
    assert.equal(await decisionOf(question(name, "cut")), false, name);
  }
  const evaluations = [username, email, id, "no-one", `${username}x`].map((id) => ({ subject: { type: "user", id } }));
  const { action, resource } = question("");
  const batch = await (await asAda("/access/v1/evaluations", { json: { action, resource, evaluations } })).json();
  assert.deepEqual(batch.evaluations.map((each: { decision: boolean }) => each.decision), [
    true,
    true,
    true,
    false,
    false,
  ]);
  const search = await asAda("/access/v1/search/action", { json: { ...question(username), action: undefined } });
  assert.deepEqual((await search.json()).results, [{ name: "watch" }]);
  for (const type of ["User", "email", "group"]) {
    assert.equal(await decisionOf({ ...question(username), subject: { type, id: username } }), false);
  }
});

test("X33 a UUID is always an id, whatever usernames exist", async () => {
  const victim = await somebody();
  const { id } = await newcomer(sentinel, { roles: ["user", "viewer"] });
  // Only users from before the rule have such names.
  const sql = "update users set username = $2, username_canonical = $2, email = $3, email_canonical = $3 where id = $1";
  await sentinel.db.query("test", sql, [id, victim.id, `${victim.id}@example.com`]);
  assert.equal(await decisionOf(question(victim.id)), false);
  assert.equal(await decisionOf(question(`${victim.id}@example.com`)), true);
  const { subject: _, ...rest } = question("");
  const evaluations = [victim.id, id].map((id) => ({ subject: { type: "user", id } }));
  const { evaluations: answers } = await (await asAda("/access/v1/evaluations", { json: { ...rest, evaluations } }))
    .json();
  assert.deepEqual(answers, [{ decision: false }, { decision: true }]);
});

test("X33 a name is answered from memory after the first question, and only while it is the user's", async () => {
  const { id, username, email } = await somebody("viewer");
  const find = async (name: string) => foundIn(await statementsOf(() => decisionOf(question(name))));
  sentinel.principals.forgetUser(id);
  assert.deepEqual([await find(username), await find(username.toLowerCase()), await find(email)], [1, 0, 1]);
  assert.deepEqual([await find(email), await find(id)], [0, 0]);
  const other = await somebody();
  await sentinel.users.change(id, { username: `${username}.old` }, whateverTheState, actor);
  await sentinel.users.change(other.id, { username }, whateverTheState, actor);
  assert.equal(await decisionOf(question(username)), false);
  assert.equal(await decisionOf(question(`${username}.old`)), true);
  await sentinel.grants.revoke(id, "viewer", anyRevision, actor);
  assert.equal(await decisionOf(question(`${username}.old`)), false);
  assert.equal(await decisionOf(question(email)), false);
});

test("X33 an unknown name costs as much as an unknown id, and a hundred cost one statement", async () => {
  await decisionOf(question("somebody-else"));
  for (const id of [crypto.randomUUID(), "nobody-at-all", "nobody@example.net"]) {
    for (const _time of [1, 2]) {
      const made = await statementsOf(async () => assert.equal(await decisionOf(question(id)), false));
      assert.equal(foundIn(made), 1, id);
    }
  }
  const known = await newcomer(sentinel, { roles: ["viewer"] });
  const ids = Array.from({ length: 50 }, (_, i) => [`unknown-${i}`, crypto.randomUUID()]).flat();
  const evaluations = [...ids, known.username].map((id) => ({ subject: { type: "user", id } }));
  const { action, resource } = question("");
  const made = await statementsOf(async () => {
    const body = await (await asAda("/access/v1/evaluations", { json: { action, resource, evaluations } })).json();
    assert.deepEqual(body.evaluations, [...Array(100).fill({ decision: false }), { decision: true }]);
  });
  assert.equal(foundIn(made), 1);
});

test("X33 a change that overtakes the look-up of a name is seen by later questions", async () => {
  const { id, username } = await newcomer(sentinel, { roles: ["viewer"] });
  const first = sentinel.principals.userNamed(username);
  sentinel.principals.forgetUser(id);
  const second = sentinel.principals.userNamed(username);
  assert.notEqual(first, second);
  await Promise.all([first, second]);
});

test(
  "X33 T161 a caller without decisions:evaluate can ask about themselves by any of their names, and about no other user",
  async () => {
    const { id, username, email, call } = await somebody("viewer");
    const other = await somebody();
    for (const name of [id, username, username.toUpperCase(), email]) {
      assert.equal(await decisionOf(question(name), call), true);
    }
    const refusals = [];
    for (const name of [other.id, other.username, other.email, "nobody-at-all", crypto.randomUUID(), "@"]) {
      const refused = await call("/access/v1/evaluation", { json: question(name) });
      const { request_id: _, instance: __, ...problem } = await refused.json();
      refusals.push({ status: refused.status, problem });
      const evaluations = [{}, { subject: { type: "user", id: name } }];
      const mixed = await call("/access/v1/evaluations", { json: { ...question(username), evaluations } });
      assert.equal(mixed.status, 403);
      const search = await call("/access/v1/search/action", { json: question(name) });
      assert.equal(search.status, 403);
    }
    assert.equal(refusals[0]!.status, 403);
    assert.deepEqual(refusals, Array(refusals.length).fill(refusals[0]));
  },
);

test("X33 T159 actions have capitals, dots and slashes; resources do not, and there are no wildcards", async () => {
  const names = ["http:GET", "http:can_Read.todos", "http:v1/films~new", "http:9lives", `http:${"A".repeat(63)}`];
  const { id } = await somebody();
  for (const name of names) {
    const made = await asAda("/permissions", { json: { name } });
    assert.equal(made.status, 201, name);
    const role = `r${crypto.randomUUID()}`;
    assert.equal((await asAda("/roles", { json: { name: role, permissions: [name] } })).status, 201);
    await sentinel.grants.grant(id, role, null, anyRevision, actor);
    const action = name.slice("http:".length);
    assert.equal(await decisionOf({ ...question(id, action), resource: { type: "http", id: "/films" } }), true, name);
    assert.equal((await asAda(`/permissions/${encodeURIComponent(name)}`)).status, 200, name);
  }
  const asked = { ...question(id), resource: { type: "http", id: "/films" } };
  const { results } = await (await asAda("/access/v1/search/action", { json: asked })).json();
  assert.deepEqual(results.map(({ name }: { name: string }) => `http:${name}`), names.toSorted());
  assert.equal(await decisionOf({ ...asked, action: { name: "get" } }), false);
  const before = await rowCounts(sentinel);
  const refused = [
    "HTTP:GET",
    "Http:get",
    "http:*",
    "http:GET*",
    "http:a:b",
    "http: GET",
    "http:",
    "http:.x",
    "http:é",
  ];
  for (const name of [...refused, `http:${"A".repeat(64)}`, "users:GET", "http:GET\n"]) {
    assert.equal((await asAda("/permissions", { json: { name } })).status, 422, name);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

const { subject, action, resource } = question("00000000-0000-4000-8000-000000000000");
const long = (length: number) => "x".repeat(length);

/** Variants of one member. */
const wrong: Record<string, unknown> = {
  "no subject": { action, resource },
  "no action": { subject, resource },
  "no resource": { subject, action },
  "no subject.type": { subject: { id: subject.id }, action, resource },
  "no subject.id": { subject: { type: "user" }, action, resource },
  "no action.name": { subject, action: {}, resource },
  "no resource.type": { subject, action, resource: { id: "42" } },
  "no resource.id": { subject, action, resource: { type: "films" } },
  "an array": [{ subject, action, resource }],
  ...Object.fromEntries(
    [null, "", 1, true, [], {}].flatMap((value) => [
      [`subject.type ${JSON.stringify(value)}`, { subject: { ...subject, type: value }, action, resource }],
      [`subject.id ${JSON.stringify(value)}`, { subject: { ...subject, id: value }, action, resource }],
      [`action.name ${JSON.stringify(value)}`, { subject, action: { name: value }, resource }],
      [`resource.type ${JSON.stringify(value)}`, { subject, action, resource: { ...resource, type: value } }],
      [`resource.id ${JSON.stringify(value)}`, { subject, action, resource: { ...resource, id: value } }],
    ]),
  ),
  ...Object.fromEntries(
    [null, "", 1, []].flatMap((value) => [
      [`subject ${JSON.stringify(value)}`, { subject: value, action, resource }],
      [`action ${JSON.stringify(value)}`, { subject, action: value, resource }],
      [`resource ${JSON.stringify(value)}`, { subject, action, resource: value }],
      [`context ${JSON.stringify(value)}`, { subject, action, resource, context: value }],
      [`subject.properties ${JSON.stringify(value)}`, {
        subject: { ...subject, properties: value },
        action,
        resource,
      }],
      [`action.properties ${JSON.stringify(value)}`, { subject, action: { ...action, properties: value }, resource }],
      [`resource.properties ${JSON.stringify(value)}`, {
        subject,
        action,
        resource: { ...resource, properties: value },
      }],
    ]),
  ),
  "a long subject.type": { subject: { ...subject, type: long(257) }, action, resource },
  "a long subject.id": { subject: { ...subject, id: long(4_097) }, action, resource },
  "a long action.name": { subject, action: { name: long(257) }, resource },
  "a long resource.type": { subject, action, resource: { ...resource, type: long(257) } },
  "a long resource.id": { subject, action, resource: { ...resource, id: long(4_097) } },
};

test(
  "X33 X66 POST /access/v1/evaluation refuses each missing or invalid member by itself, and accepts the others",
  async () => {
    for (const [what, json] of Object.entries(wrong)) assert.equal(await statusOf(json), 400, what);
    const right = [
      { subject: { ...subject, id: long(4_096) }, action, resource },
      { subject: { ...subject, type: long(256) }, action: { name: long(256) }, resource },
      { subject, action, resource: { type: long(256), id: long(4_096) } },
      { subject: { ...subject, properties: {} }, action, resource },
      { subject, action: { ...action, properties: { a: 1 } }, resource: { ...resource, properties: { b: [] } } },
      { subject, action, resource, context: {}, more: 1 },
    ];
    for (const json of right) assert.equal(await statusOf(json), 200, JSON.stringify(json).slice(0, 200));
  },
);

test(
  "X33 POST /access/v1/evaluations applies defaults member by member, and denies only incomplete evaluations",
  async () => {
    const { username } = await somebody("viewer");
    const ask = async (json: unknown) => {
      const response = await asAda("/access/v1/evaluations", { json });
      assert.equal(response.status, 200);
      return (await response.json()).evaluations.map(({ decision, context }: Record<string, never>) =>
        context ? [decision, context["error"]["status"]] : decision
      );
    };
    const evaluations = [
      { resource: { id: "1" } },
      { resource: { type: "invoices", id: "1" } },
      { resource: { id: "2", properties: { status: "cut" } }, action: { name: "cut" } },
      {},
      { resource: { type: "films" } },
    ];
    const common = { subject: { type: "user", id: username }, action, resource: { type: "films" } };
    assert.deepEqual(await ask({ ...common, evaluations }), [true, false, false, [false, 400], [false, 400]]);
    assert.deepEqual(await ask({ action, evaluations: [{ resource }] }), [[false, 400]]);
    const subjects = [{ subject: { id: username } }, { subject: { id: "nobody-at-all" } }];
    assert.deepEqual(await ask({ subject: { type: "user" }, action, resource, evaluations: subjects }), [true, false]);
    const { evaluations: _, ...alone } = { ...common, evaluations };
    assert.equal((await asAda("/access/v1/evaluations", { json: alone })).status, 400);
  },
);

test("X33 searches require resource.id as AuthZEN does, and ignore a subject's id and an action", async () => {
  const { username } = await somebody("viewer");
  const asked = question(username);
  const search = async (kind: string, json: unknown) => (await asAda(`/access/v1/search/${kind}`, { json })).status;
  for (const kind of ["subject", "action"]) {
    assert.equal(await search(kind, asked), 200);
    assert.equal(await search(kind, { ...asked, resource: { type: "films" } }), 400);
    assert.equal(await search(kind, { ...asked, resource: { id: "42" } }), 400);
    assert.equal(await search(kind, [asked]), 400);
  }
  assert.equal(await search("subject", { ...asked, subject: { type: "user" } }), 200);
  assert.equal(await search("subject", { ...asked, action: "watch" }), 400);
  assert.equal(await search("action", { ...asked, subject: { type: "user" } }), 400);
  assert.equal(await search("action", { ...asked, subject: username }), 400);
  const ships = await asAda("/access/v1/search/subject", { json: { ...asked, subject: { type: "spaceship" } } });
  assert.deepEqual((await ships.json()).results, []);
});

const explain = { context: { explain: true } };
const explanationOf = async (json: unknown, as = asAda) =>
  (await (await as("/access/v1/evaluation", { json })).json()).context.explanation;

test(
  "X06 an explanation contains roles and existing permissions only for callers who may see roles or ask about all users",
  async () => {
    for (const permission of ["roles:read", "decisions:evaluate"]) {
      const role = `r${crypto.randomUUID()}`;
      await sentinel.roles.create(
        { name: role, description: "", permissions: [permission], parents: [] },
        actor,
      );
      const { id, call } = await somebody(role, "cutter");
      assert.deepEqual((await explanationOf(question(id, "cut", explain), call)).roles, ["admin"]);
      assert.equal((await explanationOf(question(id, "shred", explain), call)).missing, "permission");
      const { path } = await explanationOf(question(id, "watch", explain), call);
      assert.deepEqual(path.map(({ id }: { id: string }) => id), [id, "cutter", "cutter", "viewer", "films:watch"]);
    }
    const { id, username, call } = await somebody("cutter");
    for (const name of ["cut", "shred"]) {
      assert.deepEqual(await explanationOf(question(username, name, explain), call), {
        permission: `films:${name}`,
        missing: "grant",
        expired: [],
      });
    }
    const yes = await explanationOf(question(id, "watch", explain), call);
    assert.deepEqual(yes.path, [
      { type: "user", id },
      { type: "grant", id: "cutter", expires_at: null },
      { type: "permission", id: "films:watch" },
    ]);
    const evaluations = [{}, { action: { name: "cut" } }, { action: { name: "shred" } }];
    const several = await call("/access/v1/evaluations", { json: { ...question(id, "watch", explain), evaluations } });
    assert.doesNotMatch(await several.text(), /viewer|admin/);
  },
);

test("X06 GET /users/{id}/permissions shows the line of roles only to callers who may see roles", async () => {
  const { id } = await somebody("cutter");
  const readers = `r${crypto.randomUUID()}`;
  await sentinel.roles.create(
    { name: readers, description: "", permissions: ["users:read"], parents: [] },
    actor,
  );
  const { call } = await somebody(readers);
  const seen = await (await call(`/users/${id}/permissions`)).json();
  assert.deepEqual(seen.items, [{ permission: "films:watch", sources: [{ role: "cutter", expires_at: null }] }]);
  const { items } = await (await asAda(`/users/${id}/permissions`)).json();
  assert.deepEqual(items[0].sources[0].path, ["cutter", "viewer"]);
});
