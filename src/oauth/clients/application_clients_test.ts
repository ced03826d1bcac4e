import assert from "node:assert/strict";
import { errorOf } from "../../testing/people/applications.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApiResource, newClient } from "../../testing/people/clients.ts";
import { callsWith, createRole, loggedIn } from "../../testing/people/people.ts";

// Clients that users sign in to.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);

const callback = "https://app.example.com/callback";
const create = (wanted: object) => ada("/clients", { json: { name: "an application", ...wanted } });
const patch = (id: string, json: unknown) => ada(`/clients/${id}`, { method: "PATCH", json });
const isPublic = { token_endpoint_auth_method: "none" };

/** Where the problem is, and what it says. */
async function refusal(response: Response): Promise<[pointer: string, detail: string]> {
  assert.equal(response.status, 422);
  const { errors: [{ pointer, detail }] } = await response.json();
  return [pointer, detail];
}

test("POST /clients creates a client for users from its redirect_uris alone", async () => {
  const { client_secret, ...client } = await (await create({ redirect_uris: [callback] })).json();
  assert.match(client_secret, /^snt_cs_/);
  assert.deepEqual(client.grant_types, ["authorization_code", "refresh_token"]);
  assert.deepEqual(client.scopes, ["email", "openid", "profile"]);
  assert.deepEqual([client.own_api, client.service_account_id, client.first_party], [false, null, false]);
  assert.deepEqual([client.require_pkce, client.id_token_signed_response_alg], [true, "RS256"]);
});

test("POST /clients keeps every member of a client that is said, and redirect_uris as they are", async () => {
  const wanted = {
    grant_types: ["authorization_code", "client_credentials", "refresh_token"],
    scopes: ["offline_access", "openid", "roles", "users:read"],
    own_api: true,
    application_type: "native",
    redirect_uris: ["http://127.0.0.1/callback", "com.example.app:/b", "com.example.app:/a"],
    post_logout_redirect_uris: ["https://app.example.com/bye?x=%41"],
    id_token_signed_response_alg: "ES256",
    first_party: true,
    require_pkce: false,
    refresh_id_token: false,
    dpop_bound_access_tokens: true,
  };
  const { id } = await (await create(wanted)).json();
  const client = await (await ada(`/clients/${id}`)).json();
  for (const [member, value] of Object.entries(wanted)) assert.deepEqual(client[member], value, member);
  assert.notEqual(client.service_account_id, null);
});

test("POST /clients gives a public client neither a secret nor a service account", async () => {
  const client = await (await create({ ...isPublic, redirect_uris: [callback] })).json();
  assert.deepEqual([client.client_secret, client.service_account_id], [undefined, null]);
  assert.deepEqual((await (await ada(`/clients/${client.id}/secrets`)).json()).items, []);
  const refused = await ada(`/clients/${client.id}/secrets`, { json: {} });
  assert.deepEqual([refused.status, (await refused.json()).type], [409, "/problems/client_without_secret"]);
});

test("POST /clients stores client_secret_post as client_secret_basic, because every secret is taken in both ways", async () => {
  const post = { token_endpoint_auth_method: "client_secret_post", redirect_uris: [callback] };
  const client = await (await create(post)).json();
  assert.equal(client.token_endpoint_auth_method, "client_secret_basic");
  const inForm = { grant_type: "client_credentials", client_id: client.id, client_secret: client.client_secret };
  const refused = await sentinel.fetch("/oauth/token", { form: inForm });
  assert.equal((await refused.json()).error, "unauthorized_client", "it is authenticated");
});

