import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, refresh } from "../../testing/people/sessions.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

for (const name of ["ledger:read", "ledger:write"]) await sentinel.permissionRegistry.register(name, "", localActor);

const callWith = (credential: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { authorization: `Bearer ${credential}` } });

async function newRole(...permissions: string[]): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await sentinel.roles.create({ name, description: "", permissions, parents: [] }, localActor);
  return name;
}

async function userWith(...roles: string[]) {
  const { id } = await newcomer(sentinel, { roles });
  const { access_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  return { id, call: callWith(access_token) };
}

const newAccount = (...roles: string[]) =>
  sentinel.serviceAccounts.create({ name: `s${crypto.randomUUID()}`.slice(0, 40), description: "", roles }, localActor);

const office = await newRole("service_accounts:read", "service_accounts:write");
const ledger = await newRole("ledger:read", "users:read");

test("a service account's key acts for the account, is listed and rotated there, and ends with it", async () => {
  const { id } = await newAccount(ledger);
  const clerk = await userWith(office, ledger);
  const path = `/service-accounts/${id}/api-keys`;
  const response = await clerk.call(path, { json: { name: "nightly", scopes: ["users:read"] } });
  const { id: keyId, key, created_by } = await response.json();
  assert.deepEqual([response.status, response.headers.get("location")], [201, `${path}/${keyId}`]);
  assert.match(key, /^snt_svc_[0-9A-Za-z]{71}$/);
  assert.equal(created_by, clerk.id);
  assert.equal((await callWith(key)("/users")).status, 200);
  assert.equal((await callWith(key)("/roles")).status, 403);
  assert.equal((await callWith(key.replace("snt_svc_", "snt_pat_"))("/users")).status, 401);
  assert.equal((await (await clerk.call(path)).json()).items[0].id, keyId);
  const rotated = await (await clerk.call(`${path}/${keyId}/secrets`, { json: {} })).json();
  assert.equal((await callWith(rotated.key)("/users")).status, 200);
  const older = `${path}/${keyId}/secrets/${rotated.secrets[1].id}`;
  assert.equal((await clerk.call(older, { method: "DELETE" })).status, 204);
  assert.deepEqual([(await callWith(key)("/users")).status, (await callWith(rotated.key)("/users")).status], [
    401,
    200,
  ]);
  await sentinel.serviceAccounts.change(id, { disabled: true }, () => true, localActor);
  assert.equal((await callWith(rotated.key)("/users")).status, 401);
});

test("T171 keys of a service account take authority over it, and each scope for as long as the key lives", async () => {
  const { id } = await newAccount(ledger);
  const path = `/service-accounts/${id}/api-keys`;
  const [weak, passing, clerk] = [
    await userWith(office),
    await userWith(office, ledger),
    await userWith(office, ledger),
  ];
  const { row } = await sentinel.apiKeys.create(
    { id, kind: "service" },
    { name: "its", scopes: ["ledger:read"] },
    localActor,
  );
  const before = await rowCounts(sentinel);
  const json = { name: "mine", scopes: [] };
  assert.equal((await weak.call(path, { json })).status, 403, "holds less than the account");
  assert.equal((await weak.call(`${path}/${row.id}/secrets`, { json: {} })).status, 403);
  assert.equal((await weak.call(`${path}/${row.id}`, { method: "DELETE" })).status, 403);
  assert.equal((await clerk.call(path, { json: { ...json, scopes: ["ledger:write"] } })).status, 403);
  const inAnHour = new Date(Date.now() + 3_600_000);
  await sentinel.grants.grant(passing.id, ledger, inAnHour, () => Promise.resolve(), localActor);
  const until = (expires_at: Date) => passing.call(path, { json: { ...json, scopes: ["ledger:read"], expires_at } });
  assert.equal((await until(new Date(inAnHour.getTime() + 1))).status, 403, "outlasts the grant");
  assert.equal((await until(new Date(inAnHour.getTime() - 60_000))).status, 201);
  const after = await rowCounts(sentinel);
  assert.deepEqual([after.api_keys, after.secrets], [before.api_keys! + 1, before.secrets! + 1]);
});

test("a key creates, rotates and revokes no keys of service accounts, and those of people are not found there", async () => {
  const account = await newAccount();
  const { id: person } = await newcomer(sentinel, { roles: [office] });
  const { secret } = await sentinel.apiKeys.create(
    { id: person, kind: "person" },
    { name: "theirs", scopes: ["service_accounts:read", "service_accounts:write"] },
    localActor,
  );
  const { row } = await sentinel.apiKeys.create(
    { id: account.id, kind: "service" },
    { name: "its", scopes: [] },
    localActor,
  );
  const call = callWith(secret);
  const path = `/service-accounts/${account.id}/api-keys`;
  const before = await rowCounts(sentinel);
  assert.equal((await call(path)).status, 200);
  assert.equal((await call(path, { json: { name: "more", scopes: [] } })).status, 403);
  assert.equal((await call(`${path}/${row.id}/secrets`, { json: {} })).status, 403);
  assert.equal((await call(`${path}/${row.id}`, { method: "DELETE" })).status, 403);
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.equal((await call(`/service-accounts/${person}/api-keys`)).status, 404);
  const ada = callWith(await sentinel.tokenOf("ada"));
  assert.equal((await ada(`/users/${account.id}/api-keys`)).status, 404);
});
