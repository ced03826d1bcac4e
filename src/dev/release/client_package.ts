/**
 * `deno task client:pack [folder]`: writes the npm package of the client to `dist/npm`, as `npm publish` takes it. The
 * same tree gives the same bytes.
 */
import { join, resolve } from "node:path";
import manifest from "../../client/deno.json" with { type: "json" };
import { deno } from "../binary/bundle.ts";

const repository = "https://github.com/sentinel/sentinel";

/** What `deno pack` does not know of the package. */
const about = {
  description: "A typed client of Sentinel, and protection for APIs that accept its tokens",
  homepage: `${repository}/tree/main/src/client#readme`,
  repository: { type: "git", url: `git+${repository}.git`, directory: "src/client" },
  engines: { node: ">=20" },
  sideEffects: false,
};

/** Writes the package into `folder`, which is emptied first. */
export async function packClient(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  const tarball = join(folder, "package.tgz");
  const options = ["--quiet", "--allow-dirty", "--no-source-maps", "--output", resolve(tarball)];
  await deno(["pack", ...options], { folder: "src/client" });
  const tar = new Deno.Command("tar", { args: ["-xzf", tarball, "-C", folder, "--strip-components=1"] });
  if (!(await tar.output()).success) throw new Error(`tar could not unpack ${tarball}`);
  await Deno.remove(tarball);
  const path = join(folder, "package.json");
  const { name, version, ...packed } = JSON.parse(await Deno.readTextFile(path));
  if (version !== manifest.version) throw new Error(`deno pack wrote version ${version}`);
  await Deno.writeTextFile(path, `${JSON.stringify({ name, version, ...about, ...packed }, null, 2)}\n`);
}

if (import.meta.main) {
  const [folder = "dist/npm"] = Deno.args;
  await packClient(folder);
  console.log(`${folder}: @sentinel/client ${manifest.version}`);
}
