import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newApplication, newVisitor, signedInWith } from "../../testing/people/applications.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { basic, newApiResource, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { callsWith, createRole, loggedIn } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { purgeUnusedClients } from "./unused_clients.ts";

const settings = { SENTINEL_CLIENT_REGISTRATION: "open" };
const sentinel = await startSentinel({ lasting: false, settings });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const path = "/oauth/register";
const callback = "https://notes.example.com/callback";
const register = (json: unknown, headers = {}, at = sentinel) => at.fetch(path, { json, headers });

async function registered(json: Record<string, unknown>) {
  const answer = await register(json);
  assert.equal(answer.status, 201, await answer.clone().text());
  return await answer.json();
}

const errorOf = async (answer: Response) => [answer.status, (await answer.json()).error];

test("POST /oauth/register answers exactly what was taken, and no cache keeps it", async () => {
  const answer = await register({
    client_name: "Notes",
    client_uri: "https://notes.example.com",
    redirect_uris: [callback],
    post_logout_redirect_uris: ["https://notes.example.com/bye"],
    grant_types: ["authorization_code", "refresh_token", "client_credentials", "implicit"],
    response_types: ["code", "id_token"],
    token_endpoint_auth_method: "client_secret_post",
    scope: "openid email users:write nonsense",
    contacts: ["a@example.com"],
    logo_uri: "https://notes.example.com/logo.png",
    first_party: true,
    own_api: true,
    resources: ["https://api.example.com"],
    require_pkce: false,
    software_statement: "a.b.c",
    "client_name#de": "Notizen",
  });
  assert.deepEqual([answer.status, answer.headers.get("cache-control")], [201, "no-store"]);
  const { client_id, client_id_issued_at, client_secret, ...rest } = await answer.json();
  assert.match(client_secret, /^snt_cs_/);
  assert.ok(Number.isInteger(client_id_issued_at));
  assert.deepEqual(rest, {
    client_secret_expires_at: 0,
    client_name: "Notes",
    client_uri: "https://notes.example.com",
    redirect_uris: [callback],
    post_logout_redirect_uris: ["https://notes.example.com/bye"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_post",
    application_type: "web",
    scope: "email openid",
    id_token_signed_response_alg: "RS256",
    dpop_bound_access_tokens: false,
    require_pushed_authorization_requests: false,
  });
  const { created_at: _, ...stored } = await sentinel.oauthClients.find(client_id);
  const { source, first_party, own_api, resources, require_pkce, service_account_id, created_by } = stored;
  assert.deepEqual(
    { source, first_party, own_api, resources, require_pkce, service_account_id, created_by },
    {
      ...{ source: "dynamic", first_party: false, own_api: false, resources: [], require_pkce: true },
      ...{ service_account_id: null, created_by: null },
    },
  );
});

test("POST /oauth/register has the defaults of RFC 7591 section 2, and takes null as absent", async () => {
  const { grant_types, token_endpoint_auth_method, application_type, client_name, ...rest } = await registered({
    redirect_uris: [callback],
    client_name: null,
    scope: null,
    token_endpoint_auth_method: null,
  });
  assert.deepEqual([grant_types, token_endpoint_auth_method, application_type, client_name], [
    ["authorization_code"],
    "client_secret_basic",
    "web",
    "https://notes.example.com",
  ]);
  assert.ok(!("scope" in rest));
});

test("POST /oauth/register makes a public client on the user's device native: any port of localhost will do", async () => {
  const { client_id, application_type, client_secret } = await registered({
    redirect_uris: ["http://localhost:3118/callback", "com.example.notes:/callback"],
    token_endpoint_auth_method: "none",
  });
  assert.deepEqual([application_type, client_secret], ["native", undefined]);
  assert.equal((await sentinel.oauthClients.find(client_id)).native_localhost, true);
});

test("POST /oauth/register makes a client native whose redirect URIs are all on the user's device, also with a secret", async () => {
  const { client_id, application_type, client_secret } = await registered({
    redirect_uris: ["http://localhost:4242", "edu.kit.data.oidc-agent:/redirect"],
    application_type: "web", // as oidc-agent says
  });
  assert.deepEqual([application_type, typeof client_secret], ["native", "string"]);
  assert.equal((await sentinel.oauthClients.find(client_id)).native_localhost, false);
  const onLocalhost = { redirect_uris: ["http://localhost:4242"], application_type: "web" };
  assert.equal((await registered(onLocalhost)).application_type, "web");
});

test("T227 POST /oauth/register refuses redirect URIs, and stores nothing", async () => {
  const before = await rowCounts(sentinel);
  const refused = [
    ...["http://notes.example.com/callback", `${callback}#fragment`, "https://*.example.com/", "javascript:alert(1)"],
    ...["https://user@notes.example.com/", "https://notes.example.com./", "https://notes.example.com/%2e%2e/x/../y"],
    ...["data:text/html,x", "notes:/callback", "/callback", "", " https://notes.example.com/", 7],
  ];
  for (const uri of refused) {
    assert.deepEqual(await errorOf(await register({ redirect_uris: [callback, uri] })), [400, "invalid_redirect_uri"]);
  }
  for (const redirect_uris of [undefined, null, [], callback, Array(51).fill(callback)]) {
    assert.deepEqual(await errorOf(await register({ redirect_uris })), [400, "invalid_redirect_uri"]);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("POST /oauth/register refuses metadata that cannot be granted, and stores nothing", async () => {
  const before = await rowCounts(sentinel);
  const refused: Record<string, unknown>[] = [
    { grant_types: ["client_credentials"] },
    { grant_types: ["implicit"], response_types: ["id_token"] },
    { grant_types: ["password"] },
    { response_types: ["token"] },
    { token_endpoint_auth_method: "client_secret_jwt" },
    { token_endpoint_auth_method: ["none"] },
    { id_token_signed_response_alg: "none" },
    { application_type: "service" },
    { client_name: 7 },
    { scope: ["openid"] },
    { post_logout_redirect_uris: ["http://notes.example.com/"] },
  ];
  for (const members of refused) {
    const answer = await register({ redirect_uris: [callback], ...members });
    assert.deepEqual(await errorOf(answer), [400, "invalid_client_metadata"], JSON.stringify(members));
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("POST /oauth/register takes what is invisible out of names, and cuts long ones", async () => {
  const { client_name } = await registered({
    redirect_uris: [callback],
    client_name: `  Le\u202edger\u200b\u0007  Two ${"x".repeat(200)}`,
  });
  assert.equal(client_name, `Ledger Two ${"x".repeat(89)}`);
});

test("a client that registered itself gets the APIs that are open to such clients, and loses those that are closed", async () => {
  const uri = "https://notes.example.com/api";
  const id = await newApiResource(sentinel, { uri, scopes: ["notes:read", "notes:write"] });
  const { client_id } = await registered({ redirect_uris: [callback] });
  const narrow = (await registered({ redirect_uris: [callback], scope: "openid notes:read" })).client_id;
  const access = async (id: string) => {
    const { resources, scopes } = (await sentinel.clients.get(id))!;
    return [[...resources.keys()].includes(uri), scopes.has("notes:write"), scopes.has("notes:read")];
  };
  assert.deepEqual(await access(client_id), [false, false, false]);
  const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);
  const open = async (open_to_dynamic: boolean) => {
    const headers = { "if-match": (await ada(`/resources/${id}`)).headers.get("etag")! };
    const changed = await ada(`/resources/${id}`, { method: "PATCH", json: { open_to_dynamic }, headers });
    assert.equal(changed.status, 200);
  };
  await open(true);
  assert.deepEqual(await access(client_id), [true, true, true]);
  assert.deepEqual(await access(narrow), [true, false, false], "it did not ask for a scope that was open then");
  const later = (await registered({ redirect_uris: [callback], scope: "openid notes:read" })).client_id;
  assert.deepEqual(await access(later), [true, true, true], "who asked for a scope of an open API may ask for more");
  await open(false);
  assert.deepEqual(await access(client_id), [false, false, false]);
});

test("T252 a client that registered itself learns nothing of the tokens that others have for an API that is open to it", async () => {
  const uri = `https://${crypto.randomUUID()}.example.com`;
  const id = await newApiResource(sentinel, { uri });
  await sentinel.apiResources.change(id, { open_to_dynamic: true }, () => true, localActor);
  const { client_id, client_secret } = await registered({ redirect_uris: [callback] });
  const stranger = basic({ id: client_id, secret: client_secret });
  const service = await newClient(sentinel, { own_api: false, resources: [uri], scopes: ["documents:read"] });
  const token = await tokenOfClient(sentinel, service);
  const described = async (headers: Record<string, string>) =>
    (await (await sentinel.fetch("/oauth/introspect", { form: { token }, headers })).json()).active;
  assert.deepEqual([await described(stranger), await described(basic(service))], [false, true]);
  await sentinel.oauthClients.endTokens(service.id, localActor);
  const listed = async (headers: Record<string, string>) => {
    sentinel.revocationFeed.forget();
    return (await (await sentinel.fetch("/revocations", { headers })).json()).items.length;
  };
  assert.deepEqual([await listed(stranger), await listed(basic(service))], [0, 1]);
});

test("the pages of the sign-out name the place to which a client that registered itself leads, not what it calls itself", async () => {
  const bye = "https://notes.example.com/bye";
  const { client_id } = await registered({
    ...{ client_name: "Bank of Ledger", redirect_uris: [callback], post_logout_redirect_uris: [bye] },
  });
  const query = new URLSearchParams({ client_id, post_logout_redirect_uri: bye });
  const html = await (await sentinel.fetch(`/signout?${query}`)).text();
  assert.deepEqual(
    [html.includes("Bank of Ledger"), /return to https:..notes\.example\.com/.test(html)],
    [false, true],
    html,
  );
});

testOnPostgres("POST /oauth/register limits an address, and says when to come back", async () => {
  await using limited = await startSentinel({
    lasting: false,
    settings: { ...settings, SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_CLIENT_REGISTRATION: "2/3600" },
  });
  const statuses = [];
  for (let time = 0; time < 3; time++) {
    const answer = await register({ redirect_uris: [callback] }, {}, limited);
    statuses.push([answer.status, answer.headers.has("retry-after")]);
  }
  assert.deepEqual(statuses, [[201, false], [201, false], [429, true]]);
});

testOnPostgres(
  "POST /oauth/register fills the database no further: what nobody used makes room after an hour",
  async () => {
    await using small = await startSentinel({
      lasting: false,
      settings: { ...settings, SENTINEL_CLIENT_REGISTRATION_MAX: "2" },
    });
    const first = (await (await register({ redirect_uris: [callback] }, {}, small)).json()).client_id;
    await register({ redirect_uris: [callback] }, {}, small);
    const full = await register({ redirect_uris: [callback] }, {}, small);
    assert.deepEqual([full.status, full.headers.get("retry-after")], [503, "3600"]);
    await small.db.query("test", "update clients set created_at = now() - interval '2 hours' where id = $1", [first]);
    assert.equal((await register({ redirect_uris: [callback] }, {}, small)).status, 201);
    const rows = await small.db.query<{ id: string }>("test", "select id from clients", []);
    assert.deepEqual([rows.length, rows.some(({ id }) => id === first)], [2, false]);
  },
);

testOnPostgres(
  "POST /oauth/register with the setting token takes the token or key of who holds clients:register (RFC 7591 section 3)",
  async () => {
    await using invited = await startSentinel({ lasting: false, settings: { SENTINEL_CLIENT_REGISTRATION: "token" } });
    const body = { redirect_uris: [callback] };
    const before = await rowCounts(invited);
    const missing = await register(body, {}, invited);
    assert.deepEqual([missing.status, missing.headers.get("www-authenticate")?.startsWith("Bearer")], [401, true]);
    const stranger = await loggedIn(invited, await createRole(invited, { permissions: ["users:read"] }));
    assert.equal((await stranger.call(path, { json: body })).status, 403);
    const writer = await loggedIn(invited, await createRole(invited, { permissions: ["clients:register"] }));
    assert.equal((await writer.call(path, { json: body })).status, 201);
    const clients = (await rowCounts(invited)).clients;
    assert.equal(clients, (before.clients ?? 0) + 1);
    const ada = await invited.settled("ada");
    const { key } = await newKey(invited, ada, ["clients:register"]);
    const { key: other } = await newKey(invited, ada, ["clients:read"]);
    const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
    assert.equal((await register(body, bearer(key), invited)).status, 201);
    assert.equal((await register(body, bearer(other), invited)).status, 403);
  },
);

testOnPostgres("POST /oauth/register is not there by default, and discovery does not name it", async () => {
  await using closed = await startSentinel({ lasting: false, settings: { SENTINEL_CLIENT_REGISTRATION: "off" } });
  assert.equal((await register({ redirect_uris: [callback] }, {}, closed)).status, 404);
  const metadata = await (await closed.fetch("/.well-known/oauth-authorization-server")).json();
  assert.ok(!("registration_endpoint" in metadata));
});

test("PATCH /clients/{id} gives a client that registered itself nothing that strangers must not have", async () => {
  const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);
  const { client_id } = await registered({ redirect_uris: [callback] });
  const at = `/clients/${client_id}`;
  const etag = (await ada(at)).headers.get("etag")!;
  const patch = (json: unknown) => ada(at, { method: "PATCH", json, headers: { "if-match": etag } });
  for (const json of [{ first_party: true }, { own_api: true }, { grant_types: ["client_credentials"] }]) {
    assert.equal((await patch(json)).status, 422, JSON.stringify(json));
  }
  assert.equal((await patch({ name: "Renamed", redirect_uris: [`${callback}2`] })).status, 200);
});

test("clients that nobody used for 30 days are deleted, with what users allowed them", async () => {
  const clients: { client_id: string; client_secret: string }[] = [];
  for (let n = 0; n < 3; n++) clients.push(await registered({ redirect_uris: [callback] }));
  const ids = clients.map(({ client_id }) => client_id);
  const [unused, young, used] = ids as [string, string, string];
  const admin = (await newApplication(sentinel)).id;
  await sentinel.db.query("test", "update clients set created_at = now() - interval '31 days' where id = any($1)", [
    [unused, used, admin],
  ]);
  const visitor = await newVisitor(sentinel);
  await sentinel.db.query(
    "test",
    "insert into consents (user_id, client_id, scopes, resources) select $1, unnest($2::uuid[]), '{}', '{}'",
    [visitor.userId, [unused, used]],
  );
  const application = { name: "Notes", secret: clients[2]!.client_secret, redirectUri: callback, isPublic: false };
  assert.ok((await signedInWith(sentinel, { ...application, id: used }, visitor)).access_token);
  await purgeUnusedClients(sentinel.db);
  const left = await sentinel.db.query<{ id: string; last_used_at: Date | null }>(
    "test",
    "select id, last_used_at from clients where id = any($1) order by id",
    [[...ids, admin]],
  );
  assert.deepEqual(left.map(({ id }) => id), [young, used, admin].sort());
  assert.ok(left.find(({ id }) => id === used)!.last_used_at, "its last use is noted");
  const rows = await sentinel.db.query("test", "select from consents where client_id = $1", [unused]);
  assert.equal(rows.length, 0);
});
