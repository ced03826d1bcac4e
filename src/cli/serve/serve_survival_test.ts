import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { dropSchema, freshSchema, onPostgres } from "../../testing/database.ts";
import { dataFolder } from "../../testing/servers/data_folder.ts";
import { patientServe, type ServeProcess, startServe, until } from "../../testing/servers/process.ts";
import { parseAnswers } from "../../testing/traffic/sockets.ts";
import { settingsBeside } from "../../testing/commands.ts";

const secrets = {
  SENTINEL_SECRET: Uint8Array.from({ length: 32 }, (_, i) => 201 + i).toBase64(),
  SENTINEL_ADMIN_PASSWORD: "canary-of-the-admin",
  SENTINEL_METRICS_TOKEN: "canary-of-the-metrics",
};
const admin = { SENTINEL_ADMIN_USERNAME: "ada", SENTINEL_ADMIN_EMAIL: "ada@example.com" };

/** A binary at debug level, on a database of its own. */
async function startOwn(options: Partial<Parameters<typeof startServe>[0]> = {}) {
  await using stack = new AsyncDisposableStack();
  const schema = freshSchema();
  stack.defer(() => onPostgres ? dropSchema(schema) : undefined);
  const { path: dataDir } = stack.use(await dataFolder({ secret: false })); // the settings contain it
  const env = {
    SENTINEL_DATA_DIR: dataDir,
    SENTINEL_LOG_LEVEL: "debug",
    ...onPostgres && settingsBeside({ schema }),
    ...secrets,
    ...admin,
  };
  const serve = stack.use(await startServe({ program: patientServe, ...options, env }));
  const resources = stack.move();
  return { serve, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

const statusOf = async (serve: ServeProcess, path: string, init?: RequestInit) => {
  const response = await serve.fetch(path, init);
  await response.body?.cancel();
  return response.status;
};

const login = (serve: ServeProcess, password: string) =>
  serve.fetch("/login", { method: "POST", body: new URLSearchParams({ username: "ada", password }) });

test(
  "T296 an error in a timer or an unhandled rejection is logged, grants no access, and the process continues",
  async () => {
    await using own = await startOwn({ program: "src/testing/servers/faulty_serve.ts" });
    const { serve } = own;
    const causes = ["thrown in a timer", "thrown in a microtask", "rejected", "rejected without an error"];
    const failures = () =>
      serve.output().split("\n").filter((line) => /"(?:uncaught error|unhandled rejection)"/.test(line))
        .map((line) => JSON.parse(line));
    await until("all of it is logged", () => failures().length >= causes.length);
    const logged = failures().map(({ level, cause }) => [level, cause.split("\n")[0].replace(/^Error: /, "")]);
    assert.deepEqual(logged.sort(), causes.map((cause) => ["error", cause]).sort());

    assert.equal(serve.isOver(), false);
    assert.equal(await statusOf(serve, "/readyz"), 200);
    for (const [path, headers] of [["/admin-only", {}], ["/users/me", { authorization: "Bearer bad" }]] as const) {
      assert.equal(await statusOf(serve, path, { headers }), 401);
    }
    const wrong = await login(serve, "not hers");
    assert.equal(wrong.status, 401);
    await wrong.body?.cancel();
    const { access_token } = await (await login(serve, secrets.SENTINEL_ADMIN_PASSWORD)).json();
    assert.equal(await statusOf(serve, "/admin-only", { headers: { authorization: `Bearer ${access_token}` } }), 200);

    serve.signal("SIGTERM");
    assert.deepEqual(await serve.exit, { code: 0, signal: null });
  },
);

test("T293 a process at debug level that fails, ends sessions and stops prints none of its secrets", async () => {
  await using own = await startOwn({ program: "src/testing/servers/faulty_serve.ts" });
  const { serve } = own;
  const { access_token, refresh_token } = await (await login(serve, secrets.SENTINEL_ADMIN_PASSWORD)).json();
  const authorization = `Bearer ${access_token}`;
  await statusOf(serve, "/metrics", { headers: { authorization: `Bearer ${secrets.SENTINEL_METRICS_TOKEN}` } });
  await statusOf(serve, "/oauth/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token }),
  });
  await statusOf(serve, "/logout", { method: "POST", headers: { authorization } });
  serve.signal("SIGTERM");
  await serve.exit;
  assert.match(serve.output(), /"route":"\/logout"/, "the log has lines at all");
  for (const secret of [...Object.values(secrets), access_token, refresh_token, access_token.split(".")[2]]) {
    assert.ok(!serve.output().includes(secret), secret);
  }
});

/** Sends half of a login, once the server asks for the body (RFC 9110 §10.1.1). */
async function halfALogin({ port }: ServeProcess): Promise<Deno.TcpConn> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const body = `username=ada&password=${secrets.SENTINEL_ADMIN_PASSWORD}`;
  const head = ["POST /login HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded"];
  const lines = [...head, `Content-Length: ${body.length}`, "Expect: 100-continue", "", ""];
  await socket.write(new TextEncoder().encode(lines.join("\r\n")));
  assert.equal(await heard(socket), "HTTP/1.1 100 Continue\r\n\r\n");
  await socket.write(new TextEncoder().encode(body.slice(0, -9)));
  return socket;
}

