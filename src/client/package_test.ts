import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSentinel } from "../testing/harness.ts";
import { people } from "../testing/people/people.ts";
import { overSockets } from "../testing/traffic/sockets.ts";

const npmIsThere = await new Deno.Command("npm", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a program, which must succeed, and returns its output. */
async function run(program: string, args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  const [written, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, `${program} ${args.join(" ")}: ${complaint}`);
  return written!;
}

const smoke = `
import { createSentinelClient } from "@sentinel/client";
const sentinel = createSentinelClient(process.argv[2]);
await sentinel.login(process.argv[3], process.argv[4]);
console.log((await sentinel.GET("/users/me")).data.username);
await sentinel.logout();
`;

Deno.test({
  name: "the package, installed by npm, logs in from Node, and holds what is its own and nothing else",
  ignore: !npmIsThere,
  async fn() {
    await using held = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "sentinel-package-" });
    held.defer(() => Deno.remove(folder, { recursive: true }));
    const tarball = join(folder, "client.tgz");
    await run(Deno.execPath(), ["pack", "--allow-dirty", "--quiet", "--output", tarball], here("."));
    const files = (await run("tar", ["-tzf", tarball], folder)).trim().split("\n").sort();
    const modules = ["mod", "schema", "storage"].flatMap((
      name,
    ) => [`package/${name}.d.ts`, `package/${name}.js`]);
    assert.deepEqual(
      files,
      ["package/LICENSE", "package/README.md", ...modules, "package/package.json", "package/shared_session.js"].sort(),
    );
    assert.equal(
      await run("tar", ["-xzOf", tarball, "package/LICENSE"], folder),
      await Deno.readTextFile(here("../../LICENSE")),
    );

    // Its dependency comes from the installed packages, so that no registry is needed.
    const dependency = Deno.realPathSync(here("../../node_modules/openapi-fetch"));
    const dependencies = [dependency, Deno.realPathSync(join(dependency, "../openapi-typescript-helpers"))];
    const install = ["install", "--offline", "--install-links", "--no-audit", "--no-fund", tarball, ...dependencies];
    await run("npm", install, folder);
    await Deno.writeTextFile(join(folder, "smoke.mjs"), smoke);

    const sentinel = held.use(await startSentinel());
    const server = held.use(overSockets(sentinel.handle));
    await sentinel.settled("grace");
    const { username, password } = people.grace;
    const origin = `http://127.0.0.1:${server.port}`;
    assert.equal(await run("node", ["smoke.mjs", origin, username, password], folder), "grace\n");
  },
});
