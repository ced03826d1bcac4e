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

/**
 * Writes Sentinel into `folder` as files that need no others, and returns their names, that of the program first.
 * Migrations and documents are text inside. What modules share is in chunks, and so is what they import only when they
 * need it: it takes no memory until then.
 */
export async function bundle(folder: string): Promise<string[]> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const options = ["--quiet", "--platform", "deno", "--code-splitting", "--outdir", folder];
  await deno(["bundle", ...options, ...Object.values(modules)]);
  for (const [name, source] of Object.entries(modules)) {
    await Deno.rename(join(folder, source.replace(/^src\/(.+)\.ts$/, "$1.js")), join(folder, name));
  }
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) names.push(name);
    else await Deno.remove(join(folder, name), { recursive: true });
  }
  for (const name of names) {
    const text = await Deno.readTextFile(join(folder, name));
    await Deno.writeTextFile(join(folder, name), ascii(besideEachOther(text)));
  }
  for (const name of engine) {
    const content = await Deno.readFile(join(house, "node_modules/@electric-sql/pglite/dist", name));
    await Deno.writeFile(join(folder, name), content);
  }
  const program = Object.keys(modules)[0]!;
  return [program, ...names.filter((name) => name !== program).sort(), ...engine];
}

/** The code of a module that was in a folder below its chunks, and is now beside them. */
function besideEachOther(code: string): string {
  return code.replaceAll(/((?:from|import) ?\(?")(?:\.\.\/)+([\w-]+\.js")/g, "$1./$2");
}

/** The same JavaScript in ASCII, which V8 keeps in one byte per character: any other character makes it two for all. */
export function ascii(code: string): string {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error("a backslash before the character would change its escape");
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
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
