import assert from "node:assert/strict";
import { join } from "node:path";
import { settingsBeside } from "../testing/commands.ts";
import { blockOf, blocksOf, root } from "../testing/documents/blocks.ts";
import { testOnPostgres } from "../testing/harness.ts";
import { freePort } from "../testing/servers/postgres_cluster.ts";
import { until } from "../testing/servers/process.ts";
import { serveSentinel } from "../testing/servers/served_sentinel.ts";

/** Output without ids, and without blanks at the ends of lines. */
const stable = (output: string) => output.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}| +$/gm, "");

/** Starts the program as the page has it, but for its addresses and the package, which is this source. */
async function startApi(program: string, issuer: string, port: number): Promise<AsyncDisposable> {
  const source = new URL("./protect.ts", import.meta.url).href;
  const here = program.replace("http://localhost:8000", issuer).replace("9000", `${port}`)
    .replace("@sentinel/client/protect", source);
  const args = ["run", "--quiet", "--allow-net", "--ext=ts", "-"];
  const child = new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "piped", stdout: "null" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(here));
  await writer.close();
  await until("the API answers", async () => {
    const response = await fetch(`http://localhost:${port}`).catch(() => undefined);
    await response?.body?.cancel();
    return response !== undefined;
  });
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

testOnPostgres("the programs of docs/protect-your-api.md for Hono and Deno answer what the page shows", async () => {
  await using served = await serveSentinel();
  const { sentinel, issuer } = served;
  const command = `sentinel() { deno run -A --config ${join(root, "deno.json")} ${join(root, "src/main.ts")} "$@"; }`;
  const run = async (script: string, port = 0): Promise<string> => {
    const here = script.replaceAll("localhost:8000", new URL(issuer).host).replaceAll("9000", `${port}`);
    const args = ["-c", `set -euo pipefail\n${command}\n${here}`];
    const { code, stdout, stderr } = await new Deno.Command("bash", { args, env }).output();
    assert.equal(code, 0, `${script}\n${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  };
  const env: Record<string, string> = settingsBeside(sentinel);
  const register = blockOf("sh", "docs/protect-your-api.md", "Protect your API");
  const [, clientId, clientSecret] = /^client_id=(.+)\nclient_secret=(.+)$/m.exec(
    await run(`${register}\necho "client_id=$client_id"; echo "client_secret=$client_secret"`),
  )!;
  Object.assign(env, { client_id: clientId!, client_secret: clientSecret! });
  const [ask] = blocksOf("sh", "docs/protect-your-api.md", "Try it");
  for (
    const program of [
      blockOf("ts", "docs/protect-your-api.md", "Hono"),
      blockOf("ts", "docs/protect-your-api.md", "Deno"),
    ]
  ) {
    const port = freePort();
    await using _api = await startApi(program, issuer, port);
    assert.equal(stable(await run(ask!.script, port)), stable(ask!.shown));
  }
  assert.match(
    await run(blockOf("sh", "docs/protect-your-api.md", "When a token is revoked")),
    /^client_id=.+\nclient_secret=snt_cs_/,
  );
});