/** The next bytes on the connection. */
async function heard(socket: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(10_000);
  return new TextDecoder().decode(buffer.subarray(0, await socket.read(buffer) ?? 0));
}

test("F45 after SIGTERM a client that is still sending a body gets 503, and one that aborts it gets 400", async () => {
  await using own = await startOwn();
  const { serve } = own;
  using broken = await halfALogin(serve);
  await broken.closeWrite();
  assert.match(await heard(broken), /^HTTP\/1.1 400 .*"detail":"The request ended before its body was complete\."/s);
  const cut = await halfALogin(serve);
  serve.signal("SIGTERM");
  const [answer] = parseAnswers(new TextEncoder().encode(await heard(cut)));
  cut.close();
  assert.deepEqual([answer!.status, answer!.headers.get("retry-after")], [503, "1"]);
  assert.equal(JSON.parse(answer!.body).type, "/problems/unavailable");
  assert.deepEqual(await serve.exit, { code: 0, signal: null });
});

test("serve on a port in use names it in one sentence, and exits 1", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using serve = await startServe({ env: {}, port: taken.addr.port, wait: "not" });
  assert.deepEqual(await serve.exit, { code: 1, signal: null });
  const said =
    `error: Cannot listen on 127.0.0.1, port ${taken.addr.port}. Another program listens there; set HOST and PORT.\n`;
  assert.equal(serve.output(), said);
});

test("T204 a process without file descriptors serves again once connections are closed", async () => {
  const descriptorsMax = 512;
  const connections = 700;
  await using own = await startOwn({ descriptorsMax });
  const { serve } = own;
  const { access_token } = await (await login(serve, secrets.SENTINEL_ADMIN_PASSWORD)).json();
  const sockets = Array.from({ length: connections }, (): Socket => {
    const socket = connect(serve.port, "127.0.0.1");
    socket.on("error", () => {}); // refused, as the process has no descriptor left
    return socket;
  });
  try {
    await until("it has no more", () => serve.output().includes("accept loop ended"));
    assert.equal(serve.isOver(), false);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  await until("it serves again", async () => await statusOf(serve, "/livez").catch(() => undefined) === 200);
  await until("it has them back", () => serve.descriptors() < descriptorsMax / 2);
  assert.equal(await statusOf(serve, "/readyz"), 200);
  assert.equal(await statusOf(serve, "/admin-only", { headers: { authorization: `Bearer ${access_token}` } }), 200);
  const again = await login(serve, secrets.SENTINEL_ADMIN_PASSWORD);
  assert.equal(again.status, 200);
  await again.body?.cancel();
  assert.doesNotMatch(serve.output(), /unexpected error|uncaught error|unhandled rejection/);
});
