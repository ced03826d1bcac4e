import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { benchmarkFiles } from "../../loadtest/report.ts";
import { observabilityFiles } from "../../observability/files.ts";
import { settingNames } from "../compose/config.ts";
import { statementCounts } from "../testing/statements/statement_counts.ts";
import { generate } from "./generate.ts";

/** An empty repository while `use` runs. */
async function withRepository<T>(use: (root: URL) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await use(pathToFileURL(`${folder}/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const wholeFiles = [
  ".env.example",
  "openapi.json",
  "src/client/schema.ts",
  "observability/METRICS.md",
  ...[...observabilityFiles, ...benchmarkFiles].map(({ path }) => path),
  "deploy/serve.jsonc",
  "deploy/serve.lock",
  "docs/commands.md",
  "docs/decisions/README.md",
  "docs/districts.md",
  "docs/settings.md",
  "docs/statements.md",
];

const owners = "# House\n\n<!-- owners:begin -->\nold\n<!-- owners:end -->\n\nThe end.\n";

let generated: Promise<Map<string, string>> | undefined;

/** As {@link withRepository}, with all that is generated, which takes seconds: all tests share the texts. */
async function withGenerated(use: (root: URL) => Promise<void>) {
  const texts = await (generated ??= withRepository(async (root) => {
    await Deno.writeTextFile(new URL("ARCHITECTURE.md", root), owners);
    await generate(root, { check: false });
    const paths = [...wholeFiles, "ARCHITECTURE.md"];
    return new Map(
      await Promise.all(
        paths.map(async (path) => [path, await Deno.readTextFile(new URL(path, root))] as [string, string]),
      ),
    );
  }));
  await withRepository(async (root) => {
    for (const [path, text] of texts) {
      await Deno.mkdir(new URL(".", new URL(path, root)), { recursive: true });
      await Deno.writeTextFile(new URL(path, root), text);
    }
    await use(root);
  });
}

Deno.test("generate --check lists stale files, skips pages that do not exist, and writes nothing", async () => {
  await withRepository(async (root) => {
    await Deno.writeTextFile(new URL("ARCHITECTURE.md", root), owners);
    const stale = await generate(root, { check: true });
    assert.deepEqual(stale, [...wholeFiles, "ARCHITECTURE.md"]);
    assert.equal(await Deno.readTextFile(new URL("ARCHITECTURE.md", root)), owners);
    for (const path of wholeFiles) {
      await assert.rejects(Deno.stat(new URL(path, root)), Deno.errors.NotFound);
    }
  });
});

Deno.test("generate leaves no stale file, and an edit makes a file stale again", async () => {
  await withGenerated(async (root) => {
    await Deno.writeTextFile(new URL(".env.example", root), "# mine\n", { append: true });
    assert.deepEqual(await generate(root, { check: true }), [".env.example"]);
  });
});

Deno.test("generate fails for a page without markers", async () => {
  await withRepository(async (root) => {
    await Deno.writeTextFile(new URL("ARCHITECTURE.md", root), "# House\n");
    await assert.rejects(generate(root, { check: true }), /markers .* are missing/);
  });
});

Deno.test("generate writes every setting once, and each page formatted like deno fmt, between its markers only", async () => {
  await withGenerated(async (root) => {
    const page = await Deno.readTextFile(new URL("ARCHITECTURE.md", root));
    assert.ok(
      page.startsWith("# House\n\n<!-- owners:begin -->\n") && page.endsWith("<!-- owners:end -->\n\nThe end.\n"),
    );
    assert.match(page, /\| `sessions\/login` +\| `throttle_buckets` +\|/);
    const [table, example] = await Promise.all(
      ["docs/settings.md", ".env.example"].map((path) => Deno.readTextFile(new URL(path, root))),
    );
    for (const name of settingNames) {
      assert.equal(table!.split(`\n| \`${name}\` `).length, 2, name);
      assert.equal(example!.split(`\n# ${name}=`).length, 2, name);
    }
    const pages = ["ARCHITECTURE.md", "docs/"].map((path) => new URL(path, root).pathname);
    const fmt = await new Deno.Command(Deno.execPath(), { args: ["fmt", "--check", "--line-width=120", ...pages] })
      .output();
    assert.ok(fmt.success, new TextDecoder().decode(fmt.stderr));
  });
});

Deno.test("the page of districts shows no import that points upwards, and the page of statements every row", async () => {
  await withGenerated(async (root) => {
    const matrix = (await Deno.readTextFile(new URL("docs/districts.md", root))).split("\n")
      .filter((line) => line.startsWith("| `")).map((line) => line.split("|").slice(2, -1).map((cell) => cell.trim()));
    assert.ok(matrix.length > 5 && matrix.flat().includes("●"));
    matrix.forEach((cells, height) =>
      assert.deepEqual(cells.slice(height), ["–", ...cells.slice(height + 1).map(() => "")])
    );
    const statements = await Deno.readTextFile(new URL("docs/statements.md", root));
    const listed = statements.split("\n").filter((line) => /^\|.*\| \d+ /.test(line)).map((line) =>
      line.split("|")[1]!.trim()
    );
    assert.deepEqual(listed, Object.keys(statementCounts));
  });
});

Deno.test("generate writes nothing about the machine it runs on", async () => {
  await withGenerated(async (root) => {
    const example = await Deno.readTextFile(new URL(".env.example", root));
    assert.match(example, /Unset: cores\.\n# SENTINEL_HASH_CONCURRENCY=\n/);
  });
});

Deno.test("generate writes openapi.json formatted like deno fmt, and reports it as stale when the API differs", async () => {
  await withGenerated(async (root) => {
    const file = new URL("openapi.json", root);
    const text = await Deno.readTextFile(file);
    const document = JSON.parse(text);
    assert.deepEqual(document.servers, [{ url: "http://localhost:8000" }]);
    const fmt = await new Deno.Command(Deno.execPath(), { args: ["fmt", "--check", "--line-width=120", file.pathname] })
      .output();
    assert.ok(fmt.success, new TextDecoder().decode(fmt.stderr));
    delete document.paths["/login"];
    await Deno.writeTextFile(file, JSON.stringify(document, null, 2) + "\n");
    assert.deepEqual(await generate(root, { check: true }), ["openapi.json"]);
  });
});
