import assert from "node:assert/strict";
import { test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { askForToken, newApis, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { type DpopKey, newDpopKey, proofOf } from "../../testing/people/dpop.ts";
import { createRole } from "../../testing/people/people.ts";
import { serveSentinel } from "../../testing/servers/served_sentinel.ts";
import { startIssuer } from "../../testing/servers/token_issuer.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { createProtection, protectDeno, type ProtectionOptions } from "../protect.ts";

const served = await serveSentinel();
const { sentinel, issuer } = served;
Deno.test.afterAll(() => served[Symbol.asyncDispose]());

const { documents, pictures, reader } = await newApis(sentinel);
const scopes = ["documents:read", "users:read"];
const client = await newClient(sentinel, { scopes, resources: [documents], own_api: false, roles: [reader] });
const api = await newClient(sentinel, { grant_types: [], resources: [documents], own_api: false });
const metadata = `${documents}/.well-known/oauth-protected-resource`;

/** An API on a socket, which answers whom it let in. */
function serveApi(options: Partial<ProtectionOptions> = {}, required = ["documents:read"]) {
  const protection = createProtection({ issuer, audience: documents, ...options });
  const handler = protectDeno(protection, { scopes: required }, (_, access) => Response.json(access));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  return { origin: `http://127.0.0.1:${server.addr.port}`, ask, [Symbol.asyncDispose]: close };

  async function ask(token?: string, path = "/", init: RequestInit = {}) {
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const url = `http://127.0.0.1:${server.addr.port}${path}`;
    const response = await fetch(url, { headers, ...init });
    return {
      status: response.status,
      challenge: response.headers.get("www-authenticate"),
      body: await response.json(),
    };
  }

  async function close() {
    protection.close();
    await server.shutdown();
  }
}

const newToken = () => tokenOfClient(sentinel, client, { resource: documents });
const bare =
  `Bearer scope="documents:read", resource_metadata="${metadata}", DPoP scope="documents:read", resource_metadata="${metadata}", algs="ES256 `;
const invalid = `Bearer error="invalid_token", resource_metadata="${metadata}"`;

test("protectDeno lets in a token for this API, and says who sent it", async () => {
  await using served = serveApi();
  const { status, body } = await served.ask(await newToken());
  assert.equal(status, 200);
  const { claims, ...access } = body;
  assert.deepEqual(access, { sub: client.account, clientId: client.id, scopes });
  assert.deepEqual([claims.iss, claims.aud], [issuer, documents]);
});

test("protectDeno answers a request without a token with the schemes, the scopes and the metadata, and no error", async () => {
  await using served = serveApi();
  const token = await newToken();
  const requests: [string, RequestInit][] = [
    ["/", {}],
    [`/?access_token=${token}`, {}],
    ["/", { headers: { authorization: "Basic YTpi" } }],
    ["/", { method: "POST", body: new URLSearchParams({ access_token: token }) }],
    ["/", { headers: { cookie: `access_token=${token}` } }],
  ];
  for (const [path, init] of requests) {
    const { status, challenge, body } = await served.ask(undefined, path, init);
    assert.deepEqual([status, challenge?.startsWith(bare)], [401, true], challenge!);
    assert.equal(body.status, 401);
  }
});

test("T257 protectDeno refuses tokens for other APIs, of others, changed, expired, and of other types", async () => {
  await using served = serveApi();
  await using foreign = await startIssuer();
  const claims = { aud: documents, scope: "documents:read" };
  const other = await newClient(sentinel, { scopes: ["pictures:read"], resources: [pictures], own_api: false });
  const token = await newToken();
  const { access_token: login, refresh_token } = await sentinel.login("grace");
  const { key } = await newKey(sentinel, await sentinel.settled("grace"));
  const now = Math.floor(Date.now() / 1_000);
  const expired = { sub: client.account, client_id: client.id, jti: crypto.randomUUID(), scope: "documents:read" };
  const tokens = {
    "for another API": await tokenOfClient(sentinel, other, { resource: pictures }),
    "of a login": login,
    "a refresh token": refresh_token,
    "an API key": key,
    "of another issuer": await foreign.sign(claims),
    "of another issuer that names this one": await foreign.sign({ ...claims, iss: issuer }),
    "changed": token.slice(0, -8) + "AAAAAAAA",
    "unsigned": `${btoa(`{"alg":"none","typ":"at+jwt"}`)}.${token.split(".")[1]}.`,
    "expired": await sentinel.tokens.signForClient(
      { ...expired, aud: documents, iat: now - 700, exp: now - 1 },
      "ES256",
    ),
    "nothing": "",
    "too long": "a".repeat(9_000),
    "two": `${token} ${token}`,
  };
  for (const [what, sent] of Object.entries(tokens)) {
    const { status, challenge } = await served.ask(sent);
    assert.deepEqual([status, challenge], [401, invalid], what);
  }
  assert.equal((await served.ask(token)).status, 200, "the genuine one");
});

test("protectDeno answers a token without the scope 403, and names what the request needs", async () => {
  await using served = serveApi({}, ["documents:read", "documents:write"]);
  const { status, challenge } = await served.ask(await newToken());
  const needed = `scope="documents:read documents:write"`;
  assert.deepEqual([status, challenge], [
    403,
    `Bearer error="insufficient_scope", ${needed}, resource_metadata="${metadata}"`,
  ]);
});

test("metadata() is the document of RFC 9728, at the address that the challenges name", async () => {
  await using served = serveApi({ scopes, name: "Documents" });
  const response = await fetch(`${served.origin}/.well-known/oauth-protected-resource`);
  const { dpop_signing_alg_values_supported, ...document } = await response.json();
  assert.deepEqual(document, {
    resource: documents,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    resource_name: "Documents",
    bearer_methods_supported: ["header"],
    dpop_bound_access_tokens_required: false,
  });
  assert.ok(dpop_signing_alg_values_supported.includes("ES256"));
  const path = createProtection({ issuer, audience: "https://example.com/mcp" }).metadataPath;
  assert.equal(path, "/.well-known/oauth-protected-resource/mcp");
});

test("introspection refuses an ended token within its cache's time, and sees a lost permission", async () => {
  const clock = { ms: Date.now() };
  await using served = serveApi({ check: "introspection", client: api, now: () => clock.ms }, []);
  const role = await createRole(sentinel, { permissions: ["users:read"] });
  const wanted = { scopes, resources: [documents], own_api: false, roles: [role] };
  const own = await newClient(sentinel, wanted);
  const token = await tokenOfClient(sentinel, own, { resource: documents });
  assert.deepEqual((await served.ask(token)).body.scopes, scopes);
  await sentinel.grants.revoke(own.account, role, () => Promise.resolve(), localActor, "service");
  clock.ms += 2_000;
  assert.deepEqual((await served.ask(token)).body.scopes, ["documents:read"]);
  await sentinel.oauthClients.endTokens(own.id, localActor);
  clock.ms += 2_000;
  const { status, challenge } = await served.ask(token);
  assert.deepEqual([status, challenge], [401, invalid]);
});

test("introspection with a wrong secret answers 503 and says why to onError; accept lets valid tokens in", async () => {
  const errors: unknown[] = [];
  const wrong: Partial<ProtectionOptions> = {
    check: "introspection",
    client: { id: api.id, secret: client.secret },
    onError: (error) => errors.push(error),
  };
  await using refusing = serveApi(wrong);
  const { status, challenge, body } = await refusing.ask(await newToken());
  assert.deepEqual([status, challenge, body.status], [503, null, 503]);
  assert.match(String(errors[0]), /oauth\/introspect answered 401/);
  await using accepting = serveApi({ ...wrong, whenSilent: "accept" });
  assert.equal((await accepting.ask(await newToken())).status, 200);
  assert.equal((await accepting.ask("nonsense")).status, 401);
});

test("API keys are let in where apiKeys is set, with the scopes that they give now", async () => {
  await sentinel.settled("ada");
  const { key: introspectionKey } = await newKey(sentinel, await sentinel.settled("ada"), ["tokens:introspect"]);
  await using served = serveApi({ introspectionKey, apiKeys: true }, ["users:read"]);
  const { key } = await newKey(sentinel, await sentinel.settled("ada"), ["users:read"]);
  const { status, body } = await served.ask(key);
  assert.deepEqual([status, body.sub, body.scopes, body.clientId], [
    200,
    await sentinel.settled("ada"),
    ["users:read"],
    undefined,
  ]);
  assert.equal((await served.ask(key.slice(0, -6) + "aaaaaa")).status, 401);
  assert.equal((await served.ask(introspectionKey)).status, 403);
  const { access_token } = await sentinel.login("grace");
  assert.equal((await served.ask(access_token)).status, 401, "a login's token is for Sentinel");
});

for (const check of ["offline", "introspection", "revocations"] as const) {
  test(`T259 a token that Sentinel bound to a key needs a new proof by that key, with check ${check}`, async () => {
    await using served = serveApi({ check, client: api });
    const [key, thief] = [await newDpopKey(), await newDpopKey()];
    const dpop = await proofOf(key, { claims: { htu: `${issuer}/oauth/token` } });
    const answer = await (await askForToken(sentinel, client, { resource: documents }, { headers: { dpop } })).json();
    assert.equal(answer.token_type, "DPoP");
    const token = answer.access_token;
    const ask = async (by: DpopKey, claims: object = {}) => {
      const proof = await proofOf(by, { method: "GET", token, claims: { htu: `${documents}/`, ...claims } });
      return await served.ask(undefined, "/", { headers: { authorization: `DPoP ${token}`, dpop: proof } });
    };
    assert.deepEqual([(await ask(key)).status, (await ask(key)).status], [200, 200]);
    const jti = crypto.randomUUID();
    const statuses = [await ask(key, { jti }), await ask(key, { jti }), await ask(thief)].map(({ status }) => status);
    assert.deepEqual(statuses, [200, 401, 401]);
    const { status, challenge } = await served.ask(token);
    assert.deepEqual([status, challenge!.startsWith(`DPoP error="invalid_token", `)], [401, true]);
  });
}

test("offline tokens are accepted while Sentinel is down, and without its keys the answer is 503", async () => {
  await using warm = serveApi();
  const [token, next] = [await newToken(), await newToken()];
  assert.equal((await warm.ask(token)).status, 200);
  served.state.isDown = true;
  try {
    assert.equal((await warm.ask(next)).status, 200);
    assert.equal((await warm.ask("e30.e30.e30")).status, 401);
    await using cold = serveApi();
    assert.deepEqual([(await cold.ask(token)).status, (await cold.ask(token)).status], [503, 503]);
  } finally {
    served.state.isDown = false;
  }
});

test("createProtection refuses options that would leave an API half protected", () => {
  const options = { issuer, audience: documents };
  assert.throws(() => createProtection({ ...options, check: "introspection" }), /needs client/);
  assert.throws(() => createProtection({ ...options, check: "revocations" }), /needs client/);
  assert.throws(() => createProtection({ ...options, apiKeys: true }), /needs introspectionKey/);
  assert.throws(() => createProtection({ ...options, silenceSeconds: 0 }), /at least 2/);
  assert.throws(() => createProtection({ issuer, audience: "urn:documents" }), /origin is missing/);
});
