/**
 * The smoke test of a Sentinel executable: `deno run -A src/dev/binary/smoke.ts <command> [argument …]`. It starts the
 * command in an empty folder, without settings, and sends the first requests of a new user.
 */
import assert from "node:assert/strict";
import { type ServeProcess, startServe, until } from "../../testing/servers/process.ts";

const ada = { username: "ada", email: "ada@example.com", password: "the engine weaves patterns" };

/** @throws unless `command` serves, keeps its data, and stops when it is asked to. */
export async function smokeTest(command: string[]): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-smoke-" });
  await using folders = new AsyncDisposableStack();
  folders.defer(() => Deno.remove(folder, { recursive: true }));
  {
    await using serve = await startServe({ command, folder, env: {} });
    assert.equal((await post(serve, "/register", ada)).status, 201);
    await logIn(serve);
    for (const page of ["/docs", "/docs/swagger-ui-bundle.js", "/openapi.json", "/livez", "/metrics"]) {
      assert.equal(await status(serve, page), 200, page);
    }
    await end(serve);
  }
  // Starts again on the same data with the other kind of hash, whose worker must be included too.
  await using serve = await startServe({ command, folder, env: { SENTINEL_PASSWORD_HASH: "bcrypt" } });
  await logIn(serve);
  await logIn(serve);
  await end(serve);
}

async function logIn(serve: ServeProcess) {
  const response = await post(serve, "/login", { username: ada.username, password: ada.password });
  assert.equal(response.status, 200, serve.output());
  const { access_token } = await response.json();
  assert.equal(await status(serve, "/users/me", { authorization: `Bearer ${access_token}` }), 200);
}

async function end(serve: ServeProcess) {
  if (Deno.build.os === "windows") return; // Windows has no signals
  serve.signal("SIGTERM");
  assert.deepEqual(await serve.exit, { code: 0, signal: null }, serve.output());
  // On a busy machine the only connection may be in use: a job runs again later, a request is told when to come back.
  const unexpected = /"level":"(?:warn|error)",(?!"msg":"(?:job failed|unavailable)",.*"no database connection")/;
  assert.doesNotMatch(serve.output(), unexpected);
}

/** Repeats what is told to come back: on a busy machine a job may have the only connection. */
async function post(serve: ServeProcess, path: string, json: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  let response!: Response;
  await until(`${path} has a connection`, async () => {
    response = await serve.fetch(path, { method: "POST", headers, body: JSON.stringify(json) });
    if (response.status === 503) await response.body?.cancel();
    return response.status !== 503;
  });
  return response;
}

async function status(serve: ServeProcess, path: string, headers = {}): Promise<number> {
  const response = await serve.fetch(path, { headers });
  await response.body?.cancel();
  return response.status;
}

if (import.meta.main) {
  await smokeTest(Deno.args);
  console.log("smoke test passed");
}
