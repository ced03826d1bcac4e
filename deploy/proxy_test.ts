import assert from "node:assert/strict";
import { hasCaddy, startCaddy } from "../src/testing/servers/caddy.ts";
import { type Ask, createLedger } from "../src/testing/traffic/ledger.ts";
import { freePort, hasPostgres, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../src/testing/servers/process.ts";

const admin = { username: "ada", password: "analytical engine No. 1" };
const replicaEnv = {
  SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64(),
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
  SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
  SENTINEL_HASH_CONCURRENCY: "1",
  SENTINEL_DB_POOL_SIZE: "5",
  SENTINEL_DRAIN_SECONDS: "3",
  SENTINEL_ADMIN_USERNAME: admin.username,
  SENTINEL_ADMIN_EMAIL: "ada@example.com",
  SENTINEL_ADMIN_PASSWORD: admin.password,
};

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const ready = hasCaddy && hasPostgres;
const postgres = ready ? stack.use(await startPostgres()) : undefined!;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !ready, sanitizeOps: false, sanitizeResources: false });
}

const replica = (port = freePort()) => startServe({ env: { ...replicaEnv, DATABASE_URL: postgres.url() }, port });

test("three replicas behind Caddy, each restarted under load: no request fails", async () => {
  await using replicas = new AsyncDisposableStack();
  const serving: ServeProcess[] = [];
  for (let n = 0; n < 3; n++) serving.push(await replica());
  replicas.defer(async () => {
    for (const serve of serving) await serve[Symbol.asyncDispose]();
  });
  await using caddy = await startCaddy(serving.map(({ port }) => port));
  const ledger = createLedger();
  const me: Record<string, number> = {};
  let over = false;
  const writers = Array.from({ length: 4 }, async () => {
    while (!over) {
      assert.equal(await ledger.register(caddy.fetch), 201);
      assert.equal(await ledger.login(caddy.fetch, ledger.acknowledged().at(-1)!), 200);
    }
  });
  await until("a user is registered", () => ledger.acknowledged().length > 0);
  const headers = { authorization: `Bearer ${await tokenOf(ledger.acknowledged()[0]!, caddy.fetch)}` };
  const readers = Array.from({ length: 8 }, async () => {
    while (!over) {
      const status = await caddy.fetch("/users/me", { headers }).then(statusOf, (error: Error) => error.name);
      me[status] = (me[status] ?? 0) + 1;
    }
  });
  for (const [turn, serve] of serving.entries()) {
    serve.signal("SIGTERM");
    assert.deepEqual(await serve.exit, { code: 0, signal: null });
    const next = serving[turn] = await replica(serve.port);
    await until(
      "the edge sends it requests again",
      async () => await next.metric('http_requests_total{method="GET",route="/users/me",status="200"}') > 0,
    );
  }
  over = true;
  await Promise.all([...writers, ...readers]);
  console.log({ writes: ledger.statuses(), "GET /users/me": me });
  assert.deepEqual(Object.keys(me), ["200"]);
  assert.deepEqual(Object.keys(ledger.statuses()).sort(), ["200", "201"]);
  await ledger.checkLogins(caddy.fetch);
});

test("F25 a replica with a wrong configuration exits with 78, and the others continue to serve", async () => {
  await using serve = await replica();
  const deadPort = freePort();
  await using caddy = await startCaddy([serve.port, deadPort]);
  const broken = { ...replicaEnv, DATABASE_URL: postgres.url(), SENTINEL_SECRET: "too short" };
  for (let start = 0; start < 3; start++) {
    await using dead = await startServe({ env: broken, port: deadPort, wait: "not" });
    assert.deepEqual(await dead.exit, { code: 78, signal: null });
    for (let asked = 0; asked < 20; asked++) assert.equal(await caddy.fetch("/readyz").then(statusOf), 200);
  }
});

test("the proxy answers 404 for /metrics and 413 for a large body, compresses documents, and does not reveal itself", async () => {
  await using serve = await replica();
  await using caddy = await startCaddy([serve.port]);
  for (const path of ["/metrics", "/metrics/", "/metrics?x=1", "/%6detrics", "//metrics", "/docs/../metrics"]) {
    assert.notEqual(await caddy.fetch(path).then(statusOf), 200, path);
  }
  const large = await caddy.fetch("/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: " ".repeat(100_000),
  });
  assert.equal(await statusOf(large), 413);
  const page = await caddy.fetch("/openapi.json", { headers: { "accept-encoding": "gzip" } });
  assert.ok(page.headers.get("vary")?.toLowerCase().includes("accept-encoding"), "compressed");
  assert.match(page.headers.get("strict-transport-security") ?? "", /max-age=31536000/);
  assert.deepEqual([page.headers.get("server"), page.headers.get("via")], [null, null]);
  await page.body?.cancel();
});

