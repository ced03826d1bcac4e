/**
 * `deno task compile [target … | all]`: compiles Sentinel to one file, `dist/sentinel` for this machine or
 * `dist/sentinel-<target>`, and writes the library for Argon2 beside it, `dist/argon2.node` or
 * `dist/argon2-<target>.node`. It compiles a bundle, because `deno compile` would embed all of `node_modules` and parse
 * every file there, and Deno 2.9 overflows its stack on two data files of a package (denoland/deno#36746).
 *
 * It needs a part of Deno that is downloaded. If that is impossible it says so, and proves as much as it can: that the
 * tree to embed is complete, and that this tree runs from an empty folder with the binary's permissions.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { libraryPackages } from "../../platform/hashing/argon2.ts";
import { writeArgon2Library } from "./argon2_library.ts";
import { bundle, deno } from "./bundle.ts";
import { binaryPermissions, unstableFlags } from "./permissions.ts";
import { smokeTest } from "./smoke.ts";

const targets = Object.keys(libraryPackages);

const tree = Deno.realPathSync(".") + "/dist/bundle";

/** Returns the exit code. */
async function run(wanted: string[]): Promise<number> {
  const unknown = wanted.filter((target) => target !== "all" && !targets.includes(target));
  if (unknown.length > 0) {
    console.error(`Unknown target ${unknown.join()}. The targets are: all, ${targets.join(", ")}.`);
    return 2;
  }
  const files = await bundle(tree);
  if (wanted.length === 0) return await compileHere(files);
  for (const target of wanted.includes("all") ? targets : wanted) {
    await writeArgon2Library(target, `dist/argon2-${target}.node`);
    const output = `dist/sentinel-${target}`;
    const { success, output: said } = await compile(files, output, ["--target", target]);
    if (!success) return failed(said);
    console.log(`${output}: compiled`);
  }
  return 0;
}

/** Compiles for this machine and runs the result. */
async function compileHere(files: string[]): Promise<number> {
  await writeArgon2Library(Deno.build.target, "dist/argon2.node");
  const { success, output } = await compile(files, "dist/sentinel");
  if (!success && !lacksRuntime(output)) return failed(output);
  if (success) {
    assertComplete(files, output);
    await smokeTest([Deno.realPathSync("dist/sentinel")]);
    console.log("dist/sentinel: compiled, and it passes the smoke test");
    return 0;
  }
  console.log(
    "NOT COMPILED: the runtime part of `deno compile` cannot be downloaded. What could be proven " +
      "without it:",
  );
  const { output: said } = await compile(files, "dist/not-sentinel", [], { DENORT_BIN: Deno.execPath() });
  await Deno.remove("dist/not-sentinel"); // with plain Deno as its runtime, the result is only plain Deno
  assertComplete(files, said);
  console.log(`  the tree to be embedded is complete: ${files.join(", ")}`);
  const flags = ["--no-config", "--no-npm", "--no-remote", ...unstableFlags, ...binaryPermissions([tree])];
  await smokeTest([Deno.execPath(), "run", ...flags, join(tree, files[0]!)]);
  console.log("  this tree passes the smoke test, from an empty folder and with the binary's permissions");
  return 0;
}

function compile(files: string[], output: string, more: string[] = [], env: Record<string, string> = {}) {
  const [program, ...included] = files.map((name) => join(tree, name));
  const self = ["--no-config", "--no-check", "--no-code-cache", "--no-npm", "--no-remote"];
  const args = [
    "compile",
    ...self,
    ...unstableFlags,
    ...binaryPermissions(),
    ...included.flatMap((file) => ["--include", file]),
    ...more,
    "--output",
    output,
    program!,
  ];
  return deno(args, { env, mayFail: true });
}

/** Asserts that the tree that `deno compile` prints contains exactly these files. */
function assertComplete(files: string[], output: string) {
  const embedded = [...output.matchAll(/[├└]─[─┬] (\S+) \(/g)].map(([, name]) => name);
  assert.deepEqual(embedded.sort(), files.toSorted());
}

function lacksRuntime(output: string): boolean {
  return /denort-\S+\.zip/.test(output) && /error sending request|Download could not/.test(output);
}

function failed(output: string): number {
  if (lacksRuntime(output)) console.error("The runtime part of `deno compile` cannot be downloaded.");
  console.error(output);
  return 1;
}

Deno.exit(await run(Deno.args));
