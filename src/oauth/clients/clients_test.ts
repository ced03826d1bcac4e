import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { askForToken, newApiResource, newClient } from "../../testing/people/clients.ts";
import { callsWith, createRole, loggedIn } from "../../testing/people/people.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);

/** A user who may write clients and holds these permissions too. */
const clientWriter = async (...permissions: string[]) =>
  await loggedIn(
    sentinel,
    await createRole(sentinel, { permissions: ["clients:write", "clients:read", ...permissions] }),
  );

const patch = (json: unknown, headers = {}) => ({ method: "PATCH", json, headers });

test("POST /clients creates a client with a service account, and shows its secret once", async () => {
  const created = await ada("/clients", { json: { name: "backup", scopes: ["users:read"], roles: ["user"] } });
  const { client_secret, ...client } = await created.json();
  assert.equal(created.headers.get("location"), `/clients/${client.id}`);
  assert.match(client_secret, /^snt_cs_[0-9A-Za-z]{71}$/);
  const { created_at: _, ...shown } = client;
  assert.deepEqual(shown, {
    id: client.id,
    source: "admin",
    url: null,
    client_uri: null,
    name: "backup",
    grant_types: ["client_credentials"],
    scopes: ["users:read"],
    own_api: true,
    resources: [],
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    jwks: null,
    jwks_uri: null,
    token_endpoint_auth_signing_alg: null,
    token_endpoint_audience: false,
    redirect_uris: [],
    post_logout_redirect_uris: [],
    id_token_signed_response_alg: "RS256",
    first_party: false,
    require_pkce: true,
    require_pushed_authorization_requests: false,
    native_localhost: false,
    refresh_id_token: true,
    dpop_bound_access_tokens: false,
    backchannel_logout_uri: null,
    backchannel_logout_session_required: false,
    service_account_id: client.service_account_id,
    created_by: await sentinel.settled("ada"),
    last_used_at: null,
    disabled_at: null,
    tokens_not_before: null,
  });
  const read = await ada(`/clients/${client.id}`);
  assert.deepEqual(await read.json(), client);
  assert.deepEqual((await (await ada("/clients?page_size=1")).json()).items, [client], "the newest is first");
  const account = await (await ada(`/service-accounts/${client.service_account_id}`)).json();
  assert.deepEqual([account.name, account.roles], [`client-${client.id}`, ["user"]]);
  const { items } = await (await ada(`/clients/${client.id}/secrets`)).json();
  assert.deepEqual([items.length, items[0].hint], [1, client_secret.slice(-4)]);
  for (const path of ["", "/secrets", "/refusals"]) {
    assert.ok(!(await (await ada(`/clients/${client.id}${path}`)).text()).includes(client_secret.slice(8, 60)));
  }
});

test("POST /clients gives a client that only introspects no service account", async () => {
  const uri = `https://${crypto.randomUUID()}.example.com`;
  await newApiResource(sentinel, { uri });
  const client = await (await ada("/clients", { json: { name: "api", grant_types: [], resources: [uri] } })).json();
  assert.deepEqual([client.service_account_id, client.own_api, client.resources], [null, false, [uri]]);
  const machine = await (await ada(`/clients/${client.id}`, patch({ grant_types: ["client_credentials"] }))).json();
  assert.notEqual(machine.service_account_id, null, "it gets one once it may use client credentials");
});

test("POST /clients refuses unknown scopes, APIs and roles", async () => {
  const pointers: string[] = [];
  for (
    const member of [{ scopes: ["nothing:known"] }, { resources: ["https://x.example.com"] }, { roles: ["nobody"] }]
  ) {
    const refused = await ada("/clients", { json: { name: "x", ...member } });
    assert.equal(refused.status, 422);
    pointers.push(...(await refused.json()).errors.map(({ pointer }: { pointer: string }) => pointer));
  }
  assert.deepEqual(pointers, ["#/scopes", "#/resources", "#/roles"]);
});

