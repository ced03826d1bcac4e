/**
 * Generates `deploy/serve.jsonc` and `deploy/serve.lock`: the parts of `deno.json` and `deno.lock` that the program
 * needs to run. The tasks `start` and `sentinel` use them, because Deno installs every package that a configuration or
 * its lock names.
 */
import manifest from "../../deno.json" with { type: "json" };
import lock from "../../deno.lock" with { type: "text" };
import { programPackages } from "./program_packages.ts";

type Lock = { version: string; specifiers: Record<string, string>; npm: Record<string, unknown> };

const full: Lock = JSON.parse(lock);

/** Renders the configuration: the pinned imports of the program. */
export async function serveConfig(): Promise<string> {
  const config = {
    nodeModulesDir: "auto",
    unstable: manifest.unstable,
    lock: { path: "serve.lock", frozen: true },
    imports: Object.fromEntries(await servingImports()),
  };
  return `// Follows from deno.json and what the program imports: deno task generate.\n${JSON.stringify(config)}`;
}

/** Renders the lock file, with the versions and hashes of `deno.lock`. */
export async function serveLock(): Promise<string> {
  const specifiers = (await servingImports()).map(([, specifier]) => specifier).sort();
  const { packages } = await programPackages();
  const part: Lock & { workspace: unknown } = {
    version: full.version,
    specifiers: Object.fromEntries(specifiers.map((specifier) => [specifier, full.specifiers[specifier]!])),
    npm: Object.fromEntries([...packages.keys()].sort().map((id) => [id, full.npm[id]])),
    workspace: { dependencies: specifiers },
  };
  return JSON.stringify(part, null, 2) + "\n";
}

async function servingImports(): Promise<[string, string][]> {
  const { imported } = await programPackages();
  return Object.entries(manifest.imports).filter(([, specifier]) => {
    const name = specifier.slice("npm:".length, specifier.lastIndexOf("@"));
    return imported.includes(`${name}@${full.specifiers[specifier]}`);
  });
}
