import assert from "node:assert/strict";
import { z } from "@hono/zod-openapi";
import { Problem } from "../../vocabulary/problems.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { overSockets } from "../../testing/traffic/sockets.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { bodySizeMax, bodyTimeoutMs, readBody, readQuery } from "./body.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const utf8 = new TextEncoder();
const jsonType = "application/json";
const formType = "application/x-www-form-urlencoded";
const person = { username: "ada", email: "ada@example.com", password: "a long enough password" };
const personText = JSON.stringify(person);

/** Sends exactly these bytes; without a type, no media type is declared. */
function post(path: string, body: string | Uint8Array | FormData, type?: string, headers: Record<string, string> = {}) {
  return sentinel.fetch(path, {
    method: "POST",
    body: typeof body === "string" ? utf8.encode(body) : body as BodyInit,
    headers: { ...headers, ...(type !== undefined && { "content-type": type }) },
  });
}

type Case = [what: string, status: number, code: string, send: () => Promise<Response>];

const register = (body: string | Uint8Array, type: string | undefined = jsonType) => post("/register", body, type);
const nested = (levels: number) => `{"username":${"[".repeat(levels)}${"]".repeat(levels)}}`;
const bytesOf = (text: string, encoding: "utf-16le" | "utf-16be") =>
  new Uint8Array([...text].flatMap((c) => encoding === "utf-16le" ? [c.charCodeAt(0), 0] : [0, c.charCodeAt(0)]));
const parts = (count: number) => {
  const form = new FormData();
  for (let i = 0; i < count; i++) form.append(`part${i}`, "x");
  return form;
};

