import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { bearerChallenge } from "../../testing/challenges.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { askForToken, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { bound, newDpopKey, proven } from "../../testing/people/dpop.ts";
import { createRole } from "../../testing/people/people.ts";
import type { ResourceMetadata } from "./protected_resource.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const path = "/.well-known/oauth-protected-resource";
const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
const metadata: ResourceMetadata = await (await sentinel.fetch(path)).json();

const reader = await createRole(sentinel, { permissions: ["users:read", "roles:read"] });
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A token for the API, of a client whose service account has the role. */
async function tokenFor(resource: string, scopes = ["users:read"]) {
  const client = await newClient(sentinel, { scopes, roles: [reader] });
  return await tokenOfClient(sentinel, client, { resource });
}

/** How each field is shown to be true. */
const exercises: { [Field in keyof ResourceMetadata]-?: (value: NonNullable<ResourceMetadata[Field]>) => unknown } = {
  async resource(value) {
    const token = await tokenFor(value);
    assert.deepEqual([value, decodeJwt(token).aud], [issuer, issuer]);
    assert.equal((await sentinel.fetch("/users", bearer(token))).status, 200);
  },
  async authorization_servers(values) {
    for (const each of values) {
      const found = await sentinel.fetch(`${each.slice(issuer.length)}/.well-known/oauth-authorization-server`);
      assert.equal((await found.json()).issuer, each);
    }
    assert.deepEqual(values, [issuer]);
  },
  async scopes_supported(values) {
    const client = await newClient(sentinel, { scopes: values, roles: ["admin"] });
    assert.deepEqual(
      String(decodeJwt(await tokenOfClient(sentinel, client)).scope).split(" ").toSorted(),
      values,
    );
  },
  async bearer_methods_supported(values) {
    const token = await tokenFor(issuer);
    assert.deepEqual(values, ["header"]);
    const inQuery = await sentinel.fetch(`/users?access_token=${token}`);
    assert.equal(inQuery.status, 401);
  },
  async dpop_signing_alg_values_supported(values) {
    const client = await newClient(sentinel, { scopes: ["users:read"], roles: [reader] });
    for (const alg of values) {
      const key = await newDpopKey(alg);
      const answer = await askForToken(sentinel, client, {}, { headers: await proven(key) });
      const { access_token } = await answer.json();
      const listed = await sentinel.fetch("/users", { headers: await bound(access_token, key, "/users") });
      assert.equal(listed.status, 200, alg);
    }
  },
  async resource_name(value) {
    assert.ok((await (await sentinel.fetch("/signin")).text()).includes(value));
  },
  async resource_documentation(value) {
    assert.equal((await sentinel.fetch(value.slice(issuer.length))).status, 200);
  },
};

test("T250 GET /.well-known/oauth-protected-resource has no other fields than those that are shown to be true here", () => {
  assert.deepEqual(Object.keys(metadata).toSorted(), Object.keys(exercises).toSorted());
});

for (const [field, exercise] of Object.entries(exercises)) {
  test(`T250 what the metadata of the API says of ${field} is true`, async () => {
    await (exercise as (value: unknown) => unknown)(metadata[field as keyof ResourceMetadata]);
  });
}

test("GET /.well-known/oauth-protected-resource may be cached and read by pages (RFC 9728 §3.2)", async () => {
  const { headers } = await sentinel.fetch(path);
  assert.equal(headers.get("cache-control"), "public, max-age=300");
  assert.equal(headers.get("access-control-allow-origin"), "*");
});

test("a 401 of the API says where its metadata is, and a 401 of a login and of userinfo does not (RFC 9728 §5.1)", async () => {
  const challenge = async (...request: Parameters<typeof sentinel.fetch>) => {
    const answer = await sentinel.fetch(...request);
    assert.equal(answer.status, 401);
    return answer.headers.get("www-authenticate");
  };
  assert.equal(await challenge("/users"), bearerChallenge());
  assert.equal(await challenge("/users", bearer("bad")), bearerChallenge('error="invalid_token"'));
  assert.equal(await challenge(`/users/${crypto.randomUUID()}`), bearerChallenge());
  assert.equal(await challenge("/login", { json: { username: "grace", password: "wrong" } }), "Bearer");
  assert.equal(await challenge("/oauth/userinfo"), "Bearer");
});

test("a 403 names the scope that a credential lacks, with the address of the metadata (RFC 6750 §3.1)", async () => {
  const token = await tokenFor(issuer);
  for (
    const [asked, scope] of [["/roles", "roles:read"], [`/users/${crypto.randomUUID()}/roles/user`, "roles:grant"]]
  ) {
    const refused = await sentinel.fetch(asked!, { ...bearer(token), method: scope === "roles:grant" ? "PUT" : "GET" });
    assert.equal(refused.status, 403);
    assert.equal((await refused.json()).type, "/problems/forbidden");
    const challenge = bearerChallenge('error="insufficient_scope"', `scope="${scope}"`);
    assert.equal(refused.headers.get("www-authenticate"), challenge);
  }
  const wider = await tokenFor(issuer, ["users:read", "roles:read"]);
  assert.equal((await sentinel.fetch("/roles", bearer(wider))).status, 200);
});

test("a 403 of rules that ask for a permission names the scope too", async () => {
  const token = await tokenFor(issuer, ["users:read"]);
  const question = { subject: { type: "user", id: await sentinel.settled("grace") }, action: { name: "users:read" } };
  const refused = await sentinel.fetch("/access/v1/evaluation", {
    ...bearer(token),
    json: { ...question, resource: { type: "any", id: "any" } },
  });
  assert.equal(refused.status, 403);
  const challenge = bearerChallenge('error="insufficient_scope"', 'scope="decisions:evaluate"');
  assert.equal(refused.headers.get("www-authenticate"), challenge);
});

test("a 403 asks for no scope where none would help: of a login, and where users must have signed in themselves", async () => {
  const [login, narrow] = [await sentinel.tokenOf("grace"), await tokenFor(issuer)];
  for (const [asked, token] of [["/users", login], ["/users/me/export", narrow]] as const) {
    const refused = await sentinel.fetch(asked, bearer(token));
    assert.deepEqual([refused.status, refused.headers.get("www-authenticate")], [403, null]);
  }
});
