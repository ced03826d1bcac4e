import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../src/testing/documents/blocks.ts";
import { packClient } from "../src/dev/release/client_package.ts";

/** A program of an application, with what the compiler must accept and refuse. */
const program = `import { createServer } from "node:http";
import { createSentinelClient, SentinelError, type Tokens } from "@sentinel/client";
import { accessOf, createProtection, protectExpress } from "@sentinel/client/protect";

const sentinel = createSentinelClient("http://localhost:8000");
const tokens: Tokens = await sentinel.login("ada", "analytical engine no 1").catch((error: unknown) => {
  throw error instanceof SentinelError ? new Error(error.problem?.title) : error;
});
const { data, error } = await sentinel.GET("/users/{id}", { params: { path: { id: "1" } } });
const username: string | null | undefined = data?.username;
// @ts-expect-error Sentinel has no such path
await sentinel.GET("/nowhere");
// @ts-expect-error a user has no such member
data?.nowhere;
const protect = protectExpress(createProtection({ issuer: "http://localhost:8000", audience: "https://api.example.com" }));
createServer((request, response) => protect(request, response, () => response.end(accessOf(request).clientId)));
console.log(tokens.access_token, username, error?.detail);
`;

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  module: "nodenext",
  target: "es2022",
  lib: ["es2023", "dom", "dom.iterable"],
  types: ["node"],
};

/** The folder of an installed package, also of one that only packages depend on. */
function installed(name: string): string {
  const inner = join(root, "node_modules/.deno");
  const [entry] = [...Deno.readDirSync(inner)].map((found) => found.name)
    .filter((found) => found.startsWith(`${name.replace("/", "+")}@`));
  assert.ok(entry, `${name} is not installed`);
  return join(inner, entry, "node_modules", name);
}

/** The bytes of every file below a folder. */
async function contents(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(join(folder, below))) {
    const path = join(below, name);
    if (isDirectory) Object.assign(found, await contents(folder, path));
    else found[path] = await Deno.readTextFile(join(folder, path));
  }
  return found;
}

Deno.test("the client's package is the same each time, and TypeScript in Node accepts its types and no others", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-types-" });
  try {
    const packages = join(folder, "node_modules");
    await packClient(join(packages, "@sentinel/client"));
    await packClient(join(folder, "again"));
    assert.deepEqual(await contents(join(folder, "again")), await contents(join(packages, "@sentinel/client")));

    await Deno.mkdir(join(packages, "@types"));
    for (const name of ["jose", "openapi-fetch", "openapi-typescript-helpers", "@types/node", "undici-types"]) {
      await Deno.symlink(installed(name), join(packages, name));
    }
    await Deno.writeTextFile(join(folder, "program.mts"), program);
    await Deno.writeTextFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["program.mts"] }),
    );
    const args = [join(installed("typescript"), "bin/tsc"), "--project", folder];
    const { success, stdout } = await new Deno.Command("node", { args }).output();
    assert.ok(success, new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
