import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSentinel, test } from "../../testing/harness.ts";
import { overSockets, parseAnswers, type Spoken } from "../../testing/traffic/sockets.ts";
import { starting } from "../server/starting.ts";

const sentinel = await startSentinel({ lasting: false });
const { speak, exchange, ...server } = overSockets(sentinel.handle);
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

const bearer = (token: string) => `Authorization: Bearer ${token}`;
const { SENTINEL_PUBLIC_URL: publicUrl } = sentinel.settings;

function assertMalformed(answer: Spoken | undefined, what: string) {
  assert.equal(answer?.status, 400, what);
  assert.equal(answer.headers.get("content-type"), "application/problem+json", what);
  assert.equal(JSON.parse(answer.body).type, "/problems/malformed_request", what);
}

const oddHosts = [
  "",
  "a b",
  "a\tb",
  "a@b",
  "ada:secret@localhost",
  "localhost:0",
  "localhost:00000",
  "localhost:x",
  "localhost:-1",
  "localhost:123456",
  ":8000",
  "localhost/",
  "localhost/livez?",
  "localhost?",
  "localhost#",
  "localhost\\livez",
  "localhost, localhost",
  "local%68ost",
  "<b>",
  '"localhost"',
  "[::1",
  "::1",
  "[localhost]",
  "*",
  "é",
  "a".repeat(254),
];

for (const host of oddHosts) {
  test(`T196 a request to the Host ${JSON.stringify(host.slice(0, 30))} answers 400`, async () => {
    for (const path of ["/livez", "/users/me", "/nowhere"]) {
      assertMalformed(await speak([`GET ${path} HTTP/1.1`, `Host: ${host}`]), path);
    }
  });
}

for (
  const host of [
    "localhost",
    "127.0.0.1:8000",
    "[::1]:8000",
    "EXAMPLE.com.",
    "my_service:1",
    "xn--bcher-kva.example:65535",
    "sentinel.1",
    "1.2.3.256",
    "localhost:70000",
    "[:::::]",
  ]
) {
  test(`T196 a request to the Host ${host} is served, and a page links to the next`, async () => {
    assert.equal((await speak(["GET /livez HTTP/1.1", `Host: ${host}`]))?.status, 200);
    await sentinel.login("grace");
    const page = "GET /users/me/sessions?page_size=1 HTTP/1.1";
    const answer = await speak([page, `Host: ${host}`, bearer(await sentinel.tokenOf("grace"))]);
    assert.equal(answer?.status, 200);
    assert.match(answer.headers.get("link")!, /^<\/users\/me\/sessions\?page_size=1&page_token=[\w-]+>; rel="next"$/);
  });
}

test("T196 a request without a Host, or with two, answers 400", async () => {
  for (
    const head of [
      "GET /livez HTTP/1.1\r\nConnection: close",
      "GET /livez HTTP/1.0",
      "GET http://localhost/livez HTTP/1.1\r\nConnection: close",
    ]
  ) {
    assertMalformed(parseAnswers(await exchange(Buffer.from(`${head}\r\n\r\n`)))[0], head);
  }
  for (const second of ["localhost", "evil.example"]) {
    const answer = await speak(["GET /livez HTTP/1.1", "Host: localhost", `Host: ${second}`]);
    assert.equal(answer?.status, 400, second);
  }
});

test("T196 no Host can change the path: what a proxy blocks stays blocked", async () => {
  for (const host of ["localhost/metrics?", "localhost/metrics#", "/metrics?", "localhost/metrics"]) {
    const answer = await speak(["GET /public HTTP/1.1", `Host: ${host}`]);
    assertMalformed(answer, host);
    assert.doesNotMatch(answer!.body, /http_requests_total/);
  }
});

test("T196 while Sentinel starts, a request to an unusual Host is answered like any other", async () => {
  await using early = overSockets(starting);
  for (const host of oddHosts.filter((host) => !host.includes("/livez"))) {
    const status = (await early.speak(["GET /users/me HTTP/1.1", `Host: ${host}`]))?.status;
    assert.equal(status, 503, host);
  }
  assert.equal((await early.speak(["GET /livez HTTP/1.1"]))?.status, 200);
});

test("X27 while Sentinel starts, HEAD is answered like GET, for probes that send it", async () => {
  await using early = overSockets(starting);
  for (const [path, status] of [["/livez", 200], ["/readyz", 503], ["/", 503]] as const) {
    const [get, head] = [await early.speak([`GET ${path} HTTP/1.1`]), await early.speak([`HEAD ${path} HTTP/1.1`])];
    assert.deepEqual([get?.status, head?.status, head?.body], [status, status, ""], path);
    assert.ok(Number(head?.headers.get("content-length")) > 0, path);
  }
  assert.equal((await early.speak(["POST /livez HTTP/1.1"]))?.status, 503);
});