const refused: Case[] = [
  ["T051 64 levels", 422, "invalid_request", () => register(nested(63))],
  ["T051 65 levels", 400, "malformed_request", () => register(nested(64))],
  ["T051 1000 levels", 400, "malformed_request", () => register(nested(1000))],
  ["T051 30000 levels", 400, "malformed_request", () => register(nested(30_000))],
  ["T051 30000 levels that do not end", 400, "malformed_request", () => register("[".repeat(30_000))],
  ["T052 5000 members", 422, "invalid_request", () => register(members(5000))],
  ["T052 20000 members", 413, "body_too_large", () => register(members(20_000))],
  [
    "T052 a string of 60 kB",
    422,
    "invalid_request",
    () => register(JSON.stringify({ ...person, username: "a".repeat(60_000) })),
  ],
  ["T052 a list of 20000 at the root", 422, "invalid_request", () => register(JSON.stringify(Array(20_000).fill(0)))],
  ["T052 a body one byte too long", 413, "body_too_large", () => register(personText.padEnd(bodySizeMax + 1))],
  ["T053 a lone brace", 400, "malformed_request", () => register("{")],
  ["T053 nothing", 400, "malformed_request", () => register("")],
  ["T053 white space", 400, "malformed_request", () => register(" \n")],
  ["T053 NaN", 400, "malformed_request", () => register("NaN")],
  ["T053 garbage after the object", 400, "malformed_request", () => register(`${personText}garbage`)],
  ["T053 two objects", 400, "malformed_request", () => register(personText + personText)],
  ["T053 a trailing comma", 400, "malformed_request", () => register(personText.replace("}", ",}"))],
  ["T053 a comment", 400, "malformed_request", () => register(`/**/${personText}`)],
  ["T053 null", 422, "invalid_request", () => register("null")],
  ["T053 an empty list", 422, "invalid_request", () => register("[]")],
  ["T053 a string", 422, "invalid_request", () => register('"x"')],
  ["T053 a number", 422, "invalid_request", () => register("1")],
  ["T054 JSON as text/plain", 415, "unsupported_media_type", () => register(personText, "text/plain")],
  ["T054 JSON without a type", 415, "unsupported_media_type", () => post("/register", personText)],
  ["T054 JSON as a form", 415, "unsupported_media_type", () => register(personText, formType)],
  [
    "T054 JSON as multipart",
    415,
    "unsupported_media_type",
    () => register(personText, "multipart/form-data; boundary=x"),
  ],
  [
    "T054 JSON in UTF-16 by its charset",
    415,
    "unsupported_media_type",
    () => register(personText, `${jsonType}; charset=utf-16`),
  ],
  [
    "T054 JSON in Latin-1 by its charset",
    415,
    "unsupported_media_type",
    () => register(personText, `${jsonType}; charset=iso-8859-1`),
  ],
  ["T054 a type that begins alike", 415, "unsupported_media_type", () => register(personText, "application/json5")],
  ["T054 a structured suffix", 415, "unsupported_media_type", () => register(personText, "application/ld+json")],
  ["T054 two types", 415, "unsupported_media_type", () => register(personText, `${jsonType}, text/plain`)],
  [
    "T056 a byte order mark",
    400,
    "malformed_request",
    () => register(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8.encode(personText)])),
  ],
  ["T056 UTF-16LE", 400, "malformed_request", () => register(bytesOf(personText, "utf-16le"))],
  ["T056 UTF-16BE", 400, "malformed_request", () => register(bytesOf(personText, "utf-16be"))],
  [
    "T056 UTF-16LE with its mark",
    400,
    "malformed_request",
    () => register(new Uint8Array([0xff, 0xfe, ...bytesOf(personText, "utf-16le")])),
  ],
  [
    "T056 a byte that is not UTF-8",
    400,
    "malformed_request",
    () => register(new Uint8Array([...utf8.encode('{"username":"'), 0xff, 0x22, 0x7d])),
  ],
  [
    "T057 a surrogate as raw bytes",
    400,
    "malformed_request",
    () => register(new Uint8Array([...utf8.encode('{"username":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d])),
  ],
  [
    "T057 a surrogate in a form",
    400,
    "malformed_request",
    () => post("/login", "username=%ED%A0%80&password=x", formType),
  ],
  ["T058 NUL in a form", 422, "invalid_request", () => post("/login", "username=a%00&password=x", formType)],
  [
    "T221 a broken percent-encoding in a form",
    400,
    "malformed_request",
    () => post("/login", "username=%zz&password=x", formType),
  ],
  [
    "T221 half a percent-encoding in a form",
    400,
    "malformed_request",
    () => post("/login", "username=a&password=%E0%A4%A", formType),
  ],
  ["T207 10000 multipart parts", 415, "unsupported_media_type", () => post("/login", parts(10_000))],
  ["T207 100000 form fields", 413, "body_too_large", () => post("/login", fields(100_000), formType)],
  ["T207 10000 form fields", 400, "malformed_request", () => post("/login", fields(10_000), formType)],
  [
    "T207 a dotted name of 5000 levels",
    422,
    "invalid_request",
    () => register(JSON.stringify({ ...person, ["a.".repeat(5000)]: 1 })),
  ],
  [
    "T207 a bracketed form name of 5000 levels",
    422,
    "invalid_request",
    () => post("/login", `a${"[b]".repeat(5000)}=1`, formType),
  ],
  [
    "T208 a form parameter twice",
    400,
    "repeated_parameter",
    () => post("/login", "username=ada&password=x&username=ada", formType),
  ],
  [
    "T208 a form parameter twice, spelled differently",
    400,
    "repeated_parameter",
    () => post("/login", "username=ada&password=x&%75sername=ada", formType),
  ],
];

for (const coding of ["gzip", "br", "deflate", "zstd", "identity", "x-unknown", "gzip, gzip"]) {
  refused.push([
    `T206 Content-Encoding ${coding}`,
    415,
    "unsupported_media_type",
    () => post("/register", personText, jsonType, { "content-encoding": coding }),
  ]);
}

function members(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, 0])));
}

function fields(count: number): string {
  return Array.from({ length: count }, (_, i) => `${i.toString(36)}=`).join("&");
}

for (const [what, status, code, send] of refused) {
  test(`${what}: a body is answered ${status} and changes nothing`, async () => {
    const before = await rowCounts(sentinel);
    const response = await send();
    assert.equal(response.status, status);
    const { type, errors = [] } = await response.json();
    assert.equal(type, `/problems/${code}`);
    assert.ok(errors.length <= 25, "not as many errors as the body has members");
    assert.deepEqual(await rowCounts(sentinel), before);
  });
}