test("T166 the proxy leaves an ETag unchanged, If-Match accepts it, and only documents are compressed", async () => {
  await using serve = await replica();
  await using caddy = await startCaddy([serve.port]);
  const authorization = `Bearer ${await tokenOf(admin, caddy.fetch)}`;
  const headers = { authorization, "accept-encoding": "gzip", "content-type": "application/json" };
  const role = { name: "editor", description: "Writes and publishes documents. ".repeat(30) }; // worth compressing
  const made = await caddy.fetch("/roles", { method: "POST", headers, body: JSON.stringify(role) });
  assert.equal(await statusOf(made), 201);
  const read = await caddy.fetch("/roles/editor", { headers });
  const { etag } = Object.fromEntries(read.headers);
  assert.equal(etag, (await serve.fetch("/roles/editor", { headers })).headers.get("etag"));
  const edit = { method: "PATCH", headers: { ...headers, "if-match": etag! }, body: '{"description":"Writes"}' };
  assert.equal(await statusOf(await caddy.fetch("/roles/editor", edit)), 200);
  for (const answer of [made, read, await caddy.fetch("/audit-events", { headers })]) {
    assert.equal(answer.headers.get("vary"), null, answer.url);
    await answer.body?.cancel();
  }
});

test("T200 the proxy cuts off headers that never end, and other requests are served meanwhile", async () => {
  await using serve = await replica();
  await using caddy = await startCaddy([serve.port]);
  const before = serve.descriptors();
  const slow = await hold(caddy.port, 500, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
  assert.equal(await caddy.fetch("/livez").then(statusOf), 200);
  assert.ok(serve.descriptors() - before < 20, "they do not reach Sentinel");
  await slow.ended;
});

test("T201 a body that never ends is refused within 15 s, and holds no database connection", async () => {
  await using serve = await replica();
  await using caddy = await startCaddy([serve.port]);
  const head =
    "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{";
  const slow = await hold(caddy.port, 100, head);
  await until("they reach Sentinel", () => serve.descriptors() > 60);
  const inUse = () => serve.metric('sentinel_db_pool_connections{state="in_use"}');
  await until("no connection is held for them", async () => await inUse() === 0 && serve.descriptors() > 60);
  assert.equal(await caddy.fetch("/readyz").then(statusOf), 200);
  await slow.ended;
});

test("T202 clients that never read are cut off, and Sentinel holds little for them", async () => {
  await using serve = await replica();
  await using caddy = await startCaddy([serve.port]);
  const before = { descriptors: serve.descriptors(), mb: residentMb(serve) };
  const page = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const silent = await hold(caddy.port, 100, page.repeat(20), "silent"); // 30 MB, more than the buffers of the kernel hold
  await until("they stall", () => serve.descriptors() > before.descriptors + 90);
  await until("others are served meanwhile", async () => {
    const served = await caddy.fetch("/readyz").then(statusOf) === 200;
    return served && serve.descriptors() > before.descriptors + 90;
  });
  const grown = residentMb(serve) - before.mb;
  await until("the edge gives them up", () => serve.descriptors() < before.descriptors + 50, 60_000);
  console.log({ "RSS grown, MB": grown });
  assert.ok(grown < 300, `RSS grew by ${grown} MB`);
  silent.close();
});

test("T203 10,000 idle connections do not reach Sentinel, and the proxy closes them", async () => {
  await using serve = await replica();
  await using caddy = await startCaddy([serve.port]);
  const before = { descriptors: serve.descriptors(), mb: residentMb(serve) };
  const idle = await hold(caddy.port, 10_000, "");
  assert.equal(await caddy.fetch("/livez").then(statusOf), 200);
  const after = { descriptors: serve.descriptors(), mb: residentMb(serve), edgeMb: residentMb(caddy) };
  console.log({ before, after });
  assert.ok(after.descriptors - before.descriptors < 20 && after.mb - before.mb < 50);
  await idle.ended;
});

/**
 * Opens `count` connections and sends `words` on each; `ended` resolves when the other side has closed them all. A
 * `silent` connection reads nothing, so it never sees the end.
 */
async function hold(port: number, count: number, words: string, mode: "reading" | "silent" = "reading") {
  const held: Deno.TcpConn[] = [];
  for (let n = 0; n < count; n++) {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    if (words) await socket.write(new TextEncoder().encode(words));
    held.push(socket);
  }
  const readToEnd = (socket: Deno.TcpConn) => new Response(socket.readable).text().catch(() => "");
  return {
    ended: mode === "silent" ? undefined : Promise.all(held.map(readToEnd)),
    close: () => held.forEach((socket) => socket.close()),
  };
}

async function statusOf(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
}

async function tokenOf(
  { username, password }: { username: string; password: string },
  ask: Ask,
): Promise<string> {
  const body = JSON.stringify({ username, password });
  const response = await ask("/login", { method: "POST", headers: { "content-type": "application/json" }, body });
  return (await response.json()).access_token;
}

function residentMb({ pid }: { pid: number }): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024);
}
