import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const assets = [
  ["/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ["/docs/swagger-ui.css", "text/css; charset=utf-8"],
  ["/docs/init.js", "text/javascript; charset=utf-8"],
  ["/docs/page.css", "text/css; charset=utf-8"],
  ["/docs/favicon.svg", "image/svg+xml"],
] as const;

/** The files that the page loads, as a browser would request them. */
async function loadedByPage(): Promise<URL[]> {
  const html = await (await sentinel.fetch("/docs")).text();
  const loaded = html.matchAll(/<(?:link|script)\b[^>]*\b(?:href|src)="([^"]+)"/g);
  return [...loaded].map(([, url]) => new URL(url!, "http://localhost:8000/docs"));
}

test("T212 GET /docs forbids inline code, other origins and frames, and sends no referrer", async () => {
  const { status, headers } = await sentinel.fetch("/docs");
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(
    headers.get("content-security-policy"),
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cache-control"), "no-store");
  for (const name of ["server", "x-powered-by", "set-cookie"]) assert.equal(headers.get(name), null, name);
});

test("GET /docs has no inline code, and its own files refer to no other host", async () => {
  const html = await (await sentinel.fetch("/docs")).text();
  assert.doesNotMatch(html, /<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:/i);
  for (const path of ["/docs", "/docs/init.js", "/docs/page.css"]) {
    assert.doesNotMatch(await (await sentinel.fetch(path)).text(), /\b\w+:\/\/|["'(]\/\//, path);
  }
  assert.doesNotMatch(await (await sentinel.fetch("/docs/swagger-ui.css")).text(), /@import|url\(["']?(?!["']?data:)/);
});

test("GET /docs loads every asset and nothing else, each with the hash of its content", async () => {
  const loaded = await loadedByPage();
  assert.deepEqual(loaded.map(({ pathname }) => pathname).sort(), assets.map(([path]) => path).sort());
  for (const { pathname, search } of loaded) {
    const bytes = await (await sentinel.fetch(pathname + search)).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    assert.equal(search, `?v=${hash.slice(0, 12)}`, pathname);
  }
});

for (const [path, contentType] of assets) {
  test(`GET ${path} may be cached by a browser, and used by pages of this origin only`, async () => {
    const response = await sentinel.fetch(path);
    assert.equal(response.headers.get("content-type"), contentType);
    assert.equal(response.headers.get("cache-control"), "public, max-age=86400");
    assert.equal(response.headers.get("cross-origin-resource-policy"), "same-origin");
    assert.notEqual(await response.text(), "");
  });
}

test("POST /login accepts what the page's Authorize button sends, and its token works for GET /users/me", async () => {
  await sentinel.settled("grace");
  const { username, password } = people.grace;
  const login = await sentinel.fetch("/login", {
    headers: { authorization: "Basic Og==", "x-requested-with": "XMLHttpRequest" }, // no client id, no client secret
    form: { grant_type: "password", scope: "", username, password },
  });
  assert.equal(login.status, 200);
  const { access_token, token_type } = await login.json();
  assert.equal(token_type, "bearer");
  const me = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } });
  assert.equal(me.status, 200);
});

test("GET /openapi.json describes the page, but not the files it loads", async () => {
  const { paths } = await (await sentinel.fetch("/openapi.json")).json();
  assert.deepEqual(Object.keys(paths).filter((path) => path.startsWith("/docs")), ["/docs"]);
});

test("GET /openapi.json has an example of each problem, with its own code", async () => {
  const { paths } = await (await sentinel.fetch("/openapi.json")).json();
  const responses = Object.values<Record<string, { responses: Record<string, Described> }>>(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap((operation) => Object.entries(operation.responses));
  const described = responses.filter(([, { content }]) => content?.["application/problem+json"]);
  assert.ok(described.length > 0);
  for (const [status, { description, content }] of described) {
    const examples = Object.entries(content!["application/problem+json"]!.examples);
    const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code);
    const own = content!["application/json"] ? codes.slice(-examples.length) : codes; // RFC 6749 lists other codes before them
    assert.deepEqual(examples.map(([code]) => code), own);
    for (const [code, { value }] of examples) {
      assert.equal(value.type, `/problems/${code}`);
      assert.equal(value.status, Number(status));
    }
  }
});
type Described = {
  description: string;
  content?: Record<string, { examples: Record<string, { value: { type: string; status: number } }> }>;
};