test("T206 a compressed body is refused unread, whatever its size would be", async () => {
  const bomb = await new Response(
    new Blob([new Uint8Array(10_000_000)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  assert.equal((await post("/register", bomb, jsonType, { "content-encoding": "gzip" })).status, 415);
});

test("T221 a refused body is quoted neither to the client nor in the log", async () => {
  for (const body of ["{canary-9f2: hunter2", '{"username":"canary-9f2"hunter2}', '"canary-9f2']) {
    const text = await (await register(body)).text();
    assert.doesNotMatch(text, /canary-9f2|hunter2/);
  }
  assert.doesNotMatch(await sentinel.logs(), /canary-9f2|hunter2/);
});

test("a JSON body is accepted with any spelling of its media type and of UTF-8", async () => {
  const answers = [];
  for (
    const type of [
      jsonType,
      "Application/JSON",
      `${jsonType};charset=UTF-8`,
      `${jsonType} ; charset="utf-8"`,
      `${jsonType}; profile=x; charset=utf-8`,
    ]
  ) {
    answers.push((await post("/login", JSON.stringify({ username: "never.seen", password: "x" }), type)).status);
  }
  assert.deepEqual(answers, Array(5).fill(401)); // the body was read, and the password refused
});

test("T058 %00 and SQL in path and query never cause a server error", async () => {
  for (
    const path of ["/%00", "/users/%00", "/users/me?x=%00", "/users/me?' OR 1=1--", "/problems/%00", "/problems/a%00b"]
  ) {
    const { status } = await sentinel.fetch(path);
    assert.ok([400, 401, 404, 422].includes(status), `${path} ${status}`);
  }
});

/** The problem that reading the body throws. */
async function problemOf(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(() => assert.fail("was read"), (error) => error);
  assert.ok(error instanceof Problem, String(error));
  return error.code;
}

const anyObject = { schema: z.looseObject({}), types: [jsonType, formType] } as const;

function streamed(
  chunks: Uint8Array[],
  { headers, fails }: { headers?: Record<string, string>; fails?: boolean } = {},
) {
  const left = [...chunks];
  let canceled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk) controller.enqueue(chunk);
      else if (fails) controller.error(new Error("connection reset"));
      else controller.close();
    },
    cancel: () => void (canceled = true),
  });
  return {
    request: new Request("http://localhost/", {
      method: "POST",
      body,
      headers: { "content-type": jsonType, ...headers },
    }),
    canceled: () => canceled,
    unread: () => left.length,
  };
}

Deno.test("readBody joins the chunks of a body, even inside of a character", async () => {
  const bytes = utf8.encode('{"name":"é€🐎"}');
  const { request } = streamed([...bytes].map((byte) => new Uint8Array([byte])));
  assert.deepEqual(await readBody(request, anyObject), { name: "é€🐎" });
});

Deno.test("readBody accepts 64 kB and not one byte more, whatever length was declared", async () => {
  const exact = utf8.encode("{}".padEnd(bodySizeMax));
  assert.deepEqual(await readBody(streamed([exact]).request, anyObject), {});
  const chunks = Array(100).fill(utf8.encode(" ".repeat(bodySizeMax / 4)));
  const inChunks = { "transfer-encoding": "chunked" };
  for (const headers of [{}, inChunks, { ...inChunks, "content-length": "2" }]) {
    const { request, canceled, unread } = streamed(chunks, { headers });
    assert.equal(await problemOf(readBody(request, anyObject)), "body_too_large");
    assert.ok(canceled(), "the rest is not waited for");
    assert.ok(unread() > 90, "the rest is not read");
  }
  for (const length of ["2", "nonsense"]) { // the runtime passes on no more than was declared
    const { request } = streamed(chunks, { headers: { "content-length": length } });
    assert.equal(await problemOf(readBody(request, anyObject)), "body_too_large");
  }
});

Deno.test("readBody refuses a declared length over the limit before it reads anything", async () => {
  const { request, unread } = streamed([utf8.encode("{}"), utf8.encode(" "), utf8.encode(" ")], {
    headers: { "content-length": String(bodySizeMax + 1) },
  });
  assert.equal(await problemOf(readBody(request, anyObject)), "body_too_large");
  assert.ok(unread() >= 2);
});

