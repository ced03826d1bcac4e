import assert from "node:assert/strict";
import { join } from "node:path";
import { isToRun, ownFiles, root, sectionsOf } from "../testing/documents/blocks.ts";

const procedures = ["sh", "sql"];
const otherShells = ["bash", "shell", "console", "zsh"];

/** The sections that tests take by `blocksOf` or `blockOf`, as `sh README.md#A tour`. */
async function takenSections(): Promise<Set<string>> {
  const tests = await ownFiles((name) => name.endsWith("_test.ts"));
  const calls = tests.flatMap((path) => [
    ...Deno.readTextFileSync(join(root, path)).matchAll(
      /\bblocks?Of\(\s*"(\w+)",\s*"([^"]+)",\s*((?:"[^"]+",?\s*)+)\)/g,
    ),
  ]);
  return new Set(
    calls.flatMap(([, language, page, headings]) =>
      [...headings!.matchAll(/"([^"]+)"/g)].map(([, heading]) => `${language} ${page}#${heading}`)
    ),
  );
}

Deno.test("a test runs each procedure of the documents, or the procedure says that none does", async () => {
  const taken = await takenSections();
  const pages = await ownFiles((name) => name.endsWith(".md"));
  const sections = pages.flatMap((page) =>
    [...sectionsOf(page)].map(([heading, blocks]) => ({ at: `${page}#${heading}`, blocks }))
  );
  const toRun = new Set(
    sections.flatMap(({ at, blocks }) =>
      blocks.filter((block) => procedures.includes(block.language) && isToRun(block)).map((block) =>
        `${block.language} ${at}`
      )
    ),
  );
  assert.ok(toRun.size > 10, `${toRun.size} sections`);
  assert.deepEqual([...toRun.difference(taken)], [], "no test runs these");
  const misnamed = sections.filter(({ blocks }) => blocks.some(({ language }) => otherShells.includes(language)));
  assert.deepEqual(misnamed.map(({ at }) => at), [], "a procedure is marked sh");
});
