import assert from "node:assert/strict";
import { join } from "node:path";
import { blockOf, blocksOf, root } from "../testing/documents/blocks.ts";
import { patientServe, startServe, until } from "../testing/servers/process.ts";
import { freePort } from "../testing/servers/postgres_cluster.ts";

const unstable = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|(?<="request_id":")[^"]+/g;

/** Output without what each run has of its own: ids and times. */
function stable(output: string): string {
  return output.replace(unstable, "…").trim();
}

/** The task that the README's function `sentinel` runs. */
const sentinelTask = "deno task --quiet sentinel";

const separator = "-- the next block --";

/** Runs the scripts in one shell and returns the output of each. */
async function runInShell(scripts: string[], env: Record<string, string>): Promise<string[]> {
  const script = scripts.join(`\necho '${separator}'\n`);
  const { stdout, stderr } = await new Deno.Command("bash", { args: ["-c", script], env, cwd: root }).output();
  const outputs = new TextDecoder().decode(stdout).split(`${separator}\n`);
  assert.equal(outputs.length, scripts.length, new TextDecoder().decode(stderr));
  return outputs;
}

/** Starts the program of "Protect your API" as the README says, with these addresses in place of its own. */
async function startApi(folder: string, { sentinel, port }: { sentinel: string; port: number }) {
  const program = blockOf("ts", "README.md", "Protect your API");
  const file = join(folder, "api.ts");
  await Deno.writeTextFile(file, program.replace("http://localhost:8000", sentinel).replace("9000", String(port)));
  const args = ["run", "--config", join(root, "deno.json"), "--allow-net", file];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).spawn();
  const stop = async () => {
    child.kill("SIGKILL");
    await child.status;
  };
  await until("the API answers", async () => {
    const response = await fetch(`http://localhost:${port}`).catch(() => undefined);
    await response?.body?.cancel();
    return response !== undefined;
  });
  return { [Symbol.asyncDispose]: stop };
}

const hasTools = ["bash", "curl"].every((tool) =>
  (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(join(folder, tool)).isFile;
    } catch {
      return false;
    }
  })
);

Deno.test({
  name: "the README's tour, first role and protected API do what the README shows",
  ignore: !hasTools || Deno.build.os === "windows",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sentinel-readme-" }));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const env = { SENTINEL_DATA_DIR: join(folder, "data") };
    const byCurl = blocksOf("sh", "README.md", "A tour", "Your first role", "Protect your API");
    const [byCommand] = byCurl.splice(byCurl.findIndex(({ script }) => script.includes(sentinelTask)), 1);

    await t.step("by curl", async () => {
      await using serve = await startServe({ env, program: patientServe });
      const [sentinel, port] = [`http://localhost:${serve.port}`, freePort()];
      await using _api = await startApi(folder, { sentinel, port });
      const [, password = ""] = /^ {2}admin +admin +(\S+)/m.exec(serve.output()) ?? [];
      const outputs = await runInShell(
        byCurl.map(({ script }) =>
          script.replaceAll("localhost:8000", `localhost:${serve.port}`).replaceAll(
            "localhost:9000",
            `localhost:${port}`,
          )
            .replace(/^printed=.*$/m, `printed='${password}'`)
        ),
        {},
      );
      outputs.forEach((output, at) => assert.equal(stable(output), stable(byCurl[at]!.shown), byCurl[at]!.script));
      serve.signal("SIGTERM");
      await until("it has stopped", serve.isOver);
    });

    await t.step("by command line", async () => {
      const binary = `'${Deno.execPath()}' run -A --no-prompt src/main.ts`;
      const [output] = await runInShell([byCommand!.script.replace(sentinelTask, binary)], {
        ...env,
        NO_COLOR: "1",
      });
      assert.equal(stable(output!), stable(byCommand!.shown));
    });
  },
});
