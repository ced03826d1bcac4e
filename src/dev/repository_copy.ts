import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const house = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of all files of the repository that Git does not ignore, with the same packages. Disposal deletes it. */
export async function copyRepository(): Promise<{ copy: string } & AsyncDisposable> {
  await using held = new AsyncDisposableStack();
  const copy = await Deno.makeTempDir({ prefix: "sentinel-copy-" });
  held.defer(() => Deno.remove(copy, { recursive: true }));
  const args = ["ls-files", "-co", "--exclude-standard", "-z"];
  const listed = await new Deno.Command("git", { args, cwd: house }).output();
  for (const path of new TextDecoder().decode(listed.stdout).split("\0").filter(Boolean)) {
    await Deno.mkdir(join(copy, dirname(path)), { recursive: true });
    await Deno.copyFile(join(house, path), join(copy, path));
  }
  await Deno.symlink(await Deno.realPath(join(house, "node_modules")), join(copy, "node_modules"));
  const resources = held.move();
  return { copy, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