test("no one gives a client more than they hold: at its creation, in a change, by a secret or a role", async () => {
  const writer = await clientWriter("roles:read");
  const status = async (path: string, init = {}) => (await writer.call(path, init)).status;
  assert.equal(await status("/clients", { json: { name: "x", scopes: ["users:read"] } }), 403);
  const reader = await createRole(sentinel, { permissions: ["users:read"] });
  assert.equal(await status("/clients", { json: { name: "x", roles: [reader] } }), 403);
  const own = await (await writer.call("/clients", { json: { name: "x", scopes: ["roles:read"] } })).json();
  assert.equal(await status(`/clients/${own.id}`, patch({ scopes: ["users:read"] })), 403);
  assert.equal(await status(`/clients/${own.id}`, patch({ name: "y" })), 200);

  const more = await newClient(sentinel, { scopes: ["users:read"], roles: [reader] });
  assert.equal(await status(`/clients/${more.id}`, patch({ name: "mine" })), 403);
  assert.equal(await status(`/clients/${more.id}/secrets`, { json: {} }), 403);
  assert.equal(await status(`/clients/${more.id}/tokens`, { method: "DELETE" }), 403);
  assert.equal(await status(`/clients/${more.id}`, { method: "DELETE" }), 403);
  const wider = await newClient(sentinel, { scopes: ["users:read"] });
  assert.equal(await status(`/clients/${wider.id}/secrets`, { json: {} }), 403, "its scopes count as well");
});

test("a scope of an API that is also a permission must be held by who gives it", async () => {
  const uri = `https://${crypto.randomUUID()}.example.com`;
  await newApiResource(sentinel, { uri, scopes: ["users:read", "pictures:read"] });
  const writer = await clientWriter();
  const create = async (scope: string) =>
    (await writer.call("/clients", { json: { name: "x", scopes: [scope], resources: [uri] } })).status;
  assert.deepEqual([await create("pictures:read"), await create("users:read")], [201, 403]);
});

test("a credential with scopes manages no clients, as their secrets would outlive it", async () => {
  const adaId = await sentinel.settled("ada");
  const { key } = await newKey(sentinel, adaId, ["clients:write", "clients:read", "api_resources:write"]);
  const call = callsWith(sentinel, key);
  const { id } = await newClient(sentinel);
  assert.equal((await call("/clients", { json: { name: "x" } })).status, 403);
  assert.equal((await call(`/clients/${id}`, patch({ name: "x" }))).status, 403);
  assert.equal((await call(`/clients/${id}/secrets`, { json: {} })).status, 403);
  assert.equal((await call(`/clients/${id}`, { method: "DELETE" })).status, 403);
  assert.equal((await call(`/clients/${id}`)).status, 200);
  assert.equal((await call(`/clients/${id}/tokens`, { method: "DELETE" })).status, 204, "but it may end their tokens");
});

test("PATCH and DELETE /clients/{id} take only the state that If-Match names", async () => {
  const { id } = await newClient(sentinel);
  const etag = (await ada(`/clients/${id}`)).headers.get("etag")!;
  assert.equal((await ada(`/clients/${id}`, patch({ name: "a" }, { "if-match": etag }))).status, 200);
  assert.equal((await ada(`/clients/${id}`, patch({ name: "b" }, { "if-match": etag }))).status, 412);
  assert.equal((await ada(`/clients/${id}`, { method: "DELETE", headers: { "if-match": etag } })).status, 412);
});

test("DELETE /clients/{id} deletes its service account and its secrets; the account alone cannot be deleted", async () => {
  const { id, account } = await newClient(sentinel);
  const refused = await ada(`/service-accounts/${account}`, { method: "DELETE" });
  assert.deepEqual([refused.status, (await refused.json()).type], [409, "/problems/service_account_in_use"]);
  assert.equal((await ada(`/clients/${id}`, { method: "DELETE" })).status, 204);
  for (
    const path of [
      `/clients/${id}`,
      `/clients/${id}/secrets`,
      `/clients/${id}/refusals`,
      `/service-accounts/${account}`,
    ]
  ) {
    assert.equal((await ada(path)).status, 404, path);
  }
  const rows = await sentinel.db.query("test", "select from secrets where owner_id = $1", [id]);
  assert.equal(rows.length, 0);
});

