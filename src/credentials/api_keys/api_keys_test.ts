import assert from "node:assert/strict";
import { newKey } from "../../testing/people/api_keys.ts";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, refresh } from "../../testing/people/sessions.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

for (const name of ["ledger:read", "ledger:write"]) await sentinel.permissionRegistry.register(name, "", localActor);

const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });

async function newRole(...permissions: string[]): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await sentinel.roles.create({ name, description: "", permissions, parents: [] }, localActor);
  return name;
}

/** A user with a role that gives these permissions, and how they call with an access token. */
async function userWith(...permissions: string[]) {
  const { id } = await newcomer(sentinel, { roles: permissions.length > 0 ? [await newRole(...permissions)] : [] });
  const { access_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  return { id, call: withToken(access_token) };
}

const status = async (key: string, path = "/users/me") => (await withToken(key)(path)).status;
const create = (call: ReturnType<typeof withToken>, json: object) =>
  call("/users/me/api-keys", { json: { name: "a program", scopes: [], ...json } });
const daysAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

test("POST /users/me/api-keys shows the key once, and stores nothing but its hash", async () => {
  const { id, call } = await userWith("ledger:read");
  const response = await create(call, { scopes: ["ledger:read", "ledger:read"] });
  assert.equal(response.status, 201);
  const issued = await response.json();
  assert.equal(response.headers.get("location"), `/users/me/api-keys/${issued.id}`);
  assert.deepEqual([issued.scopes, issued.created_by, issued.revoked_at], [["ledger:read"], id, null]);
  const { key, ...shown } = issued;
  assert.deepEqual(await (await call(`/users/me/api-keys/${issued.id}`)).json(), shown);
  const stored = JSON.stringify(await db.query("test", "select k::text, s::text from api_keys k, secrets s"));
  const logged = JSON.stringify(await db.query("test", "select e::text from audit_events e"));
  for (const text of [key, key.slice(8), key.slice(30, 73)]) {
    for (const place of [stored, logged, await sentinel.logs()]) assert.ok(!place.includes(text));
  }
});

test("T171 nobody creates, reads, renames, rotates or revokes a key of somebody else", async () => {
  const [victim, thief] = [await userWith(), await userWith()];
  const { row } = await sentinel.apiKeys.create(
    { id: victim.id, kind: "person" },
    { name: "theirs", scopes: [] },
    localActor,
  );
  const before = await rowCounts(sentinel);
  for (const member of ["userId", "user_id", "owner_id", "created_by"]) {
    assert.equal((await create(thief.call, { [member]: victim.id })).status, 422, member);
    const json = { name: "x", scopes: [], [member]: victim.id };
    assert.equal((await sentinel.fetch("/users/me/api-keys", { json })).status, 401);
  }
  const path = `/users/me/api-keys/${row.id}`;
  const attempts: [string, Init][] = [
    [path, {}],
    [path, { method: "PATCH", json: { name: "mine" } }],
    [path, { method: "DELETE" }],
    [`${path}/secrets`, { json: {} }],
    [`${path}/secrets/${row.secrets[0]!.id}`, { method: "DELETE" }],
  ];
  for (const [target, init] of attempts) assert.equal((await thief.call(target, init)).status, 404, target);
  for (const init of [{}, { method: "DELETE" }]) {
    assert.equal((await thief.call(`/users/${victim.id}/api-keys`, init)).status, 403);
  }
  assert.equal((await thief.call(`/users/${victim.id}/api-keys/${row.id}`, { method: "DELETE" })).status, 403);
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T172 PATCH /users/me/api-keys/{id} takes a name and nothing that the server decides", async () => {
  const { call } = await userWith("ledger:read");
  const { id } = await (await create(call, {})).json();
  const members = {
    scopes: ["ledger:read"],
    permissions: ["ledger:read"],
    expires_at: null,
    revoked_at: null,
    user_id: id,
    created_by: id,
    secrets: [],
    limits: {},
    key: "snt_pat_",
  };
  for (const [member, value] of Object.entries(members)) {
    const json = { name: "renamed", [member]: value };
    assert.equal((await call(`/users/me/api-keys/${id}`, { method: "PATCH", json })).status, 422, member);
  }
  const renamed = await call(`/users/me/api-keys/${id}`, { method: "PATCH", json: { name: "renamed" } });
  assert.deepEqual([(await renamed.json()).name, renamed.status], ["renamed", 200]);
});

test("T173 T174 a key changes nothing of its user's account, and acts for no other user", async () => {
  const { id } = await userWith("users:read", "users:write");
  const { key } = await newKey(sentinel, id, ["users:read", "users:write"]);
  const call = withToken(key);
  const ada = await sentinel.settled("ada");
  const before = await rowCounts(sentinel);
  const attempts: [string, Init][] = [
    ["/users/me", { method: "PATCH", json: { email: "mine@example.com", current_password: "x" } }],
    ["/users/me", { method: "DELETE", json: { current_password: "x" } }],
    ["/users/me/password", { method: "PUT", json: { current_password: "x", new_password: "a long enough one" } }],
    ["/users/me/sessions", { method: "DELETE" }],
    ["/users/me/api-keys", { json: { name: "another", scopes: [] } }],
  ];
  for (const [path, init] of attempts) assert.equal((await call(path, init)).status, 403, path);
  for (const header of ["x-act-as", "impersonate-user", "x-sentinel-user"]) {
    const response = await call("/users/me", { headers: { [header]: ada } });
    assert.equal((await response.json()).id, id, header);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("a key carries only scopes that its creator holds and that there are", async () => {
  const { call } = await userWith("ledger:read");
  assert.equal((await create(call, { scopes: ["ledger:read", "ledger:write"] })).status, 403);
  const unknown = await create(call, { scopes: ["ledger:burn"] });
  assert.equal((await unknown.json()).errors[0].code, "unknown_permission");
  assert.equal((await create(call, { scopes: ["*"] })).status, 422);
  assert.equal((await create(withToken(await sentinel.tokenOf("ada")), { scopes: ["ledger:write"] })).status, 201);
});

test("a key does what its user may now, and of that no more than its scopes", async () => {
  const role = await newRole("users:read", "roles:read");
  const { id } = await newcomer(sentinel, { roles: [role] });
  const { key } = await newKey(sentinel, id, ["users:read", "audit:read"]);
  const answers =
    async () => [await status(key, "/users"), await status(key, "/roles"), await status(key, "/audit-events")];
  assert.deepEqual(await answers(), [200, 403, 403]);
  await sentinel.grants.revoke(id, role, () => Promise.resolve(), localActor);
  assert.deepEqual(await answers(), [403, 403, 403]);
  assert.equal(await status(key), 200);
});

test("a key works until it expires or is revoked, or its user is disabled or deleted", async () => {
  const { id, call } = await userWith();
  const [revoked, expired, other] = [
    await newKey(sentinel, id),
    await newKey(sentinel, id),
    await newKey(sentinel, id),
  ];
  for (const { key } of [revoked, expired, other]) assert.equal(await status(key), 200);
  assert.equal((await call(`/users/me/api-keys/${revoked.id}`, { method: "DELETE" })).status, 204);
  assert.equal(await status(revoked.key), 401);
  assert.equal((await call(`/users/me/api-keys/${revoked.id}`, { method: "DELETE" })).status, 404);
  await db.query("test", "update api_keys set expires_at = now() - interval '1 second' where id = $1", [expired.id]);
  sentinel.principals.forgetSession(expired.id);
  assert.equal(await status(expired.key), 401);
  await sentinel.users.change(id, { disabled: true }, () => true, localActor);
  assert.equal(await status(other.key), 401);
  await sentinel.users.change(id, { disabled: false }, () => true, localActor);
  assert.equal(await status(other.key), 200);
  await sentinel.users.remove(id, () => true, localActor);
  assert.equal(await status(other.key), 401);
  const left = await db.query("test", "select from secrets where owner_id = any($1)", [[
    revoked.id,
    expired.id,
    other.id,
  ]]);
  assert.equal(left.length, 0, "the secrets went with the user");
});

test("the end of a new key lies ahead and within SENTINEL_API_KEY_TTL_MAX_DAYS, and is 90 days away unless it is said", async () => {
  const { call } = await userWith();
  const codeOf = async (expires_at: unknown) => (await (await create(call, { expires_at })).json()).errors?.[0].code;
  assert.equal(await codeOf(daysAhead(-1)), "past");
  assert.equal(await codeOf(daysAhead(367)), "too_late");
  assert.equal(await codeOf(null), "too_late");
  assert.equal(await codeOf(daysAhead(365)), undefined);
  const { expires_at, created_at } = await (await create(call, {})).json();
  const days = (Date.parse(expires_at) - Date.parse(created_at)) / 86_400_000;
  assert.ok(Math.abs(days - 90) < 0.01, `${days} days`);
});

test("a user has at most SENTINEL_API_KEYS_PER_USER_MAX live keys, however many are created at once", async () => {
  const { id, call } = await userWith();
  for (let n = 0; n < 48; n++) await newKey(sentinel, id);
  const statuses = (await Promise.all(Array.from({ length: 6 }, () => create(call, {})))).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [201, 201, 409, 409, 409, 409]);
  const { items } = await (await call("/users/me/api-keys?page_size=1")).json();
  await call(`/users/me/api-keys/${items[0].id}`, { method: "DELETE" });
  assert.equal((await create(call, {})).status, 201);
});

test("GET /users/me/api-keys lists every key once, newest first, page by page", async () => {
  const { id, call } = await userWith();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.unshift((await newKey(sentinel, id)).id);
  const seen: string[] = [];
  for (let target: string | undefined = "/users/me/api-keys?page_size=2"; target;) {
    const response = await call(target);
    seen.push(...(await response.json()).items.map((key: { id: string }) => key.id));
    target = /^<(.*)>/.exec(response.headers.get("link") ?? "")?.[1];
  }
  assert.deepEqual(seen, ids);
});

test("an administrator sees and revokes the keys of users who hold no more than they do", async () => {
  const [clerk, plain, boss] = [
    await userWith("api_keys:read", "api_keys:revoke"),
    await userWith(),
    await userWith("ledger:read"),
  ];
  const [one, two, bosses] = [
    await newKey(sentinel, plain.id),
    await newKey(sentinel, plain.id),
    await newKey(sentinel, boss.id),
  ];
  const { items } = await (await clerk.call(`/users/${plain.id}/api-keys`)).json();
  assert.deepEqual(items.map((key: { id: string }) => key.id), [two.id, one.id]);
  assert.equal((await clerk.call(`/users/${crypto.randomUUID()}/api-keys`)).status, 404);
  assert.equal((await clerk.call(`/users/${boss.id}/api-keys`, { method: "DELETE" })).status, 403);
  assert.equal((await clerk.call(`/users/${boss.id}/api-keys/${bosses.id}`, { method: "DELETE" })).status, 403);
  assert.equal((await clerk.call(`/users/${plain.id}/api-keys/${bosses.id}`, { method: "DELETE" })).status, 404);
  assert.equal(await status(bosses.key), 200);
  assert.equal((await clerk.call(`/users/${plain.id}/api-keys/${one.id}`, { method: "DELETE" })).status, 204);
  assert.deepEqual([await status(one.key), await status(two.key)], [401, 200]);
  assert.equal((await clerk.call(`/users/${plain.id}/api-keys`, { method: "DELETE" })).status, 204);
  assert.equal(await status(two.key), 401);
});

test("what a key did names the key in the audit log", async () => {
  const { id } = await userWith("permissions:write");
  const key = await newKey(sentinel, id, ["permissions:write"]);
  const name = `sweep:k${crypto.randomUUID()}`;
  assert.equal((await withToken(key.key)("/permissions", { json: { name } })).status, 201);
  const [event] = await db.query<{ actor_id: string; facts: object }>(
    "test",
    "select actor_id, facts from audit_events where subject_id = $1",
    [name],
  );
  assert.deepEqual([event!.actor_id, event!.facts], [id, { by_api_key: key.id, description: "" }]);
});

test("the last use is stored within a minute, of the key and of its secret, by one statement", async () => {
  const { id, call } = await userWith();
  const [used, unused] = [await newKey(sentinel, id), await newKey(sentinel, id)];
  const before = Date.now();
  await status(used.key);
  await sentinel.keyUses.flush();
  const shown = async (key: { id: string }) => await (await call(`/users/me/api-keys/${key.id}`)).json();
  const { last_used_at, secrets } = await shown(used);
  assert.ok(Math.abs(Date.parse(last_used_at) - before) < 10_000, last_used_at);
  assert.equal(Date.parse(secrets[0].last_used_at), Date.parse(last_used_at));
  assert.equal((await shown(unused)).last_used_at, null);
});

test("keys that ended 30 days ago are purged with their secrets, and no others", async () => {
  const { id, call } = await userWith();
  const [gone, recent, live] = [await newKey(sentinel, id), await newKey(sentinel, id), await newKey(sentinel, id)];
  for (const [key, days] of [[gone, 31], [recent, 29]] as const) {
    const text = "update api_keys set revoked_at = now() - make_interval(days => $2) where id = $1";
    await db.query("test", text, [key.id, days]);
  }
  const { purgeApiKeys } = await import("./ended_keys.ts");
  await purgeApiKeys(db);
  const { items } = await (await call("/users/me/api-keys")).json();
  assert.deepEqual(items.map((key: { id: string }) => key.id), [live.id, recent.id]);
  const secrets = await db.query<{ owner_id: string }>(
    "test",
    "select owner_id from secrets where owner_id = any($1)",
    [
      [gone.id, recent.id, live.id],
    ],
  );
  assert.deepEqual(secrets.map(({ owner_id }) => owner_id).sort(), [recent.id, live.id].sort());
});

test("sentinel_api_keys counts the keys that are live, those in use that end soon, and those that nothing uses", async () => {
  const { id } = await userWith();
  const [ending, unused, revoked] = [
    await newKey(sentinel, id),
    await newKey(sentinel, id),
    await newKey(sentinel, id),
  ];
  const counts = async () => {
    await sentinel.keyCount.take();
    const text = await sentinel.instruments.expose();
    const states = ["live", "expiring", "unused"];
    return states.map((state) =>
      Number(new RegExp(`^sentinel_api_keys\\{state="${state}"\\} (\\d+)$`, "m").exec(text)![1])
    );
  };
  const [live, expiring, idle] = await counts() as [number, number, number];
  const change = (set: string, key: { id: string }) =>
    db.query("test", `update api_keys set ${set} where id = $1`, [key.id]);
  await change("expires_at = now() + interval '3 days', last_used_at = now()", ending);
  await change("last_used_at = now() - interval '91 days'", unused);
  await change("revoked_at = now()", revoked);
  assert.deepEqual(await counts(), [live - 1, expiring + 1, idle + 1]);
});