const contradictions: Record<string, [wanted: object, pointer: string, detail: RegExp]> = {
  "authorization_code without a redirect URI": [
    { grant_types: ["authorization_code"] },
    "#/redirect_uris",
    /needs a redirect URI/,
  ],
  "refresh_token alone": [{ grant_types: ["refresh_token"] }, "#/grant_types", /needs authorization_code/],
  "client_credentials of a public client": [
    { ...isPublic, grant_types: ["authorization_code", "client_credentials"], redirect_uris: [callback] },
    "#/grant_types",
    /no secret/,
  ],
  "a public client that signs no one in": [{ ...isPublic, grant_types: [] }, "#/grant_types", /can only sign users in/],
  "a public client without PKCE": [
    { ...isPublic, redirect_uris: [callback], require_pkce: false },
    "#/require_pkce",
    /Only a client with a secret/,
  ],
  "a public client without a redirect URI": [isPublic, "#/redirect_uris", /needs a redirect URI/],
  "native_localhost of a web client": [
    { ...isPublic, redirect_uris: [callback], native_localhost: true },
    "#/native_localhost",
    /Only for an application_type native/,
  ],
  "the URI of a native application for a web client": [
    { redirect_uris: [callback, "com.example.app:/callback"] },
    "#/redirect_uris/1",
    /A web application needs https/,
  ],
  "a post_logout_redirect_uri with a fragment": [
    { redirect_uris: [callback], post_logout_redirect_uris: ["https://app.example.com/#bye"] },
    "#/post_logout_redirect_uris/0",
    /No fragment/,
  ],
};

for (const [what, [wanted, pointer, detail]] of Object.entries(contradictions)) {
  test(`POST /clients refuses ${what}, and names the member`, async () => {
    const [where, why] = await refusal(await create(wanted));
    assert.equal(where, pointer);
    assert.match(why, detail);
  });
}

test("POST /clients refuses more than 50 redirect_uris, longer ones, and unknown values", async () => {
  const many = Array.from({ length: 51 }, (_, n) => `${callback}/${n}`);
  const wanted = [
    { redirect_uris: many },
    { redirect_uris: [`${callback}?${"x".repeat(2_048)}`] },
    { redirect_uris: [callback], id_token_signed_response_alg: "none" },
    { redirect_uris: [callback], token_endpoint_auth_method: "client_secret_jwt" },
    { grant_types: ["implicit"] },
  ];
  const pointers = [];
  for (const each of wanted) pointers.push((await refusal(await create(each)))[0]);
  const [tooMany, tooLong, ...rest] = pointers;
  assert.deepEqual([tooMany, tooLong], ["#/redirect_uris", "#/redirect_uris/0"]);
  assert.deepEqual(rest, ["#/id_token_signed_response_alg", "#/token_endpoint_auth_method", "#/grant_types/0"]);
});

test("T227 POST /clients refuses a redirect_uri that is not of a website of its own, and stores nothing", async () => {
  const before = (await (await ada("/clients?page_size=1")).json()).items;
  for (
    const uri of ["http://app.example.com/", "javascript:alert(1)", "https://*.example.com/", "https://a@b.example/"]
  ) {
    assert.equal((await refusal(await create({ redirect_uris: [uri] })))[0], "#/redirect_uris/0", uri);
  }
  assert.deepEqual((await (await ada("/clients?page_size=1")).json()).items, before);
});

test("PATCH /clients/{id} changes redirect_uris at once, and the log says from what to what", async () => {
  const { id } = await newClient(sentinel, { redirect_uris: [callback] });
  assert.deepEqual((await sentinel.clients.get(id))!.redirect_uris, [callback]);
  const next = ["https://app.example.com/next", callback];
  const changed = await (await patch(id, { redirect_uris: next })).json();
  assert.deepEqual(changed.redirect_uris, next);
  assert.deepEqual((await sentinel.clients.get(id))!.redirect_uris, next);
  const [event] = await sentinel.db.query<{ facts: unknown }>(
    "test",
    "select facts from audit_events where subject_id = $1 and action = 'client.changed'",
    [id],
  );
  assert.deepEqual(event!.facts, { before: { redirect_uris: [callback] }, after: { redirect_uris: next } });
});