test("POST /clients/{id}/secrets lets two secrets work, never three, and the first one ends", async () => {
  const client = await newClient(sentinel);
  const rotated = await ada(`/clients/${client.id}/secrets`, { json: {} });
  const { client_secret: second, id: secondId } = await rotated.json();
  const works = async (secret: string) => (await askForToken(sentinel, { ...client, secret })).status === 200;
  assert.deepEqual([await works(client.secret), await works(second)], [true, true]);
  assert.equal((await ada(`/clients/${client.id}/secrets`, { json: {} })).status, 409);
  const { items } = await (await ada(`/clients/${client.id}/secrets`)).json();
  assert.equal(items.length, 2);
  assert.equal(items[0].id, secondId);
  assert.equal((await ada(`/clients/${client.id}/secrets/${items[1].id}`, { method: "DELETE" })).status, 204);
  assert.deepEqual([await works(client.secret), await works(second)], [false, true]);
  assert.equal((await ada(`/clients/${client.id}/secrets/${items[1].id}`, { method: "DELETE" })).status, 404);
  assert.equal((await ada(`/clients/${client.id}/secrets`, { json: { overlap_seconds: 0 } })).status, 201);
  assert.equal(await works(second), false, "without an overlap it ends at once");
});

test("20 rotations of one client at once leave two secrets", async () => {
  const { id } = await newClient(sentinel);
  const all = await Promise.all(
    Array.from({ length: 20 }, () => sentinel.clientSecrets.rotate(id, 60, localActor).then(() => 1, () => 0)),
  );
  assert.equal(all.reduce<number>((sum, one) => sum + one, 0), 1);
  assert.equal((await sentinel.clientSecrets.list(id)).length, 2);
});

test("POST /api-keys/revoke-leaked deletes a client's secret that was found in public", async () => {
  const client = await newClient(sentinel);
  assert.equal((await sentinel.fetch("/api-keys/revoke-leaked", { form: { token: client.secret } })).status, 204);
  assert.equal((await askForToken(sentinel, client)).status, 401);
  const [event] = await sentinel.db.query<{ facts: unknown }>(
    "test",
    "select facts from audit_events where subject_id = $1 and action = 'client.secret_deleted'",
    [client.id],
  );
  assert.deepEqual(event!.facts, { leaked: true });
});

test("a use of a secret is stored, without a statement for each", async () => {
  const client = await newClient(sentinel);
  await askForToken(sentinel, client);
  await sentinel.keyUses.flush();
  const [secret] = await sentinel.clientSecrets.list(client.id);
  assert.notEqual(secret!.last_used_at, null);
});

test("GET /clients/{id}/refusals lists why requests were refused, without secrets, the latest first", async () => {
  const client = await newClient(sentinel, { scopes: ["users:read"] });
  const stranger = await newClient(sentinel);
  for (let n = 0; n < 2; n++) await askForToken(sentinel, { ...client, secret: stranger.secret });
  await askForToken(sentinel, client, { scope: "roles:write" });
  await askForToken(sentinel, client, { resource: "https://unknown.example.com" });
  await askForToken(sentinel, { ...stranger, id: crypto.randomUUID() });
  await sentinel.clientRefusals.flush();
  const { items } = await (await ada(`/clients/${client.id}/refusals`)).json();
  const reasons = Object.fromEntries(
    items.map(({ reason, count }: { reason: string; count: number }) => [reason, count]),
  );
  assert.deepEqual(reasons, {
    "the secret of another client": 2,
    "scope not allowed: roles:write": 1,
    "resource not allowed: https://unknown.example.com": 1,
  });
  assert.ok(!JSON.stringify(items).includes("snt_"));
});

test("a client keeps its 50 latest refusals, however many it causes", async () => {
  const client = await newClient(sentinel);
  for (let n = 0; n < 60; n++) {
    await askForToken(sentinel, client, { scope: `s${n}` });
    if (n % 20 === 19) await sentinel.clientRefusals.flush();
  }
  const kept = await sentinel.clientRefusals.list(client.id);
  assert.equal(kept.length, 50);
  const [row] = await sentinel.db.query<{ count: number }>(
    "test",
    "select count(*)::int as count from client_refusals where client_id = $1",
    [client.id],
  );
  assert.equal(row!.count, 50);
});
