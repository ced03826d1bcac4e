import assert from "node:assert/strict";
import { join } from "node:path";
import { settingsBeside } from "../testing/commands.ts";
import { blocksOf, root } from "../testing/documents/blocks.ts";
import { startSentinel, testOnPostgres } from "../testing/harness.ts";
import { codeChallenge } from "../testing/people/applications.ts";
import { newClient } from "../testing/people/clients.ts";

const sentinel = await startSentinel();
const server = Deno.serve({ port: 0, onListen() {} }, sentinel.handle);
Deno.test.afterAll(async () => {
  await server.shutdown();
  await sentinel[Symbol.asyncDispose]();
});

await sentinel.settled("ada");

/** Runs the script beside the server, with what the page names in variables. */
async function run(script: string, given: Record<string, string> = {}): Promise<string> {
  const command = `sentinel() { deno run -A --config ${join(root, "deno.json")} ${join(root, "src/main.ts")} "$@"; }`;
  const text = `set -euo pipefail\n${command}\n${script.replaceAll("localhost:8000", `localhost:${server.addr.port}`)}`;
  const env = { ...given, ...settingsBeside(sentinel) };
  const { code, stdout, stderr } = await new Deno.Command("bash", { args: ["-c", text], env }).output();
  assert.equal(code, 0, `${script}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

testOnPostgres(
  "what docs/oauth-clients.md shows creates a client, gets tokens for both APIs and introspects one",
  async () => {
    const [application] = blocksOf("sh", "docs/oauth-clients.md", "Register an application");
    assert.match(await run(`${application!.script}\necho "$client_id $client_secret"`), /^[0-9a-f-]{36} snt_cs_/);
    const [push] = blocksOf("sh", "docs/oauth-clients.md", "Push a request");
    const pushed = await run(`${application!.script}\n${push!.script}`, { challenge: codeChallenge });
    assert.match(JSON.parse(pushed).request_uri, /^urn:ietf:params:oauth:request_uri:snt_pr_/);
    const [byCurl, byCommand] = blocksOf("sh", "docs/oauth-clients.md", "Create a client");
    assert.match(
      JSON.parse(await run(byCurl!.script, { token: await sentinel.tokenOf("ada") })).client_secret,
      /^snt_cs_/,
    );
    const [get] = blocksOf("sh", "docs/oauth-clients.md", "Get a token");
    assert.equal(JSON.parse(await run(`${byCommand!.script}\n${get!.script}`)).scope, "users:read");
    const { id, secret } = await newClient(sentinel);
    assert.equal(JSON.parse(await run(get!.script, { client_id: id, client_secret: secret })).scope, "");
    const [register, introspect] = blocksOf("sh", "docs/oauth-clients.md", "Protect your API");
    const { access_token, scope } = JSON.parse((await run(register!.script)).split("\n").at(-1)!);
    assert.equal(scope, "documents:read");
    const { active, aud } = JSON.parse(await run(introspect!.script, { access_token }));
    assert.deepEqual([active, aud], [true, "https://api.example.com"]);
  },
);

testOnPostgres("what docs/device-sign-in.md shows registers a device, and asks for codes and tokens", async () => {
  const [register] = blocksOf("sh", "docs/device-sign-in.md", "Register");
  const [begin, poll] = blocksOf("sh", "docs/device-sign-in.md", "Ask");
  const shown = await run(`${register!.script}\n${begin!.script}\necho " $client_id"`);
  const [codes, client_id] = shown.trim().split(/ (?=[0-9a-f-]{36}$)/) as [string, string];
  const { device_code } = JSON.parse(codes);
  assert.equal(JSON.parse(await run(poll!.script, { client_id, device_code })).error, "authorization_pending");
});
