import assert from "node:assert/strict";
import { join } from "node:path";
import { newKey } from "../../testing/people/api_keys.ts";
import { settingsBeside } from "../../testing/commands.ts";
import { blocksOf, root } from "../../testing/documents/blocks.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";

const sentinel = await startSentinel();
const server = Deno.serve({ port: 0, onListen() {} }, sentinel.handle);
Deno.test.afterAll(async () => {
  await server.shutdown();
  await sentinel[Symbol.asyncDispose]();
});

const ada = await sentinel.settled("ada");

/** Runs the script beside the server, with a token and keys of ada's in the variables that the page names. */
async function run(script: string): Promise<string> {
  const { key } = await newKey(sentinel, ada, ["users:read"]);
  const { key: own_key } = await newKey(sentinel, ada, ["tokens:introspect"]);
  const command = `sentinel() { deno run -A --config ${join(root, "deno.json")} ${join(root, "src/main.ts")} "$@"; }`;
  const text = `set -euo pipefail\n${command}\n${script.replaceAll("localhost:8000", `localhost:${server.addr.port}`)}`;
  const env = { token: await sentinel.tokenOf("ada"), key, own_key, ...settingsBeside(sentinel) };
  const { code, stdout, stderr } = await new Deno.Command("bash", { args: ["-c", text], env }).output();
  assert.equal(code, 0, `${script}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

testOnPostgres("what docs/api-keys.md shows creates, sends, introspects and revokes a key", async () => {
  const [byCurl, byCommand] = blocksOf("sh", "docs/api-keys.md", "Create a key");
  assert.match(JSON.parse(await run(byCurl!.script)).key, /^snt_pat_/);
  assert.match(await run(`${byCommand!.script}\necho "$key"`), /^snt_pat_[0-9A-Za-z]{71}$/m);
  const [send] = blocksOf("sh", "docs/api-keys.md", "Send a key");
  assert.equal((await run(send!.script)).match(/"username":"ada"/g)?.length, 2);
  const [verify] = blocksOf("sh", "docs/api-keys.md", "Verify a key in your API");
  const { active, scope, token_type } = JSON.parse(await run(verify!.script));
  assert.deepEqual([active, scope, token_type], [true, "users:read", "api_key"]);
  const [leaked] = blocksOf("sh", "docs/api-keys.md", "When a key leaks");
  const after = await run(`${leaked!.script}\ncurl -s localhost:8000/users/me -H "x-api-key: $key"`);
  assert.match(after, /invalid_token/);
});
