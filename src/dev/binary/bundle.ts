import { join } from "node:path";
import { fileURLToPath } from "node:url";

const house = fileURLToPath(new URL("../../../", import.meta.url));

/** The program and its three workers, which it finds by these names in its own folder. */
export const modules = {
  "main.js": "src/main.ts",
  "serve_worker.ts": "src/cli/serve/serve_worker.ts",
  "hash_worker.ts": "src/platform/hashing/hash_worker.ts",
  "embedded_worker.ts": "src/platform/embedded/embedded_worker.ts",
};

/** The files that PGlite reads from the folder of its own code. */
const engine = ["initdb.wasm", "pglite.data", "pglite.wasm"];

/** All files of a bundle. The first one is the program. */
export const bundleFiles: readonly string[] = [...Object.keys(modules), ...engine];

/**
 * Writes Sentinel into `folder` as files that need no others: migrations, documents and word lists are text inside the
 * program.
 */
export async function bundle(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, source] of Object.entries(modules)) {
    await deno(["bundle", "--quiet", "--platform", "deno", "--output", join(folder, name), source]);
  }
  for (const name of engine) {
    const text = await Deno.readFile(join(house, "node_modules/@electric-sql/pglite/dist", name));
    await Deno.writeFile(join(folder, name), text);
  }
}

/**
 * Runs Deno in the repository or one of its folders, without colours. `stdout` contains only the result; Deno reports
 * downloads on standard error. `output` contains both. Throws `output` if the command fails, unless failure is allowed.
 */
export async function deno(
  args: string[],
  { env = {}, mayFail = false, folder = "" }: { env?: Record<string, string>; mayFail?: boolean; folder?: string } = {},
): Promise<{ success: boolean; stdout: string; output: string }> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: join(house, folder), env: { NO_COLOR: "1", ...env } });
  const result = await command.output();
  const [stdout, stderr] = [result.stdout, result.stderr].map((bytes) => new TextDecoder().decode(bytes));
  const output = stdout! + stderr!;
  if (!result.success && !mayFail) throw new Error(`deno ${args[0]} failed:\n${output}`);
  return { success: result.success, stdout: stdout!, output };
}
