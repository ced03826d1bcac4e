/**
 * The smoke test of whatever runs as Sentinel: `deno run -A src/dev/binary/smoke.ts <command> [argument …]`. It starts the
 * command in an empty folder, without settings, and asks for what a newcomer asks for.
 */
import assert from "node:assert/strict";
import { type ServeProcess, startServe } from "../../testing/servers/process.ts";

const ada = { username: "ada", email: "ada@example.com", password: "the engine weaves patterns" };

/** @throws unless `command` serves, keeps what it was told, and ends when it is told to. */
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
  // Once more on what the first left, with the other kind of hash: its thread must be aboard, too.
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
  if (Deno.build.os === "windows") return; // it has no signals to end by
  serve.signal("SIGTERM");
  assert.deepEqual(await serve.exit, { code: 0, signal: null }, serve.output());
  // On a busy machine a job may find the one connection taken; it is run again.
  assert.doesNotMatch(serve.output(), /"level":"(?:warn|error)",(?!"msg":"job failed",.*"no database connection")/);
}

function post(serve: ServeProcess, path: string, json: unknown) {
  return serve.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(json),
  });
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
