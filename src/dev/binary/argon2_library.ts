import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { libraryPackages } from "../../platform/hashing/argon2.ts";

const deploy = fileURLToPath(new URL("../../../deploy/", import.meta.url));
const systems: Record<string, string> = { linux: "linux", apple: "darwin", pc: "win32" };
const architectures: Record<string, string> = { x86_64: "x64", aarch64: "arm64" };

/** Writes the library for Argon2 of a target of `deno compile`, as `serve.lock` names it, to a file. */
export async function writeArgon2Library(target: string, file: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-library-" });
  try {
    await Deno.copyFile(join(deploy, "serve.jsonc"), join(folder, "deno.jsonc"));
    await Deno.copyFile(join(deploy, "serve.lock"), join(folder, "serve.lock"));
    await install(target, folder);
    await Deno.copyFile(await libraryIn(folder, libraryPackages[target]!), file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function install(target: string, cwd: string): Promise<void> {
  const [architecture, ...rest] = target.split("-");
  const os = Object.entries(systems).find(([name]) => rest.includes(name))![1];
  const args = ["install", "--quiet", "--frozen", "--os", os, "--arch", architectures[architecture!]!];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The one `.node` file of the package. */
async function libraryIn(folder: string, name: string): Promise<string> {
  const packages = join(folder, "node_modules/.deno");
  for await (const entry of Deno.readDir(packages)) {
    if (!entry.name.startsWith(`${name.replace("/", "+")}@`)) continue;
    const path = join(packages, entry.name, "node_modules", name);
    const files = await Array.fromAsync(Deno.readDir(path));
    return join(path, files.find((file) => file.name.endsWith(".node"))!.name);
  }
  throw new Error(`${name} was not installed`);
}
