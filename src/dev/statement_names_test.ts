import assert from "node:assert/strict";

const src = new URL("../", import.meta.url);

function* stores(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* stores(new URL(`${name}/`, folder));
    else if (name.endsWith("_store.ts")) yield new URL(name, folder);
  }
}

/** The names of all statements, in the order of their files. */
function statementNames(): string[] {
  return [...stores(src)].flatMap((store) =>
    [...Deno.readTextFileSync(store).matchAll(/\.query(?:<[^"]*>)?\(\s*"(\w+)"/g)].map(([, name]) => name!)
  );
}

Deno.test("no two statements have the same name, which metrics and traces would add up", () => {
  const names = statementNames();
  assert.ok(names.length > 50, "they are found");
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
});

Deno.test("every statement that a load script counts or a runbook names exists", () => {
  const names = new Set(statementNames());
  const folders = ["../../loadtest/", "../../observability/runbooks/"].map((path) => new URL(path, import.meta.url));
  const texts = folders.flatMap((folder) =>
    [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) =>
      Deno.readTextFileSync(new URL(name, folder))
    )
  );
  const named = [...texts.join("\n").matchAll(/statement="(\w+)"|`((?:find|insert|take|update|delete)_\w+)`/g)]
    .map(([, counted, read]) => (counted ?? read)!);
  assert.ok(named.length >= 3, "they are found");
  assert.deepEqual(named.filter((name) => !names.has(name)), []);
});