test("PATCH /clients/{id} refuses what contradicts what stays", async () => {
  const { id } = await newClient(sentinel, { redirect_uris: ["com.example.app:/x"], application_type: "native" });
  assert.equal((await refusal(await patch(id, { application_type: "web" })))[0], "#/redirect_uris/0");
  assert.equal((await refusal(await patch(id, { redirect_uris: [] })))[0], "#/redirect_uris");
  const machine = await newClient(sentinel);
  assert.equal((await refusal(await patch(machine.id, isPublic)))[0], "#/grant_types");
});

test("PATCH /clients/{id} disables also a client whose redirect_uris a rule refuses today", async () => {
  const { id } = await newClient(sentinel, { redirect_uris: [callback] });
  await sentinel.db.query("test", "update clients set redirect_uris = '{http://app.example.com/}' where id = $1", [id]);
  assert.equal((await patch(id, { disabled: true, name: "old" })).status, 200);
  assert.equal((await refusal(await patch(id, { first_party: true })))[0], "#/redirect_uris/0");
});

test("PATCH /clients/{id} to a public client deletes its secrets; back to one with a secret, it gets a new one", async () => {
  const client = await newClient(sentinel, { redirect_uris: [callback] });
  assert.equal((await patch(client.id, isPublic)).status, 200);
  const form = { grant_type: "client_credentials", client_id: client.id, client_secret: client.secret };
  const secretWorks = async () =>
    (await (await sentinel.fetch("/oauth/token", { form })).json()).error !== "invalid_client";
  assert.equal(await secretWorks(), false, "T237 a public client sends no secret");
  assert.equal((await patch(client.id, { token_endpoint_auth_method: "client_secret_post" })).status, 200);
  assert.equal(await secretWorks(), false, "the old one stays deleted");
  assert.equal((await ada(`/clients/${client.id}/secrets`, { json: {} })).status, 201);
});

test("PATCH /clients/{id} with disabled reaches what this server knows of the client", async () => {
  const { id } = await newClient(sentinel, { redirect_uris: [callback] });
  assert.equal((await sentinel.clients.get(id))!.disabled, false);
  await patch(id, { disabled: true });
  assert.equal((await sentinel.clients.get(id))!.disabled, true);
});

test("a client that signs its id_tokens with an algorithm gets keys of it", async () => {
  const algorithms = async () => new Set((await sentinel.keys.list()).map(({ alg }) => alg));
  const { id } = await newClient(sentinel, { redirect_uris: [callback] });
  assert.ok((await algorithms()).has("RS256"));
  await patch(id, { id_token_signed_response_alg: "ES256" });
  assert.ok((await algorithms()).has("ES256"));
});

test("scopes that say who a user is are no permissions, and no scopes of an API", async () => {
  const writer = await loggedIn(sentinel, await createRole(sentinel, { permissions: ["clients:write"] }));
  const scopes = ["openid", "profile", "email", "roles", "offline_access"];
  const wanted = { name: "x", redirect_uris: [callback], scopes };
  assert.equal((await writer.call("/clients", { json: wanted })).status, 201);
  const more = await writer.call("/clients", { json: { ...wanted, scopes: [...scopes, "users:read"] } });
  assert.equal(more.status, 403, "a permission must be held by who gives it");
  const resource = { uri: "https://mail.example.com", name: "Mail", scopes: ["email"] };
  assert.equal((await refusal(await ada("/resources", { json: resource })))[0], "#/scopes");
  const id = await newApiResource(sentinel);
  const changed = await ada(`/resources/${id}`, { method: "PATCH", json: { scopes: ["openid"] } });
  assert.equal((await refusal(changed))[0], "#/scopes");
});

test("no one moves the redirect_uris of a client that may do more than they", async () => {
  const writer = await loggedIn(sentinel, await createRole(sentinel, { permissions: ["clients:write"] }));
  const { id } = await newClient(sentinel, { redirect_uris: [callback], scopes: ["openid", "users:read"] });
  const moved = { method: "PATCH", json: { redirect_uris: ["https://evil.example.com/"] } };
  assert.equal((await writer.call(`/clients/${id}`, moved)).status, 403);
  assert.deepEqual((await (await ada(`/clients/${id}`)).json()).redirect_uris, [callback]);
});

