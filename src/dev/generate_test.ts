import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { benchmarkFiles } from "../../loadtest/report.ts";
import { observabilityFiles } from "../../observability/files.ts";
import { settingNames } from "../compose/settings.ts";
import { generate } from "./generate.ts";

/** An empty repository, for the time of `use`. */
async function withRepository(use: (root: URL) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await use(pathToFileURL(`${folder}/`));
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
];

const client = "<!-- client:begin -->\nold\n<!-- client:end -->";
const readme = `# House\n\n<!-- settings:begin -->\nold\n<!-- settings:end -->\n\n${client}\n\nThe end.\n`;

Deno.test("generate --check names stale files and writes nothing", async () => {
  await withRepository(async (root) => {
    await Deno.writeTextFile(new URL("README.md", root), readme);
    const stale = await generate(root, { check: true });
    assert.deepEqual(stale, [...wholeFiles, "README.md"]);
    assert.equal(await Deno.readTextFile(new URL("README.md", root)), readme);
    for (const path of wholeFiles) {
      await assert.rejects(Deno.stat(new URL(path, root)), Deno.errors.NotFound);
    }
  });
});

Deno.test("generate leaves nothing stale, and an edit is stale again", async () => {
  await withRepository(async (root) => {
    await Deno.writeTextFile(new URL("README.md", root), readme);
    await generate(root, { check: false });
    assert.deepEqual(await generate(root, { check: true }), []);
    await Deno.writeTextFile(new URL(".env.example", root), "# mine\n", { append: true });
    assert.deepEqual(await generate(root, { check: true }), [".env.example"]);
  });
});

Deno.test("generate skips a README that does not exist, and fails for one without markers", async () => {
  await withRepository(async (root) => {
    assert.deepEqual(await generate(root, { check: true }), wholeFiles);
    await Deno.writeTextFile(new URL("README.md", root), "# House\n");
    await assert.rejects(generate(root, { check: true }), /markers .* are missing/);
  });
});

Deno.test("generate writes every setting once, in the README as deno fmt leaves it, between the markers only", async () => {
  await withRepository(async (root) => {
    const file = new URL("README.md", root);
    await Deno.writeTextFile(file, readme);
    await generate(root, { check: false });
    const text = await Deno.readTextFile(file);
    assert.ok(
      text.startsWith("# House\n\n<!-- settings:begin -->\n") && text.endsWith("<!-- client:end -->\n\nThe end.\n"),
    );
    const example = await Deno.readTextFile(new URL(".env.example", root));
    for (const name of settingNames) {
      assert.equal(text.split(`\n| \`${name}\` `).length, 2, name);
      assert.equal(example.split(`\n# ${name}=`).length, 2, name);
    }
    const fmt = await new Deno.Command(Deno.execPath(), { args: ["fmt", "--check", "--line-width=120", file.pathname] })
      .output();
    assert.ok(fmt.success, new TextDecoder().decode(fmt.stderr));
  });
});

Deno.test("generate gives away nothing of the machine it runs on", async () => {
  await withRepository(async (root) => {
    await generate(root, { check: false });
    const example = await Deno.readTextFile(new URL(".env.example", root));
    assert.match(example, /Unset: cores\.\n# SENTINEL_HASH_CONCURRENCY=\n/);
  });
});

Deno.test("generate writes openapi.json as deno fmt leaves it, and takes it for stale when the interface differs", async () => {
  await withRepository(async (root) => {
    await generate(root, { check: false });
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
