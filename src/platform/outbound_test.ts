import assert from "node:assert/strict";
import { createCertificates } from "../testing/servers/certificates.ts";
import { cidr } from "../vocabulary/settings/setting_schemas.ts";
import { createOutbound, OutboundError, type OutboundOptions, type OutboundRequest } from "./outbound.ts";

const folder = await Deno.makeTempDir({ prefix: "sentinel-outbound-" });
const files = await createCertificates(folder, "DNS:app.example,IP:127.0.0.1");
const [ca, cert, key] = [files.ca, files.certificate, files.key].map((path) => Deno.readTextFileSync(path));
await Deno.remove(folder, { recursive: true });

const loopback = [cidr.parse("127.0.0.0/8")];
const withTls = { cert: cert!, key: key! };

/** A server on 127.0.0.1, and the URLs that it was asked for. */
function serve(answer: (request: Request) => Response | Promise<Response>, tls = {}) {
  const seen: string[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", signal, onListen() {}, ...tls }, (request) => {
    seen.push(request.url);
    return answer(request);
  });
  const { port } = server.addr as Deno.NetAddr;
  return {
    port,
    seen,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await server.finished;
    },
  };
}

/** Sockets of Node end a moment after their request, which the sanitizers of Deno do not wait for. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** The class of the failure, or the status of the answer. */
async function outcome(url: string, options: Partial<OutboundOptions> = {}, sent: OutboundRequest = {}) {
  try {
    return (await createOutbound({ allowed: loopback, ...options }).fetch(url, sent)).status;
  } catch (error) {
    assert.ok(error instanceof OutboundError, String(error));
    return error.errorClass;
  }
}

const to = (...addresses: string[]) => () => Promise.resolve(addresses);

test("outbound connects to the address that was checked, by the name of the URL", async () => {
  await using server = serve((request) => Response.json([...request.headers.keys()]), withTls);
  const asked: string[] = [];
  const resolve = (host: string) => Promise.resolve(asked.push(host) === 1 ? ["127.0.0.1"] : ["10.0.0.1"]);
  const outbound = createOutbound({ allowed: loopback, ca, resolve });
  const { status, headers, body } = await outbound.fetch(`https://app.example:${server.port}/keys?a=b#c`, {
    accept: "application/json",
  });
  assert.deepEqual([status, headers["content-type"], asked], [200, "application/json", ["app.example"]]);
  assert.equal(server.seen[0], `https://app.example:${server.port}/keys?a=b`);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(body)), ["accept", "connection", "host"]);
});