const asPublic = (id: string, more: Record<string, string> = {}) =>
  sentinel.fetch("/oauth/token", {
    form: { grant_type: "authorization_code", code: "x", redirect_uri: callback, client_id: id, ...more },
  });

test("T237 POST /oauth/token knows a public client by its client_id alone, until it is disabled", async () => {
  const { id } = await newClient(sentinel, { token_endpoint_auth_method: "none", redirect_uris: [callback] });
  for (let n = 0; n < 2; n++) assert.deepEqual(await errorOf(await asPublic(id)), [400, "invalid_grant"]);
  const byBasic = await sentinel.fetch("/oauth/token", {
    form: { grant_type: "authorization_code", code: "x", redirect_uri: callback },
    headers: { authorization: `Basic ${btoa(`${id}:`)}` },
  });
  assert.deepEqual(await errorOf(byBasic), [400, "invalid_grant"], "an empty secret is none (RFC 6749 §2.3.1)");
  await patch(id, { disabled: true });
  assert.deepEqual(await errorOf(await asPublic(id)), [401, "invalid_client"]);
});

test("T237 POST /oauth/token refuses a secret of a public client, and a confidential one without its secret", async () => {
  const open = await newClient(sentinel, { token_endpoint_auth_method: "none", redirect_uris: [callback] });
  const closed = await newClient(sentinel, { redirect_uris: [callback] });
  assert.deepEqual(await errorOf(await asPublic(open.id, { client_secret: closed.secret })), [401, "invalid_client"]);
  assert.deepEqual(await errorOf(await asPublic(open.id, { client_secret: "x" })), [401, "invalid_client"]);
  for (const grant_type of ["authorization_code", "refresh_token"]) {
    const refused = await asPublic(closed.id, { grant_type, refresh_token: "x" });
    assert.deepEqual(await errorOf(refused), [401, "invalid_client"], grant_type);
  }
  const introspected = await sentinel.fetch("/oauth/introspect", { form: { token: "x", client_id: open.id } });
  assert.equal(introspected.status, 401, "it proves nothing, so it learns nothing");
  await sentinel.clientRefusals.flush();
  const reasons = async (id: string) => (await sentinel.clientRefusals.list(id)).map(({ reason }) => reason).sort();
  assert.deepEqual(await reasons(closed.id), ["no secret was sent"]);
  assert.deepEqual(await reasons(open.id), [
    "no secret was sent",
    "not a client's secret",
    "the secret of another client",
  ]);
  const explained = await sentinel.clientRefusals.explained(await sentinel.oauthClients.find(open.id));
  const causes = explained.map(({ explanation }) => explanation.cause).sort();
  assert.deepEqual(causes, ["secret_missing", "secret_of_public_client", "secret_of_public_client"]);
});

test("GET /clients/{id}/refusals says which redirect_uri was not registered, in printable characters and not all of it", async () => {
  const { id } = await newClient(sentinel, { redirect_uris: [callback] });
  const authorize = (uri: string) =>
    sentinel.fetch(
      `/oauth/authorize?${new URLSearchParams({ client_id: id, response_type: "code", redirect_uri: uri })}`,
    );
  const long = `https://app.example.com/${"x".repeat(1_000)}`;
  for (const uri of ["https://app.example.com/callback/", "https://ä.example/\n\u202e", long]) {
    assert.equal((await authorize(uri)).status, 400);
  }
  await sentinel.clientRefusals.flush();
  const { items } = await (await ada(`/clients/${id}/refusals`)).json();
  const reasons: string[] = items.map(({ reason }: { reason: string }) => reason).sort();
  const [escaped, exact, cut] = reasons;
  assert.equal(exact, "redirect_uri not registered: https://app.example.com/callback/");
  assert.match(cut!, /^redirect_uri not registered: https:\/\/app\.example\.com\/x{400,}\.\.\.$/);
  assert.equal(cut!.length, 500);
  assert.equal(escaped, "redirect_uri not registered: https://\\u00e4.example/\\u000a\\u202e");
});
