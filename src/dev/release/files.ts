import { createHash } from "node:crypto";
import { join } from "node:path";
import { version } from "../../version.ts";
import { deno } from "../binary/bundle.ts";
import { sbom } from "../binary/sbom.ts";
import { packClient } from "./client_package.ts";

/**
 * Writes what a release consists of into `folder`: the binaries unless they are left out, the list of their packages,
 * the chart, the client, and the digests of all. Needs helm and npm.
 */
export async function writeFiles(folder: string, notes: string, { binaries = true } = {}): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  if (binaries) await writeBinaries(folder);
  await Deno.writeTextFile(join(folder, `sentinel-${version}.cdx.json`), `${JSON.stringify(await sbom(), null, 2)}\n`);
  await run("helm", "package", "deploy/helm/sentinel", "--destination", folder);
  await packClient("dist/npm");
  await run("npm", "pack", "--silent", "./dist/npm", "--pack-destination", folder);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const lines = await Promise.all(names.map(async (name) => `${await digestOf(join(folder, name))}  ${name}\n`));
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), lines.join(""));
  await Deno.writeTextFile(join(folder, "NOTES.md"), `${notes}\n`);
}

/** Compiles every target; each has its library for Argon2 beside it. */
async function writeBinaries(folder: string): Promise<void> {
  await deno(["run", "-A", "src/dev/binary/compile.ts", "all"]);
  for (const { name } of Deno.readDirSync("dist")) {
    if (/^(?:sentinel|argon2)-.+-.+/.test(name)) await Deno.rename(join("dist", name), join(folder, name));
  }
}

async function digestOf(path: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
}

/** @throws with what the program says, when it fails. */
async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${said}`);
}
