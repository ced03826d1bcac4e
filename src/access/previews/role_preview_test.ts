import assert from "node:assert/strict";
import { whateverTheState } from "../../platform/revision.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer, newServiceAccount } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { createRolePreviews, type RolePreview } from "./role_previews.ts";

// The preview of a change against what the change then does, in random role graphs.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, roles, rolePreviews, principals, effectivePermissions } = sentinel;

const ada = { user: (await principals.user(await sentinel.settled("ada")))! };
const permissions = Array.from({ length: 9 }, (_, n) => `previews:p${n}`);
for (const name of permissions) await sentinel.permissionRegistry.register(name, "", localActor);

const below = (limit: number) => Math.floor(Math.random() * limit);
const some = <T>(items: readonly T[], share: number) => items.filter(() => Math.random() < share);
const short = () => crypto.randomUUID().slice(0, 8);
const soon = "2090-01-01T00:00:00.000Z";
const later = "2095-01-01T00:00:00.000Z";
const ends = [null, null, null, soon, later, "2020-01-01T00:00:00.000Z"];

/** A graph of roles, each of which inherits from earlier ones, and users who hold some of them, some no longer. */
async function newGraph({ density = 1 } = {}) {
  const names = Array.from({ length: 4 + below(8) }, (_, n) => `role-${n}-${short()}`);
  const contents = names.map((name, n) => ({
    name,
    description: "",
    permissions: some(permissions, 0.25),
    parents: some(names.slice(0, n), 0.35 * density),
  }));
  for (const each of contents) await roles.create(each, localActor);
  const users: string[] = [];
  for (let n = 0; n < 10; n++) {
    const { id } = n === 0 ? await newServiceAccount(sentinel) : await newcomer(sentinel);
    users.push(id);
    for (const role of some(names, 0.25 * density)) {
      const end = ends[below(ends.length)];
      await db.query("test", "insert into grants (user_id, role, expires_at) values ($1, $2, $3)", [id, role, end]);
    }
  }
  await db.query("test", "insert into grants (user_id, role) values ($1, 'admin')", [users[1]]);
  await db.query("test", "update users set disabled_at = now() where id = $1", [users[2]]);
  return { contents, names, users };
}

type Ends = Map<string, Map<string, number>>;

/** By user or role and permission: until when it is held, by a statement that shares nothing with the preview. */
async function held(holders: "users" | "roles", keys: string[]): Promise<Ends> {
  const start = holders === "users"
    ? `select user_id::text as key, role, coalesce(extract(epoch from expires_at) * 1000, 'infinity') as until
       from grants where user_id = any($1::uuid[]) and (expires_at is null or expires_at > now())`
    : `select name as key, name as role, 'infinity'::numeric as until from roles where name = any($1::text[])`;
  const rows = await db.query<{ key: string; permission: string; until: number }>(
    "test",
    `with recursive held (key, role, until) as (
       ${start} union select h.key, p.parent, h.until from held h join role_parents p on p.role = h.role
     )
     select key, permission, max(until)::float8 as until from (
       select key, permission, until from held join role_permissions using (role)
       union all select key, name, until from held, permissions where role = 'admin'
     ) given group by 1, 2`,
    [keys],
  );
  const found: Ends = new Map(keys.map((key) => [key, new Map()]));
  for (const { key, permission, until } of rows) found.get(key)!.set(permission, until);
  return found;
}

async function truth({ names, users }: { names: string[]; users: string[] }) {
  return { users: await held("users", users), roles: await held("roles", names) };
}

type Truth = Awaited<ReturnType<typeof truth>>;

const shownEnd = (end: number) => end === Infinity ? null : new Date(end).toISOString();

/** Who has in `here` what they have not in `there`, as the preview shows it. */
function difference(here: Ends, there: Ends) {
  return [...here].flatMap(([id, held]) => {
    const own = [...held].filter(([permission]) => !there.get(id)!.has(permission));
    return own.length === 0 ? [] : [{ id, own: own.map(([name, end]) => [name, shownEnd(end)]).sort() }];
  }).sort((a, b) => a.id < b.id ? -1 : 1);
}

function shown({ users }: RolePreview["gains"]) {
  return users.map(({ id, permissions }) => ({
    id,
    own: permissions.map(({ permission, expires_at }) => [permission, expires_at]).sort(),
  })).sort((a, b) => a.id < b.id ? -1 : 1);
}

function countWhere(before: Ends, after: Ends, is: (was: number, now: number) => boolean): number {
  return [...before].filter(([id, held]) =>
    [...held].some(([name, was]) => after.get(id)!.has(name) && is(was, after.get(id)!.get(name)!))
  ).length;
}