const foreign = [
  "Host: evil.example",
  "X-Forwarded-Host: evil.example",
  "X-Forwarded-Proto: evil",
  "X-Forwarded-Prefix: /evil",
  "X-Original-URL: /evil",
  "X-Rewrite-URL: /evil",
  "Forwarded: host=evil.example;proto=evil",
];

test("T197 no answer contains the host of the request target or of a header", async () => {
  const token = await sentinel.tokenOf("ada");
  await sentinel.login("ada");
  const gets = sentinel.app.operations.filter(({ method, hidden }) => method === "get" && !hidden);
  const paths = gets.map(({ path }) => path.replaceAll(/\{\w+\}/g, crypto.randomUUID()));
  for (const path of [...paths, "/nowhere", "/%zz", "/users/me/sessions?page_size=1"]) {
    for (
      const target of [
        path,
        `http://evil.example${path}`,
        `https://evil.example:1${path}`,
        `evil://evil.example${path}`,
      ]
    ) {
      const answer = await speak([`GET ${target} HTTP/1.1`, ...foreign, bearer(token)]);
      assert.ok(answer && answer.status < 500, target);
      assert.doesNotMatch(`${[...answer.headers].join()} ${answer.body}`, /evil/, target);
    }
  }
});

test(
  "T197 an absolute request target is served by its path; issuer and links are those of the configuration",
  async () => {
    const get = async (path: string, ...lines: string[]) =>
      (await speak([`GET http://evil.example${path} HTTP/1.1`, ...foreign, ...lines]))!;
    const metadata = JSON.parse((await get("/.well-known/oauth-authorization-server")).body);
    assert.equal(metadata.issuer, publicUrl);
    for (const [name, url] of Object.entries(metadata)) {
      if (/_endpoint$|_uri$/.test(name)) assert.ok(String(url).startsWith(`${publicUrl}/`), name);
    }
    assert.deepEqual(JSON.parse((await get("/openapi.json")).body).servers, [{ url: publicUrl }]);

    await sentinel.settled("grace");
    const form = "username=grace&password=nanoseconds+of+wire";
    const typed = ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${form.length}`];
    const login = () => speak(["POST http://evil.example/login HTTP/1.1", ...foreign, ...typed], form);
    const { access_token } = JSON.parse((await login(), await login())!.body);
    const { iss, aud } = JSON.parse(Buffer.from(access_token.split(".")[1], "base64url").toString());
    assert.deepEqual([iss, aud], [publicUrl, publicUrl]);
    const { headers } = await get("/users/me/sessions?page_size=1", bearer(access_token));
    assert.match(headers.get("link")!, /^<\/users\/me\/sessions\?page_size=1&page_token=[\w-]+>; rel="next"$/);

    const person = JSON.stringify({ username: "mallory", email: "mallory@example.com", password: "from elsewhere" });
    const registered = await speak([
      "POST http://evil.example/register HTTP/1.1",
      ...foreign,
      "Content-Type: application/json",
      `Content-Length: ${person.length}`,
    ], person);
    assert.match(registered!.headers.get("location")!, /^\/users\/[\da-f-]{36}$/);
  },
);

test(
  "T199 headers over 64 kB or more than 128 of them answer 400 and end the connection; fewer are served",
  async () => {
    let handled = 0;
    await using counted = overSockets((request, info) => (handled++, sentinel.handle(request, info)));
    const ask = (...lines: string[]) => counted.speak(["GET /livez HTTP/1.1", ...lines]);
    for (const kilobytes of [8, 16, 32, 60]) {
      assert.equal((await ask(`X-Large: ${"a".repeat(kilobytes * 1_024)}`))?.status, 200, `${kilobytes} kB`);
    }
    const many = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: a`);
    for (const count of [98, 126]) assert.equal((await ask(...many(count)))?.status, 200, `${count} more headers`);
    const before = handled;
    for (const kilobytes of [64, 128, 1_024]) {
      assert.equal((await ask(`X-Large: ${"a".repeat(kilobytes * 1_024)}`))?.status, 400, `${kilobytes} kB`);
    }
    for (const count of [127, 1_000]) assert.equal((await ask(...many(count)))?.status, 400, `${count} more headers`);
    const kept = await counted.exchange(
      Buffer.from(
        `GET /livez HTTP/1.1\r\nHost: localhost\r\n${
          many(1_000).join("\r\n")
        }\r\n\r\nGET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      ),
    );
    assert.deepEqual(parseAnswers(kept).map(({ status }) => status), [400]);
    assert.equal(handled, before);
  },
);

test("T199 a path of more than 8192 characters answers 414, one that fills the request's head 400", async () => {
  const ask = async (kilobytes: number) => (await speak([`GET /${"a".repeat(kilobytes * 1_024)} HTTP/1.1`]))?.status;
  assert.equal(await ask(7), 404);
  for (const kilobytes of [8, 16, 32, 60]) assert.equal(await ask(kilobytes), 414, `${kilobytes} kB`);
  for (const kilobytes of [64, 128]) assert.equal(await ask(kilobytes), 400, `${kilobytes} kB`);
});

test("X28 a path that another server may read differently is refused, wherever it would lead", async () => {
  for (
    const path of [
      "/%6detrics",
      "/metric%73",
      "/%4DETRICS",
      "/livez%2e",
      "/%2e%2e/livez",
      "/a/..%2flivez/../livez",
      "/users/../metrics",
      "/./livez",
      "/users/.",
      "/users/..",
      "//livez",
      "/livez//",
      "/users//me",
      "/users%5Cme",
      "/users\\me",
      "/%7euser",
      "/%5fdocs",
      "/users/%30",
      "/users/%2D",
    ]
  ) {
    const answer = await speak([`GET ${path} HTTP/1.1`]);
    assert.equal(answer?.status, 400, path);
    assert.equal(JSON.parse(answer.body).type, "/problems/malformed_request", path);
  }
  for (
    const path of [
      "/livez",
      "/livez?x=%6d",
      "/permissions/documents%3Aread",
      "/roles/r%C3%B4le",
      "/.well-known/jwks.json",
    ]
  ) {
    assert.notEqual((await speak([`GET ${path} HTTP/1.1`]))?.status, 400, path);
  }
});

test("X27 HEAD answers the headers of GET, including the length, and no body", async () => {
  const authorization = bearer(await sentinel.tokenOf("grace"));
  const me = await sentinel.settled("grace");
  for (
    const path of ["/livez", "/users/me", `/users/${me}`, "/nowhere", "/problems/not_found", "/docs", "/openapi.json"]
  ) {
    const [get, head] = [
      (await speak([`GET ${path} HTTP/1.1`, authorization]))!,
      (await speak([`HEAD ${path} HTTP/1.1`, authorization]))!,
    ];
    assert.equal(head.status, get.status, path);
    assert.equal(head.body, "", path);
    assert.ok(Number(head.headers.get("content-length")) > 0, path);
    const sameId = (length: string | null) => Math.abs(Number(length) - Number(get.headers.get("content-length"))) <= 2; // ids count up
    assert.ok(sameId(head.headers.get("content-length")), `${path} ${head.headers.get("content-length")}`);
    assert.equal(head.headers.get("content-type"), get.headers.get("content-type"), path);
    assert.equal(head.headers.get("etag"), get.headers.get("etag"), path);
  }
  const refused = await speak(["HEAD /login HTTP/1.1"]);
  assert.deepEqual([refused?.status, refused?.headers.get("allow")], [405, "POST"]);
});

test("X25 405 lists the methods of the path, and none of a pattern whose parameters do not match", async () => {
  const allowed = async (method: string, path: string) => {
    const answer = await speak([`${method} ${path} HTTP/1.1`]);
    return [answer?.status, answer?.headers.get("allow") ?? null];
  };
  const own = sentinel.app.operations.filter(({ path }) => path === "/users/me").map(({ method }) =>
    method.toUpperCase()
  );
  assert.deepEqual(await allowed("PUT", "/users/me"), [405, [...own, "HEAD"].join(", ")]);
  assert.deepEqual(await allowed("POST", "/users/me/sessions"), [405, "GET, DELETE, HEAD"]);
  assert.deepEqual(await allowed("GET", "/login"), [405, "POST"]);
  const [status, methods] = await allowed("POST", `/users/${crypto.randomUUID()}`);
  assert.equal(status, 405);
  assert.deepEqual(String(methods).split(", ").sort(), ["DELETE", "GET", "HEAD", "PATCH"]);
  for (const path of ["/users/nobody", "/users/nobody/sessions"]) {
    assert.deepEqual(await allowed("PUT", path), [404, null]);
  }
  assert.deepEqual(await allowed("POST", "/roles/keeper"), [405, "GET, PATCH, DELETE, HEAD"]);
  assert.deepEqual(await allowed("PROPFIND", "/nowhere"), [404, null]);
});
