import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("GET /.well-known/oauth-authorization-server is exactly this (RFC 8414 §2)", async () => {
  const response = await sentinel.fetch("/.well-known/oauth-authorization-server");
  assert.equal(response.headers.get("cache-control"), "public, max-age=300");
  const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
  assert.deepEqual(await response.json(), {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "Bearer"],
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    service_documentation: `${issuer}/docs`,
    response_types_supported: [],
    grant_types_supported: ["client_credentials", "password", "refresh_token"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    revocation_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
  });
});