async function compare(preview: RolePreview, graph: { names: string[]; users: string[] }, before: Truth, seed: string) {
  const after = await truth(graph);
  assert.deepEqual(shown(preview.gains), difference(after.users, before.users), `gains of ${seed}`);
  assert.deepEqual(shown(preview.losses), difference(before.users, after.users), `losses of ${seed}`);
  assert.equal(preview.gains.user_count, preview.gains.users.length);
  assert.equal(preview.losses.user_count, preview.losses.users.length);
  assert.equal(preview.shortened_user_count, countWhere(before.users, after.users, (was, now) => now < was), seed);
  assert.equal(preview.extended_user_count, countWhere(before.users, after.users, (was, now) => now > was), seed);
  const [more, less] = [difference(after.roles, before.roles), difference(before.roles, after.roles)];
  assert.equal(preview.affected_role_count, new Set([...more, ...less].map(({ id }) => id)).size, seed);
  for (const [id, held] of after.users) { // what decisions say
    const kind = id === graph.users[0] ? "service" : "person";
    const listed = await effectivePermissions.list(id, null, 1_000, ada, kind);
    const expected = id === graph.users[2] ? [] : [...held.keys()].sort();
    assert.deepEqual(listed.map(({ permission }) => permission), expected);
  }
  return after;
}

test("POST /roles/{role}/preview names exactly the users who then gain and lose, in random role graphs", async () => {
  for (let round = 0; round < 25; round++) {
    const graph = await newGraph();
    const changed = below(graph.names.length);
    const name = graph.names[changed]!;
    const wanted = { permissions: some(permissions, 0.3), parents: some(graph.names.slice(0, changed), 0.4) };
    const before = await truth(graph);
    const preview = await rolePreviews.preview(name, wanted, ada);
    assert.equal(preview.is_complete, true);
    assert.deepEqual((await truth(graph)).users, before.users, "a preview changes nothing");
    await roles.change(name, wanted, whateverTheState, localActor);
    const seed = JSON.stringify({ contents: graph.contents, name, wanted });
    await compare(preview, graph, before, seed);
  }
});

test("POST /roles/{role}/preview without contents answers what deleting the role does", async () => {
  for (let round = 0; round < 6; round++) {
    const graph = await newGraph();
    const name = graph.names[below(graph.names.length)]!;
    const before = await truth(graph);
    const preview = await rolePreviews.preview(name, { permissions: [], parents: [] }, ada);
    await roles.remove(name, whateverTheState, localActor);
    await compare(preview, graph, before, name);
  }
});

