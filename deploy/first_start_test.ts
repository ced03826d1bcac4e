import assert from "node:assert/strict";
import { join } from "node:path";
import lock from "./serve.lock" with { type: "text" };
import { blockOf } from "../src/testing/documents/blocks.ts";
import { cloneInto } from "../src/testing/documents/shell.ts";
import { freePort } from "../src/testing/servers/postgres_cluster.ts";
import { linesOf } from "../src/platform/text/text_lines.ts";

/** What the README says first; this process is the Deno that npx would fetch. */
const [start] = blockOf("sh", "README.md", "Sentinel").split("\n");
const args = /^npx -y deno@2\.9\.6 (task start)\b/.exec(start!)![1]!.split(" ");
const startedMsMax = 300_000; // A slow download of the packages fails the test instead of hanging it.
const banner = /^ {2}admin {5}admin {2}\S{20} {2}\(shown only once\)$/;

/** Names of the packages in Deno's cache. */
async function cachedPackages(denoDir: string): Promise<string[]> {
  const names: string[] = [];
  const [registry] = await Array.fromAsync(
    Deno.readDir(join(denoDir, "npm")),
    ({ name }) => join(denoDir, "npm", name),
  );
  for await (const { name } of Deno.readDir(registry!)) {
    if (!name.startsWith("@")) names.push(name);
    else for await (const scoped of Deno.readDir(join(registry!, name))) names.push(`${name}/${scoped.name}`);
  }
  return names.filter((name) => !name.startsWith(".")).sort();
}

Deno.test("X47 the first start in a clone with an empty cache downloads only the packages that serving needs, and ends with the banner", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-first-start-" });
  await using held = new AsyncDisposableStack();
  held.defer(() => Deno.remove(folder, { recursive: true }));
  const [clone, denoDir] = [join(folder, "clone"), join(folder, "deno")];
  await cloneInto(clone);
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: clone,
    env: { PORT: String(freePort()), DENO_DIR: denoDir, NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(startedMsMax),
  }).spawn();
  held.defer(() => child.status.then(() => {}));
  const said: string[] = [];
  for await (const line of linesOf(child.stderr.pipeThrough(new TextDecoderStream()), 2 ** 16)) {
    said.push(line);
    if (banner.test(line)) child.kill("SIGINT"); // Like Ctrl-C; no output may follow.
  }
  assert.match(said.at(-1) ?? "", banner, said.join("\n"));
  assert.ok(said.length < 10, said.join("\n"));
  assert.doesNotMatch(said.join("\n"), /Download|Initialize|Warning/);
  const cached = await cachedPackages(denoDir);
  const locked = Object.entries<{ os?: string[] }>(JSON.parse(lock).npm);
  const names = (of: typeof locked) => new Set(of.map(([id]) => id.slice(0, id.indexOf("@", 1))));
  assert.deepEqual(cached.filter((name) => !names(locked).has(name)), []);
  const everywhere = names(locked.filter(([, { os }]) => !os));
  assert.deepEqual([...everywhere].filter((name) => !cached.includes(name)), []);
  await assert.rejects(Deno.stat(join(clone, "node_modules")), Deno.errors.NotFound);
});
