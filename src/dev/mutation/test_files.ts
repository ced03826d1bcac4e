import { join } from "node:path";

/** The files below these paths that `wanted` accepts. */
export async function filesBelow(paths: string[], wanted: (name: string) => boolean): Promise<string[]> {
  const found = await Promise.all(paths.map(async (path) => {
    if ((await Deno.stat(path)).isFile) return [path];
    const entries = await Array.fromAsync(Deno.readDir(path));
    const further = entries.filter(({ name, isDirectory }) => isDirectory ? name !== "node_modules" : wanted(name));
    return await filesBelow(further.map(({ name }) => join(path, name)), wanted);
  }));
  return found.flat().sort();
}

/** The test files below these paths, without fault tests, which take minutes each. */
export function testFiles(paths: string[]): Promise<string[]> {
  return filesBelow(paths, (name) => /(?<!_fault)_test\.ts$/.test(name));
}