test("POST /roles/{role}/preview names the exclusions that then refuse the change, and no others", async () => {
  const outcomes = { refused: 0, done: 0 };
  const isRare = () => outcomes.done === 0 || outcomes.refused === 0;
  for (let round = 0; round < 20 || (isRare() && round < 200); round++) {
    const graph = await newGraph({ density: 0.4 });
    let made: { id: string } | undefined;
    for (let tries = 0; !made && tries < 5; tries++) {
      const excluded = [...new Set([below(4), below(4), below(graph.names.length)])].map((n) => graph.names[n]!);
      const exclusion = { description: short(), roles: excluded, at_most: 1 + below(2) };
      made = await sentinel.exclusions.create(exclusion, localActor).catch(() => undefined);
    }
    if (!made) continue;
    const changed = below(graph.names.length);
    const name = graph.names[changed]!;
    const wanted = { parents: some(graph.names.slice(0, changed), 0.5) };
    const { exceeded_exclusions } = await rolePreviews.preview(name, wanted, ada);
    const refusal = await roles.change(name, wanted, whateverTheState, localActor).then(() => null, (error) => error);
    const expected = refusal instanceof Problem && refusal.code === "exclusion_violated" ? [made.id] : [];
    if (expected.length === 0) assert.equal(refusal, null);
    assert.deepEqual(exceeded_exclusions.map(({ id }) => id), expected);
    for (const { roles, users } of exceeded_exclusions) assert.ok(roles.length + users.length > 0);
    outcomes[expected.length === 0 ? "done" : "refused"]++;
  }
  assert.ok(outcomes.done > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
});

test("the path of what is gained is that of the new graph, and of what is lost that of the old", async () => {
  const [viewer, clerk, chief] = [`viewer-${short()}`, `clerk-${short()}`, `chief-${short()}`];
  const create = (name: string, own: string[], parents: string[]) =>
    roles.create({ name, description: "", permissions: own, parents }, localActor);
  await create(viewer, ["previews:p0"], []);
  await create(clerk, [], [viewer]);
  await create(chief, ["previews:p1"], [clerk]);
  const { id, username } = await newcomer(sentinel, { roles: [chief] });
  const { gains, losses, revision } = await rolePreviews.preview(
    clerk,
    { permissions: ["previews:p2"], parents: [] },
    ada,
  );
  const user = { id, kind: "person", name: username, disabled: false, permission_count: 1 };
  const gained = { permission: "previews:p2", path: [chief, clerk], expires_at: null };
  const lost = { permission: "previews:p0", path: [chief, clerk, viewer], expires_at: null };
  assert.deepEqual(gains.users, [{ ...user, permissions: [gained] }]);
  assert.deepEqual(losses.users, [{ ...user, permissions: [lost] }]);
  assert.deepEqual(losses.permissions, [{ permission: "previews:p0", user_count: 1 }]);
  const asAda = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
  const patch = (ifMatch: string) =>
    sentinel.fetch(`/roles/${clerk}`, { method: "PATCH", json: {}, headers: { ...asAda, "if-match": ifMatch } });
  assert.equal((await patch(`"${revision}"`)).status, 200);
  await roles.change(clerk, { permissions: [], description: "changed" }, whateverTheState, localActor);
  assert.equal((await patch(`"${revision}"`)).status, 412);
});

test("POST /roles/{role}/preview refuses what PATCH refuses, with the same problem", async () => {
  const [low, high] = [`low-${short()}`, `high-${short()}`];
  await roles.create({ name: low, description: "", permissions: [], parents: [] }, localActor);
  await roles.create({ name: high, description: "", permissions: [], parents: [low] }, localActor);
  const asAda = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
  const bodies: [string, Record<string, unknown>, number][] = [
    [low, { parents: [high] }, 422],
    [low, { parents: [low] }, 422],
    [low, { parents: ["nothing"] }, 422],
    [low, { parents: ["admin"] }, 409],
    [low, { permissions: ["no:such"] }, 422],
    ["user", { permissions: [] }, 409],
    ["nothing", { permissions: [] }, 404],
  ];
  for (const [role, json, status] of bodies) {
    const [preview, change] = [
      await sentinel.fetch(`/roles/${role}/preview`, { json, headers: asAda }),
      await sentinel.fetch(`/roles/${role}`, { method: "PATCH", json, headers: asAda }),
    ];
    assert.deepEqual([preview.status, change.status], [status, status], JSON.stringify(json));
    const [{ request_id: _, instance: _a, ...previewed }, { request_id: _b, instance: _c, ...changed }] = [
      await preview.json(),
      await change.json(),
    ];
    assert.deepEqual(previewed, changed);
  }
});

test("POST /roles/{role}/preview counts users for every reader of roles, and names those whom they may see", async () => {
  const role = `role-${short()}`;
  await roles.create({ name: role, description: "", permissions: [], parents: [] }, localActor);
  const person = await newcomer(sentinel, { roles: [role] });
  const service = await newServiceAccount(sentinel, { roles: [role] });
  const readers: [string[], string[]][] = [
    [["roles:read"], []],
    [["roles:read", "users:read"], [person.id]],
    [["roles:read", "service_accounts:read"], [service.id]],
    [["roles:read", "users:read", "service_accounts:read"], [service.id, person.id].sort()],
  ];
  for (const [scopes, expected] of readers) {
    const viewer = { ...ada, scopes: new Set(scopes) };
    const { gains } = await rolePreviews.preview(role, { permissions: ["previews:p0"] }, viewer);
    assert.equal(gains.user_count, 2);
    assert.deepEqual(gains.users.map(({ id }) => id).sort(), expected);
  }
});

test("the numbers of a preview are lower bounds when more grants are concerned than it examines", async () => {
  const role = `role-${short()}`;
  await roles.create({ name: role, description: "", permissions: [], parents: [] }, localActor);
  const insert = (from: number, to: number) =>
    db.query(
      "test",
      `with many as (
         insert into users (id, username, username_canonical, password_hash)
         select gen_random_uuid(), $1 || n, $1 || n, '*' from generate_series($2::int, $3::int) n returning id
       ) insert into grants (user_id, role) select id, $4 from many`,
      [`many${short()}`, from, to, role],
    );
  const grantsMax = 60;
  const previews = createRolePreviews({ db, evaluator: sentinel.evaluator, roles, grantsMax });
  const preview = () => previews.preview(role, { permissions: ["previews:p0"] }, ada);
  await insert(1, grantsMax);
  const exact = await preview();
  assert.deepEqual([exact.is_complete, exact.gains.user_count, exact.gains.users.length], [true, grantsMax, 50]);
  await insert(grantsMax + 1, grantsMax + 1);
  const bounded = await preview();
  assert.deepEqual([bounded.is_complete, bounded.gains.user_count], [false, grantsMax]);
});