test("outbound sends a body as it is", async () => {
  const bodies: string[] = [];
  await using server = serve(async (request) => {
    bodies.push(`${request.method} ${request.headers.get("content-type")} ${await request.text()}`);
    return new Response(null, { status: 204 });
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const sent = { method: "POST", headers, body: "logout_token=ü" } as const;
  assert.equal(await outcome(`http://127.0.0.1:${server.port}/`, {}, sent), 204);
  assert.deepEqual(bodies, ["POST application/x-www-form-urlencoded logout_token=ü"]);
});

test("outbound refuses a certificate of another name or authority", async () => {
  await using server = serve(() => new Response("secret"), withTls);
  const resolve = to("127.0.0.1");
  assert.equal(await outcome(`https://other.example:${server.port}/`, { ca, resolve }), "tls");
  assert.equal(await outcome(`https://app.example:${server.port}/`, { resolve }), "tls");
  assert.equal(await outcome(`https://127.0.0.1:${server.port}/`, { ca }), 200);
  await using plain = serve(() => new Response("plain"));
  assert.equal(await outcome(`https://127.0.0.1:${plain.port}/`, { ca }), "tls");
  assert.deepEqual([server.seen.length, plain.seen.length], [1, 0]);
});

test("outbound refuses a host if one of its addresses is private, and connects to none", async () => {
  await using server = serve(() => new Response("internal"));
  const url = `http://app.example:${server.port}/`;
  for (const address of ["10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "0.0.0.0"]) {
    assert.equal(await outcome(url, { resolve: to("127.0.0.1", address) }), "refused_address", address);
    assert.equal(
      await outcome("https://app.example/", { resolve: to("8.8.8.8", address) }),
      "refused_address",
      address,
    );
  }
  assert.equal(await outcome(url, { allowed: [], resolve: to("127.0.0.1") }), "refused_address");
  assert.equal(await outcome(url, { resolve: to() }), "connect");
  assert.deepEqual(server.seen, []);
});

test("outbound reaches the internet only by https on port 443", async () => {
  const resolve = to("8.8.8.8");
  for (const url of ["http://app.example/", "https://app.example:8443/", "http://8.8.8.8/", "https://8.8.8.8:22/"]) {
    assert.equal(await outcome(url, { resolve }), "refused_address", url);
  }
});

test("outbound refuses URLs that hide where they lead", async () => {
  await using server = serve(() => new Response("internal"));
  const unasked = () => Promise.reject(new Error("asked for a name"));
  const urls = [
    ...["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "127.0.0.1."].map((host) => `http://${host}/`),
    ...["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::]"]
      .map((host) => `http://${host}:${server.port}/`),
    ...["１２７.０.０.１", "127。0。0。1", "ⓛⓞⓒⓐⓛhost."].map((host) => `http://${host}:${server.port}/`),
    ...["https://user@app.example/", "https://:secret@app.example/", "https://app.example./", "https://"],
    ...["file:///etc/passwd", "ftp://app.example/", "data:,x", "gopher://app.example/", "unix:/run/x", "/keys"],
  ];
  for (const url of urls) assert.equal(await outcome(url, { allowed: [], resolve: unasked }), "refused_address", url);
  assert.deepEqual(server.seen, []);
});

test("outbound follows no redirect", async () => {
  await using inner = serve(() => new Response("internal"));
  for (const status of [301, 302, 303, 307, 308]) {
    const location = `http://127.0.0.1:${inner.port}/`;
    await using server = serve(() => new Response(null, { status, headers: { location } }));
    assert.equal(await outcome(`http://127.0.0.1:${server.port}/`), "redirect", `${status}`);
  }
  assert.deepEqual(inner.seen, []);
});

test("outbound reads no more than 64 kB, or less if the caller says so, whatever length is announced", async () => {
  await using server = serve(({ url }) => {
    const [kind, length] = new URL(url).pathname.slice(1).split("/") as [string, string];
    const bytes = new Uint8Array(Number(length));
    return new Response(kind === "stream" ? new Blob([bytes]).stream() : bytes);
  });
  for (const kind of ["stream", "whole"]) {
    const at = (length: number) => `http://127.0.0.1:${server.port}/${kind}/${length}`;
    assert.equal(await outcome(at(65_536)), 200);
    assert.equal(await outcome(at(65_537)), "too_large");
    assert.equal(await outcome(at(1_048_576)), "too_large");
    assert.equal(await outcome(at(101), {}, { sizeBytesMax: 100 }), "too_large");
  }
});

test("outbound has one deadline over names, connection and the last byte of the answer", async () => {
  const never = new Promise<never>(() => {});
  const timeoutMs = 50;
  assert.equal(await outcome("https://app.example/", { timeoutMs, resolve: () => never }), "timeout");
  const held = Promise.withResolvers<Response>();
  await using server = serve(({ url }) =>
    url.endsWith("/headers")
      ? held.promise
      : new Response(new ReadableStream({ start: (body) => body.enqueue(Uint8Array.of(1)) }))
  );
  for (const path of ["headers", "body"]) {
    assert.equal(await outcome(`http://127.0.0.1:${server.port}/${path}`, { timeoutMs }), "timeout", path);
  }
  held.resolve(new Response());
  using deaf = Deno.listen({ port: 0, hostname: "127.0.0.1" }); // takes connections and says nothing
  const { port } = deaf.addr as Deno.NetAddr;
  assert.equal(await outcome(`https://app.example:${port}/`, { timeoutMs, resolve: to("127.0.0.1") }), "timeout");
});

test("outbound tries the next address if one takes no connection", async () => {
  await using server = serve(() => new Response("here"));
  const url = `http://app.example:${server.port}/`;
  assert.equal(await outcome(url, { resolve: to("127.0.0.9", "127.0.0.1") }), 200);
  assert.equal(await outcome(url, { resolve: to("127.0.0.9") }), "connect");
  assert.equal(await outcome(url, { resolve: () => Promise.reject(new Error("NXDOMAIN")) }), "connect");
});

test("outbound ignores the proxies of the environment", async () => {
  await using server = serve(() => new Response("direct"));
  const names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"];
  for (const name of names) Deno.env.set(name, "http://127.0.0.9:1");
  try {
    assert.equal(await outcome(`http://127.0.0.1:${server.port}/`), 200);
  } finally {
    for (const name of names) Deno.env.delete(name);
  }
});
