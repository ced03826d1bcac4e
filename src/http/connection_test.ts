import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSentinel, test } from "../testing/harness.ts";
import { overSockets, parseAnswers } from "../testing/traffic/sockets.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_TRUSTED_PROXIES: "127.0.0.1/32" } });
let handled = 0;
const { speak, exchange, ...server } = overSockets((request, info) => (handled++, sentinel.handle(request, info)));
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

const bearer = (token: string) => `Authorization: Bearer ${token}`;

/** One of many requests on a connection; `last` asks to close it. */
const request = (lines: string[], { last = false, body = "" } = {}) =>
  [...lines, "Host: localhost", ...last ? ["Connection: close"] : [], "", body].join("\r\n");

const formType = "application/x-www-form-urlencoded";

/** Requests of every kind with the expected status of each, in order. Request i has the id i. */
async function mixed(count: number): Promise<{ bytes: Buffer; statuses: number[] }> {
  const token = await sentinel.tokenOf("grace");
  const form = "username=ada";
  const kinds: [status: number, lines: string[], body?: string][] = [
    [200, ["GET /users/me HTTP/1.1", bearer(token)]],
    [404, ["GET /nowhere HTTP/1.1"]],
    [401, ["GET /users/me HTTP/1.1"]],
    [200, ["GET /livez HTTP/1.1"]],
    [403, ["GET /admin-only HTTP/1.1", bearer(token)]],
    [422, ["POST /logout HTTP/1.1", "Content-Type: application/json", "Content-Length: 2"], "[]"],
    [405, ["DELETE /livez HTTP/1.1"]],
    [422, ["POST /login HTTP/1.1", `Content-Type: ${formType}`, `Content-Length: ${form.length}`], form],
    [400, ["GET /%zz HTTP/1.1"]],
  ];
  const chosen = Array.from({ length: count }, (_, i) => kinds[i % kinds.length]!);
  const texts = chosen.map(([, [line, ...more], body], i) =>
    request([line!, `X-Request-ID: ${i}`, ...more], { last: i === count - 1, ...(body && { body }) })
  );
  return { bytes: Buffer.from(texts.join("")), statuses: chosen.map(([status]) => status) };
}

for (const count of [100, 10_000]) {
  test(`T222 ${count} requests at once on one connection are answered in order, each with its own answer`, async () => {
    const { bytes, statuses } = await mixed(count);
    const answers = parseAnswers(await exchange(bytes));
    assert.deepEqual(answers.map(({ headers }) => headers.get("x-request-id")), statuses.map((_, i) => String(i)));
    assert.deepEqual(answers.map(({ status }) => status), statuses);
    for (const { status, body } of answers) {
      if (status >= 400) assert.equal(JSON.parse(body).status, status);
    }
  });
}

test("T222 no caller on a connection gets another caller's answer, whatever requests are mixed", async () => {
  const [ada, grace] = [await sentinel.tokenOf("ada"), await sentinel.tokenOf("grace")];
  const asked = Array.from({ length: 300 }, (_, i) => [ada, undefined, grace][i % 3]);
  const texts = asked.map((token, i) =>
    request(["GET /users/me HTTP/1.1", ...token ? [bearer(token)] : []], { last: i === asked.length - 1 })
  );
  const answers = parseAnswers(await exchange(Buffer.from(texts.join(""))));
  const names = answers.map(({ body }) => JSON.parse(body).username);
  assert.deepEqual(names, asked.map((token) => token === ada ? "ada" : token && "grace"));
});

test("T222 a body that is longer or shorter than declared is not read as the next request", async () => {
  const smuggled = "GET /admin-only HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const heads = [
    ["Content-Length: 5", "Content-Length: 6"],
    ["Content-Length: -1"],
    ["Content-Length: 1e1"],
    ["Content-Length: 0x5"],
    ["Transfer-Encoding: chunked, identity"],
    ["Transfer-Encoding: xchunked"],
  ];
  for (const lines of heads) {
    const before = handled;
    const bytes = request(["POST /logout HTTP/1.1", ...lines], { body: `{"a":1}${smuggled}` });
    const answers = parseAnswers(await exchange(Buffer.from(bytes)));
    assert.deepEqual(answers.map(({ status }) => status), [400], lines.join());
    assert.equal(handled, before, lines.join());
  }
});

// SECURITY.md relies on this behaviour of the runtime: when it changes, a proxy must enforce other limits.
test("X26 a body declared as 10 GB is refused by its length, before a byte of it was read", async () => {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const lines = ["POST /login HTTP/1.1", "Content-Type: application/json", "Content-Length: 10000000000"];
  await socket.write(Buffer.from(request(lines)));
  assert.match(await firstOf(socket), /^HTTP\/1\.1 413 /);
});

test("X26 a refused body is read to its end, not stored, and then the connection is closed", async () => {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const answered = new Response(socket.readable).text();
  const size = 32 * 2 ** 20; // more than the buffers of both ends
  const before = handled;
  await socket.write(Buffer.from(request([
    "POST /login HTTP/1.1",
    "Content-Type: application/json",
    `Content-Length: ${size}`,
  ])));
  const piece = new Uint8Array(2 ** 16).fill(0x20);
  for (let sent = 0; sent < size;) sent += await socket.write(piece.subarray(0, size - sent));
  const statuses = parseAnswers(Buffer.from(await answered)).map(({ status }) => status);
  assert.deepEqual([statuses, handled - before], [[413], 1]);
});

test("X26 the runtime asks for a body that Sentinel then refuses by its declared length", async () => {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const lines = ["POST /login HTTP/1.1", "Content-Type: application/json", "Content-Length: 10000000000"];
  await socket.write(Buffer.from(request([...lines, "Expect: 100-continue"])));
  let text = "";
  while (!text.includes(" 413 ")) text += await firstOf(socket);
  assert.match(text, /^HTTP\/1\.1 (?:100 Continue\r\n\r\nHTTP\/1\.1 )?413 /);
});

/** Returns the bytes that arrive next. */
async function firstOf(socket: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  const size = await socket.read(buffer) ?? assert.fail("it hung up");
  return Buffer.from(buffer.subarray(0, size)).toString();
}

const upgrades = [
  [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ],
  ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
  ["Connection: Upgrade", "Upgrade: TLS/1.0"],
  ["Upgrade: websocket"],
];

for (const lines of upgrades) {
  test(`T226 ${lines.join("; ").slice(0, 40)}… is ignored, and the request answered`, async () => {
    const token = await sentinel.tokenOf("grace");
    for (const [sent, status] of [[[bearer(token)], 200], [[], 401]] as const) {
      const bytes = request(["GET /users/me HTTP/1.1", ...lines, ...sent]) +
        request(["GET /livez HTTP/1.1"], { last: true });
      const answers = parseAnswers(await exchange(Buffer.from(bytes)));
      assert.deepEqual(answers.map((each) => each.status), [status, 200]);
      for (const { headers } of answers) assert.equal(headers.get("upgrade"), null);
    }
  });
}

test("T226 CONNECT opens no tunnel", async () => {
  for (const target of ["localhost:80", "/users/me"]) {
    const status = (await speak([`CONNECT ${target} HTTP/1.1`]))?.status;
    assert.ok(status !== undefined && status >= 400 && status < 500, String(status));
  }
});
