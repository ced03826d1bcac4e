import assert from "node:assert/strict";
import { type Init, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const app = "https://app.example.com";
const sentinel = await startSentinel({ settings: { SENTINEL_CORS_ORIGINS: `${app},http://localhost:5173` } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const strangers = [
  "https://evil.example",
  "https://app.example.com.evil.example",
  "https://evil.app.example.com",
  "http://app.example.com",
  "https://app.example.com:8443",
  "https://app.example.com/",
  "https://APP.example.com",
  "app.example.com",
  "null",
  "*",
  "",
];

const corsHeaders = (response: Response) =>
  [...response.headers].filter(([name]) => name.startsWith("access-control-")).toSorted();

const preflight = (origin: string, { fetch } = sentinel, path = "/login", method = "POST") =>
  fetch(path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization, content-type",
    },
  });

const from = (origin: string, init: Init = {}) => ({ ...init, headers: { origin } });

test("a preflight of an allowed origin is answered with what it may send", async () => {
  for (const origin of [app, "http://localhost:5173"]) {
    const response = await preflight(origin);
    assert.equal(response.status, 204);
    assert.equal(await response.text(), "");
    const { "access-control-expose-headers": _, ...headers } = Object.fromEntries(corsHeaders(response));
    assert.deepEqual(headers, {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "authorization, content-type, dpop, if-match, x-request-id",
      "access-control-max-age": "600",
    });
    assert.equal(response.headers.get("vary"), "Origin");
  }
});

test("T211 no answer allows credentials or any origin", async () => {
  const answers = [
    await preflight(app),
    await sentinel.fetch("/livez", from(app)),
    await preflight("https://evil.example"),
    await sentinel.fetch("/livez", from("https://evil.example")),
    await sentinel.fetch("/livez", from("*")),
  ];
  for (const { headers } of answers) {
    assert.equal(headers.has("access-control-allow-credentials"), false);
    assert.notEqual(headers.get("access-control-allow-origin"), "*");
  }
});

test("T211 a request of an origin that is not on the list is answered as without CORS", async () => {
  for (const origin of strangers) {
    const asked = await preflight(origin);
    assert.equal(asked.status, 405, origin);
    assert.equal(asked.headers.get("allow"), "POST");
    assert.deepEqual(corsHeaders(asked), []);
    const simple = await sentinel.fetch("/livez", from(origin));
    assert.equal(simple.status, 200);
    assert.deepEqual(corsHeaders(simple), []);
    for (const { headers } of [asked, simple]) assert.equal(headers.get("vary"), "Origin");
  }
});

test("an allowed origin may read every answer, errors included", async () => {
  const asked: [path: string, init: Init, status: number][] = [
    ["/livez", {}, 200],
    ["/users/me", {}, 401],
    ["/login", { json: { username: "never.seen", password: "x" } }, 401],
    ["/login", { json: {} }, 422],
    ["/nowhere", {}, 404],
    ["/login", { method: "GET" }, 405],
    ["/%zz", {}, 400],
    [`/${"a".repeat(9000)}`, {}, 414],
  ];
  for (const [path, init, status] of asked) {
    const response = await sentinel.fetch(path, from(app, init));
    assert.equal(response.status, status);
    assert.deepEqual(corsHeaders(response), [
      ["access-control-allow-origin", app],
      ["access-control-expose-headers", "etag, link, location, retry-after, www-authenticate, x-request-id"],
    ]);
    assert.equal(response.headers.get("vary"), path === "/nowhere" ? "Accept, Origin" : "Origin");
  }
});

test("an answer to a request without an origin allows none, and still varies by it", async () => {
  const response = await sentinel.fetch("/livez");
  assert.deepEqual(corsHeaders(response), []);
  assert.equal(response.headers.get("vary"), "Origin");
});

test("OPTIONS without a preflight is 405, whoever sends it", async () => {
  const response = await sentinel.fetch("/login", { ...from(app), method: "OPTIONS" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.has("access-control-allow-methods"), false);
});

test("a preflight changes nothing, whatever it contains", async () => {
  const before = await rowCounts(sentinel);
  for (const path of ["/register", "/login", "/users/me", "/nowhere"]) {
    assert.equal((await preflight(app, sentinel, path)).status, 204);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("preflights share one label in metrics and logs", async () => {
  for (const path of ["/one", "/two", "/three"]) await preflight(app, sentinel, path);
  const text = await (await sentinel.fetch("/metrics")).text();
  const series = text.match(/^http_requests_total\{method="OPTIONS",.*status="204"\}/gm);
  assert.deepEqual(series, ['http_requests_total{method="OPTIONS",route="preflight",status="204"}']);
});

testOnPostgres("CORS is off by default: no answer has a CORS header", async () => {
  await using quiet = await startSentinel();
  for (const response of [await preflight(app, quiet), await quiet.fetch("/livez", from(app))]) {
    assert.deepEqual(corsHeaders(response), []);
    assert.equal(response.headers.has("vary"), false);
  }
  assert.equal((await preflight(app, quiet)).status, 405);
});
