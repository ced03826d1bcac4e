import assert from "node:assert/strict";

const src = new URL("../", import.meta.url);

function* stores(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* stores(new URL(`${name}/`, folder));
    else if (name.endsWith("_store.ts")) yield new URL(name, folder);
  }
}

Deno.test("no two statements have the same name, under which metrics and traces would add them up", async () => {
  const names: string[] = [];
  for (const store of stores(src)) {
    const calls = (await Deno.readTextFile(store)).matchAll(/\.query(?:<[^"]*>)?\(\s*"(\w+)"/g);
    names.push(...[...calls].map(([, name]) => name!));
  }
  assert.ok(names.length > 50, "they are found");
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
});