Deno.test("readBody reports a body that ends early as malformed, and does not repeat the cause", async () => {
  const { request } = streamed([utf8.encode('{"a":')], { fails: true });
  const error = await readBody(request, anyObject).catch((error) => error);
  assert.equal(error.code, "malformed_request");
  assert.equal(error.detail, "The request ended before its body was complete.");
});

Deno.test("T201 readBody stops waiting for a body that stalls when its time is over", async () => {
  for (const declared of [{}, { "content-length": "2" }]) {
    let canceled = false;
    const body = new ReadableStream({ cancel: () => void (canceled = true) });
    const headers = { "content-type": jsonType, ...declared };
    const request = new Request("http://localhost/", { method: "POST", body, headers });
    const { setTimeout: real } = globalThis;
    const waits: unknown[] = [];
    globalThis.setTimeout = ((work: () => void, ms: number) => {
      waits.push(ms);
      queueMicrotask(work);
      return 0;
    }) as unknown as typeof setTimeout;
    try {
      assert.equal(await problemOf(readBody(request, anyObject)), "request_timeout");
    } finally {
      globalThis.setTimeout = real;
    }
    assert.deepEqual(waits, [bodyTimeoutMs]);
    assert.equal(canceled, !("content-length" in declared), "a stream is not kept waiting");
  }
});

Deno.test("T049 readBody never changes the prototype of an object", async () => {
  const form = new Request("http://localhost/", {
    method: "POST",
    body: "__proto__=x&constructor=y&toString=z",
    headers: { "content-type": formType },
  });
  const read = await readBody(form, { schema: z.looseObject({ toString: z.string() }), types: [formType] });
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
  assert.equal(Object.hasOwn(Object.prototype, "x"), false);
  assert.equal(read.toString, "z");
});

Deno.test("readBody reports errors by RFC 6901 pointers, cuts long names and accepts lone surrogates in them", async () => {
  const body = JSON.stringify({ "a/b~c": 1, ["n".repeat(500)]: 1, "\ud800": 1, "a b%": 1 });
  const request = new Request("http://localhost/", { method: "POST", body, headers: { "content-type": jsonType } });
  const error = await readBody(request, { schema: z.strictObject({}), types: [jsonType] }).catch((error) => error);
  assert.deepEqual(error.errors.map(({ pointer }: { pointer: string }) => pointer), [
    "#/a~1b~0c",
    `#/${"n".repeat(64)}`,
    "#/%EF%BF%BD",
    "#/a%20b%25",
  ]);
});

const query = z.strictObject({ a: z.string().optional(), role: z.string().optional() });

Deno.test("T208 readQuery refuses a repeated parameter", () => {
  for (const text of ["a=1&a=2", "a=1&%61=1", "a&a", "a=1&role=x&a="]) {
    assert.throws(() => readQuery(`http://localhost/?${text}`, query), { code: "repeated_parameter" });
  }
});

Deno.test("T209 readQuery does not parse the fragment", () => {
  assert.deepEqual(readQuery("http://localhost/?a=1#&role=admin", query), { a: "1" });
  assert.deepEqual(readQuery("http://localhost/#?role=admin", query), {});
});

test("T209 a fragment in the request target is not a part of the path", async () => {
  await using server = overSockets(sentinel.handle);
  const answer = await server.speak(["GET /problems/not_found#?code=internal HTTP/1.1"]);
  assert.deepEqual([answer?.status, JSON.parse(answer?.body ?? "{}").type], [200, "/problems/not_found"]);
});

Deno.test("readQuery decodes each name and value once, and refuses what is not text", () => {
  assert.deepEqual(readQuery("http://localhost/?a=%2525+%2B", query), { a: "%25 +" });
  assert.deepEqual(readQuery("http://localhost/?a=b?c=d", query), { a: "b?c=d" });
  for (const text of ["a=%zz", "a=%E0%A4%A", "a=%ff"]) {
    assert.throws(() => readQuery(`http://localhost/?${text}`, query), { code: "malformed_request" });
  }
  assert.throws(() => readQuery("http://localhost/?a=%00", query), { code: "invalid_request" });
  assert.throws(() => readQuery("http://localhost/?b=1", query), { code: "invalid_request" });
});
