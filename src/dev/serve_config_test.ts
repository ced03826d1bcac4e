import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import fullLock from "../../deno.lock" with { type: "text" };
import serveLock from "../../deploy/serve.lock" with { type: "text" };
import { deno, modules } from "./binary/bundle.ts";

type Lock = { specifiers: Record<string, string>; npm: Record<string, { integrity: string }> };
type Info = { modules: { error?: string }[]; npmPackages: Record<string, { dependencies: string[] }> };

const [full, serve]: Lock[] = [fullLock, serveLock].map((text) => JSON.parse(text));
const builders = [
  "typescript",
  "openapi-typescript",
  "playwright-core",
  "@grafana/grafana-foundation-sdk",
  "@types/pg",
];

Deno.test("X47 `start` needs every package of its lock, and no others", async () => {
  const args = ["info", "--quiet", "--json", "--config=deploy/serve.jsonc"];
  const graphs: Info[] = await Promise.all(
    Object.values(modules).map(async (module) => JSON.parse((await deno([...args, module])).stdout)),
  );
  assert.deepEqual(graphs.flatMap(({ modules }) => modules.flatMap(({ error }) => error ?? [])), []);
  const needed = new Set(Object.values(serve!.specifiers).map((version, i) => `${nameOf(i)}@${version}`));
  for (const id of needed) graphs[0]!.npmPackages[id]!.dependencies.forEach((dependency) => needed.add(dependency));
  assert.deepEqual(Object.keys(serve!.npm), [...needed].sort());
  for (const name of builders) {
    assert.ok(Object.keys(full!.npm).some((id) => id.startsWith(`${name}@`)), `${name} is no package of deno.lock`);
    assert.ok(!Object.keys(serve!.npm).some((id) => id.startsWith(`${name}@`)), `${name} would be installed`);
  }
});

Deno.test("X47 the lock of `start` has the versions and hashes of deno.lock", () => {
  for (const [specifier, version] of Object.entries(serve!.specifiers)) {
    assert.equal(full!.specifiers[specifier], version);
  }
  for (const [id, part] of Object.entries(serve!.npm)) assert.deepEqual(full!.npm[id], part);
});

Deno.test("X47 Deno installs nothing before a task, and `sentinel` runs on the packages of its own lock", () => {
  assert.equal(manifest.nodeModulesDir, "manual");
  assert.match(manifest.tasks.sentinel.command, / --config=deploy\/serve\.jsonc /);
  assert.match(manifest.tasks.start.command, /^deno task --quiet sentinel serve$/);
  for (const task of [manifest.tasks.sentinel, manifest.tasks.start]) assert.ok(!("dependencies" in task));
});

/** The package of the lock's specifier number `i`. */
function nameOf(i: number): string {
  const specifier = Object.keys(serve!.specifiers)[i]!;
  return specifier.slice("npm:".length, specifier.lastIndexOf("@"));
}
