import { bundle } from "../src/dev/binary/bundle.ts";

/** The files that are compiled into the binary, in a folder of their own. `program`: the one that plain Deno runs. */
export async function shipped(): Promise<AsyncDisposable & { program: string }> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-bundle-" });
  await bundle(folder);
  return { program: `${folder}/main.js`, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
