import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packClient } from "../dev/release/client_package.ts";
import { blockOf } from "../testing/documents/blocks.ts";
import type { Sentinel } from "../testing/harness.ts";
import { newApiResource, newClient, tokenOfClient } from "../testing/people/clients.ts";
import { people } from "../testing/people/people.ts";
import { freePort } from "../testing/servers/postgres_cluster.ts";
import { until } from "../testing/servers/process.ts";
import { serveSentinel } from "../testing/servers/served_sentinel.ts";

const npmIsThere = await new Deno.Command("npm", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

const inRepository = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a program, which must succeed, and returns its output. */
async function run(program: string, args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  const [written, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, `${program} ${args.join(" ")}: ${complaint}`);
  return written!;
}

const smoke = `
import { createServer } from "node:http";
import { createSentinelClient } from "@sentinel/client";
import { accessOf, createProtection, protectExpress } from "@sentinel/client/protect";

const [, , issuer, username, password] = process.argv;
const sentinel = createSentinelClient(issuer);
await sentinel.login(username, password);
console.log((await sentinel.GET("/users/me")).data.username);

const protect = protectExpress(createProtection({ issuer, audience: issuer }));
const server = createServer((request, response) =>
  protect(request, response, () => response.end(accessOf(request).clientId))
).listen(0, "127.0.0.1", async () => {
  const url = "http://127.0.0.1:" + server.address().port;
  const asked = [undefined, sentinel.tokens.access_token].map((token) =>
    fetch(url, { headers: token ? { authorization: "Bearer " + token } : {} })
  );
  const [refused, accepted] = await Promise.all(asked);
  console.log(refused.status, accepted.status, await accepted.text());
  await sentinel.logout();
  server.close();
});
`;

/** Asks the API of the page as a client that may read: without a token, with one, and for what it may not. */
async function requireAnswers(sentinel: Sentinel, url: string): Promise<void> {
  await until("the API listens", async () => {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    return response?.status === 401;
  });
  const uri = "https://api.example.com";
  await newApiResource(sentinel, { uri, scopes: ["documents:read", "documents:write"] });
  const client = await newClient(sentinel, { scopes: ["documents:read"], resources: [uri], own_api: false });
  const headers = { authorization: `Bearer ${await tokenOfClient(sentinel, client)}` };
  const read = await fetch(url, { headers });
  assert.deepEqual([read.status, await read.text()], [200, `Documents of ${client.account}\n`]);
  const written = await fetch(url, { method: "PUT", headers });
  assert.deepEqual([written.status, (await written.json()).title], [403, "Forbidden"]);
}

Deno.test({
  name:
    "the package, installed by npm, logs in and protects an API in Node, and holds what is its own and nothing else",
  ignore: !npmIsThere,
  async fn() {
    await using held = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "sentinel-package-" });
    held.defer(() => Deno.remove(folder, { recursive: true }));
    await packClient(join(folder, "package"));
    const tarball = join(folder, (await run("npm", ["pack", "--silent", "./package"], folder)).trim());
    const files = (await run("tar", ["-tzf", tarball], folder)).trim().split("\n").sort();
    const typed = [
      ...["mod", "schema", "storage", "protect"],
      ...["access_token", "adapters", "options", "proof_memory", "protection", "refusal"].map((name) =>
        `protection/${name}`
      ),
    ];
    const inner = ["dpop_proof", "introspection", "issuer", "live_check", "recent_map", "revocation_feed"];
    const modules = [
      ...typed.flatMap((name) => [`${name}.d.ts`, `${name}.js`]),
      ...["shared_session", ...inner.map((name) => `protection/${name}`)].map((name) => `${name}.js`),
    ];
    const expected = ["LICENSE", "README.md", "package.json", ...modules].map((name) => `package/${name}`);
    assert.deepEqual(files, expected.sort());
    assert.equal(
      await run("tar", ["-xzOf", tarball, "package/LICENSE"], folder),
      await Deno.readTextFile(inRepository("../../LICENSE")),
    );

    // Its dependencies come from the installed packages, so that no registry is needed.
    const [jose, dependency] = ["jose", "openapi-fetch"].map((name) =>
      Deno.realPathSync(inRepository(`../../node_modules/${name}`))
    ) as [string, string];
    const dependencies = [jose, dependency, Deno.realPathSync(join(dependency, "../openapi-typescript-helpers"))];
    const install = ["install", "--offline", "--install-links", "--no-audit", "--no-fund", tarball, ...dependencies];
    await run("npm", install, folder);
    await Deno.writeTextFile(join(folder, "smoke.mjs"), smoke);

    const { sentinel, issuer } = held.use(await serveSentinel());
    await sentinel.settled("grace");
    const { username, password } = people.grace;
    assert.equal(await run("node", ["smoke.mjs", issuer, username, password], folder), "grace\n401 200 sentinel\n");

    const program = blockOf("ts", "docs/protect-your-api.md", "Express");
    const port = freePort();
    const here = program.replace("http://localhost:8000", issuer).replace("9000", `${port}`);
    await Deno.writeTextFile(join(folder, "api.mjs"), here);
    await Deno.symlink(
      Deno.realPathSync(inRepository("../../node_modules/express")),
      join(folder, "node_modules/express"),
    );
    const api = new Deno.Command("node", { args: ["api.mjs"], cwd: folder, stdout: "null" }).spawn();
    held.defer(async () => {
      api.kill("SIGKILL");
      await api.status;
    });
    await requireAnswers(sentinel, `http://localhost:${port}/documents`);
  },
});
