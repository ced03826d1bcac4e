import assert from "node:assert/strict";
import { join } from "node:path";
import { settingsBeside } from "../testing/commands.ts";
import { blockOf, blocksOf, root } from "../testing/documents/blocks.ts";
import { startSentinel, testOnPostgres } from "../testing/harness.ts";

const sentinel = await startSentinel();
const server = Deno.serve({ port: 0, onListen() {} }, sentinel.handle);
Deno.test.afterAll(async () => {
  await server.shutdown();
  await sentinel[Symbol.asyncDispose]();
});

/** Runs the script beside the server, and returns what it prints and the client that it creates. */
async function run(script: string): Promise<{ printed: string; client: Record<string, unknown> }> {
  const command = `sentinel() { deno run -A --config ${join(root, "deno.json")} ${join(root, "src/main.ts")} "$@"; }`;
  const here = script.replaceAll("localhost:8000", `localhost:${server.addr.port}`);
  const text = `set -euo pipefail\n${command}\n${here}\necho; sentinel client show "$client_id"`;
  const env = settingsBeside(sentinel);
  const { code, stdout, stderr } = await new Deno.Command("bash", { args: ["-c", text], env }).output();
  assert.equal(code, 0, `${script}\n${new TextDecoder().decode(stderr)}`);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return { printed: lines.slice(0, -1).join("\n"), client: JSON.parse(lines.at(-1)!) };
}

testOnPostgres("each client of docs/sign-in-with-sentinel.md is what its section says", async () => {
  const { client: onServer } = await run(
    blocksOf("sh", "docs/sign-in-with-sentinel.md", "A server application")[0]!.script,
  );
  assert.deepEqual(
    [onServer.token_endpoint_auth_method, onServer.redirect_uris, onServer.first_party, onServer.require_pkce],
    ["client_secret_basic", ["http://localhost:3001/callback"], false, true],
  );
  const { client: singlePage } = await run(
    blocksOf("sh", "docs/sign-in-with-sentinel.md", "A single-page application")[0]!.script,
  );
  assert.deepEqual([singlePage.token_endpoint_auth_method, singlePage.application_type], ["none", "web"]);
  const { client: native } = await run(blockOf("sh", "docs/sign-in-with-sentinel.md", "A native application"));
  assert.deepEqual([native.token_endpoint_auth_method, native.application_type], ["none", "native"]);
  const { printed } = await run(blockOf("sh", "docs/sign-in-with-sentinel.md", "A machine"));
  assert.equal(JSON.parse(printed).scope, "users:read");
  const { client: theirs } = await run(blockOf("sh", "docs/sign-in-with-sentinel.md", "Applications of others"));
  assert.deepEqual(theirs.scopes, ["email", "openid", "profile", "roles"]);
});
