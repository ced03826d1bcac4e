import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import lock from "../../../deno.lock" with { type: "text" };
import serveLock from "../../../deploy/serve.lock" with { type: "text" };
import clientLock from "../../client/deno.lock" with { type: "text" };
import { deno } from "./bundle.ts";
import { type Part, sbom } from "./sbom.ts";

/** Lower versions have known vulnerabilities. */
const floors: Record<string, string> = { hono: "4.13.5" };

Deno.test("T313 every dependency has one exact version, that of the lock, and no lower one than the minimum", () => {
  const specifiers: Record<string, string> = JSON.parse(lock).specifiers;
  const imports = [manifest.imports, ...Object.values(manifest.scopes)].flatMap((map) => Object.values(map));
  for (const specifier of imports) {
    const [, name, version] = /^npm:\/?((?:@[^/]+\/)?[^/@]+)@(\d+\.\d+\.\d+)(?:\/.*)?$/.exec(specifier) ?? [];
    assert.ok(name && version, specifier);
    assert.equal(specifiers[`npm:${name}@${version}`]?.split("_")[0], version, specifier);
  }
  for (const [name, floor] of Object.entries(floors)) {
    const locked = Object.keys(JSON.parse(lock).npm).filter((id) => id.startsWith(`${name}@`));
    assert.ok(locked.length > 0, name);
    for (const id of locked) assert.ok(isAtLeast(id.slice(name.length + 1), floor), `${id} is below ${floor}`);
  }
});

Deno.test("T313 npm is the only registry: no lock names another one, or an address", () => {
  const sections = ["npm", "specifiers", "version", "workspace"];
  for (const text of [lock, serveLock, clientLock]) {
    assert.doesNotMatch(text, /https?:|jsr:|"tarball"/);
    for (const section of Object.keys(JSON.parse(text))) assert.ok(sections.includes(section), section);
    for (const specifier of Object.keys(JSON.parse(text).specifiers)) assert.match(specifier, /^npm:/);
  }
});

Deno.test("T313 the list of parts has everything in the binary, with its hash, and no build tool", async () => {
  const { components, dependencies } = await sbom();
  const names = components.map(({ name }) => name);
  for (const name of ["deno", "hono", "pg", "pg-protocol", "hash-wasm", "@electric-sql/pglite", "zod"]) {
    assert.ok(names.includes(name), name);
  }
  for (const name of ["typescript", "openapi-typescript", "@grafana/grafana-foundation-sdk"]) {
    assert.ok(!names.includes(name), name);
  }
  const isLibrary = ({ type }: Part) => type === "library";
  for (const { hashes, purl } of components.filter(isLibrary)) {
    assert.match(hashes![0]!.content, /^[0-9a-f]{128}$/, purl);
  }
  const refs = new Set(components.map((part) => part["bom-ref"]));
  assert.equal(refs.size, components.length);
  for (const ref of dependencies.flatMap(({ dependsOn }) => dependsOn)) assert.ok(refs.has(ref), ref);
});

Deno.test("T313 X40 what Deno prints while it downloads is not part of the parsed result", async () => {
  const program = `console.error("Download https://registry.npmjs.org/hono"); console.log("{}");`;
  const { stdout, output } = await deno(["eval", program]);
  assert.equal(stdout, "{}\n");
  assert.match(output, /Download/);
});

function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, "en", { numeric: true }) >= 0;
}
