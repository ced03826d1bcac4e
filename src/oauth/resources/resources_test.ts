import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApiResource, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { callsWith } from "../../testing/people/people.ts";
import { decodeJwt } from "jose";
import { refusedUri } from "./resource_uri.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);
const newUri = () => `https://${crypto.randomUUID()}.example.com`;

test("POST /resources registers an API, whose keys are then published", async () => {
  const uri = newUri();
  const created = await ada("/resources", { json: { uri, name: "Documents", scopes: ["b", "a", "b"] } });
  const resource = await created.json();
  const { id, created_at: _, ...rest } = resource;
  assert.equal(created.headers.get("location"), `/resources/${id}`);
  assert.deepEqual(rest, {
    uri,
    name: "Documents",
    scopes: ["a", "b"],
    alg: "ES256",
    ttl_seconds: 600,
    open_to_dynamic: false,
  });
  assert.deepEqual(await (await ada(`/resources/${id}`)).json(), resource);
  const { keys } = await (await sentinel.fetch("/.well-known/jwks.json")).json();
  const algs = keys.map(({ alg }: { alg: string }) => alg).sort();
  assert.deepEqual(algs, ["ES256", "ES256", "EdDSA", "EdDSA"], "one that signs and the next one of each");
  assert.ok(!JSON.stringify(keys).includes('"d"'));
  const taken = await ada("/resources", { json: { uri, name: "Again", scopes: [] } });
  assert.deepEqual([taken.status, (await taken.json()).type], [409, "/problems/api_resource_taken"]);
});

test("PATCH /resources/{id} changes what the next token carries, and takes only the expected state", async () => {
  const uri = newUri();
  const id = await newApiResource(sentinel, { uri, scopes: ["a", "b"], alg: "EdDSA" as never });
  const client = await newClient(sentinel, { scopes: ["a", "b"], resources: [uri], own_api: false });
  assert.equal(decodeJwt(await tokenOfClient(sentinel, client)).scope, "a b");
  const etag = (await ada(`/resources/${id}`)).headers.get("etag")!;
  const change = { method: "PATCH", json: { scopes: ["b"], ttl_seconds: 60 }, headers: { "if-match": etag } };
  assert.equal((await ada(`/resources/${id}`, change)).status, 200);
  assert.equal((await ada(`/resources/${id}`, change)).status, 412);
  const { scope, iat, exp } = decodeJwt(await tokenOfClient(sentinel, client));
  assert.deepEqual([scope, exp! - iat!], ["b", 60]);
});

test("DELETE /resources/{id} is refused while a client may get tokens for it", async () => {
  const uri = newUri();
  const id = await newApiResource(sentinel, { uri, alg: "EdDSA" as never });
  const { id: clientId } = await newClient(sentinel, { resources: [uri] });
  const refused = await ada(`/resources/${id}`, { method: "DELETE" });
  assert.deepEqual([refused.status, (await refused.json()).type], [409, "/problems/api_resource_in_use"]);
  assert.equal((await ada(`/clients/${clientId}`, { method: "PATCH", json: { resources: [] } })).status, 200);
  assert.equal((await ada(`/resources/${id}`, { method: "DELETE" })).status, 204);
  assert.equal((await ada(`/resources/${id}`)).status, 404);
});

test("GET /resources lists APIs by URI, page by page", async () => {
  for (let n = 0; n < 3; n++) await newApiResource(sentinel, { alg: "EdDSA" as never });
  const uris: string[] = [];
  let path = "/resources?page_size=2";
  for (;;) {
    const { items, next_page_token } = await (await ada(path)).json();
    uris.push(...items.map(({ uri }: { uri: string }) => uri));
    if (!next_page_token) break;
    path = `/resources?page_size=2&page_token=${next_page_token}`;
  }
  assert.ok(uris.length >= 3);
  assert.deepEqual(uris, uris.toSorted());
});

test("POST /resources refuses what is no URI, and addresses of Sentinel itself", async () => {
  const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
  const refused = [
    ...["api.example.com", "/api", "https://", "https://x#y", "https://x y", "https://u:p@x.example.com"],
    ...["HTTPS://x.example.com", `https://${"x".repeat(255)}.example.com`, "https://x/\u00e9", ""],
    ...[issuer, `${issuer}/`, `${issuer}/oauth/userinfo`, "http://localhost:8000/api"],
  ];
  for (const uri of refused) {
    assert.equal((await ada("/resources", { json: { uri, name: "x", scopes: [] } })).status, 422, uri);
  }
});

test("refusedUri knows an issuer with a path, other spellings of its host, and other kinds of URIs", () => {
  const issuer = "https://example.com/auth";
  for (const uri of ["https://example.com/auth", "https://example.com:443/auth/x", "https://EXAMPLE.com/auth/"]) {
    assert.notEqual(refusedUri(uri, issuer), undefined, uri);
  }
  for (
    const uri of ["https://example.com/authors", "https://example.com", "urn:example:api", "https://example.com/api"]
  ) {
    assert.equal(refusedUri(uri, issuer), undefined, uri);
  }
});
