import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_DOCS: "off" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const paths = [
  "/docs",
  "/docs/",
  "/docs/swagger-ui-bundle.js",
  "/docs/swagger-ui.css",
  "/docs/init.js",
  "/docs/page.css",
  "/docs/favicon.svg",
  "/openapi.json",
];

for (const path of paths) {
  test(`T177 GET ${path} is 404 when the docs are off`, async () => {
    const response = await sentinel.fetch(path);
    assert.equal(response.status, 404);
    assert.equal((await response.json()).type, "/problems/not_found");
  });
}

test("GET /.well-known/oauth-authorization-server has no documentation link when the docs are off", async () => {
  const metadata = await (await sentinel.fetch("/.well-known/oauth-authorization-server")).json();
  assert.equal(metadata.issuer, sentinel.settings.SENTINEL_PUBLIC_URL);
  assert.ok(!("service_documentation" in metadata));
});

test("X22 GET / has no documentation link when the docs are off", async () => {
  const links = await (await sentinel.fetch("/")).json();
  assert.deepEqual(["documentation" in links, "openapi" in links, "issuer" in links], [false, false, true]);
  assert.doesNotMatch(await (await sentinel.fetch("/", { headers: { accept: "text/html" } })).text(), /docs|openapi/);
});
