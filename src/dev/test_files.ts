import { join } from "node:path";

/** The test files below these paths, but for those of faults, which take minutes each. */
export async function testFiles(paths: string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(async (path) => {
    if ((await Deno.stat(path)).isFile) return [path];
    const entries = (await Array.fromAsync(Deno.readDir(path))).filter(({ name }) => name !== "node_modules");
    return await testFiles(
      entries.filter(({ name, isDirectory }) => isDirectory || /(?<!_fault)_test\.ts$/.test(name))
        .map(({ name }) => join(path, name)),
    );
  }));
  return found.flat().sort();
}
