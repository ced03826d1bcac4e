import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { root } from "../../testing/documents/blocks.ts";
import { version } from "../../version.ts";
import { releasesOf } from "./changelog.ts";
import { begin, notes, obstacles } from "./release.ts";
import { versionPlaces, versionsAt } from "./versions.ts";

/** A folder with the files that have a version, and this changelog. */
async function folderWith(changelog: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "sentinel-release-" });
  for (const [file] of versionPlaces) {
    await Deno.mkdir(join(path, dirname(file)), { recursive: true });
    await Deno.copyFile(join(root, file), join(path, file));
  }
  await Deno.writeTextFile(join(path, "CHANGELOG.md"), changelog);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("every place has the version of deno.json, and the changelog begins with it", async () => {
  assert.deepEqual([...new Set((await versionsAt(root)).map((place) => place.version))], [version]);
  const [newest, ...older] = releasesOf(await Deno.readTextFile(join(root, "CHANGELOG.md")));
  assert.equal(newest!.version, version);
  for (const { version, date, notes } of older) {
    assert.ok(date, `${version} is released`);
    assert.match(notes, /^### Updating$/m, `${version} says what its update takes`);
  }
});

Deno.test("a tag is released if it is the version everywhere and has a day in the changelog", async () => {
  await using released = await folderWith(`# Changelog\n\n## ${version} — 2026-12-01\n\n- New.\n`);
  assert.deepEqual(await obstacles(`v${version}`, released.path), []);
  assert.equal((await obstacles("v9.9.9", released.path)).length, versionPlaces.length + 1);
  assert.equal((await obstacles(version, released.path)).length, versionPlaces.length + 1, "a tag begins with v");
  await using early = await folderWith(`## Unreleased — ${version}\n`);
  assert.deepEqual(await obstacles(`v${version}`, early.path), [
    `CHANGELOG.md calls it unreleased: "## ${version} — <the day>"`,
  ]);
  assert.throws(() => releasesOf("## Soon\n"), /"Soon" names no version/);
});

Deno.test("the notes are the version's section, with links that work outside of the repository", async () => {
  const changelog =
    `## ${version} — 2026-12-01\n\n- See [it](docs/a.md#b), [that](https://example.com).\n\n## 0.0.1 — 2026-01-01\n\n- Old.\n`;
  await using folder = await folderWith(changelog);
  const there = `https://github.com/sentinel/sentinel/blob/v${version}/docs/a.md#b`;
  assert.equal(await notes(folder.path), `- See [it](${there}), [that](https://example.com).`);
});

Deno.test("the next version is begun everywhere at once, and only after a release", async () => {
  await using folder = await folderWith(`# Changelog\n\n## ${version} — 2026-12-01\n\n- New.\n`);
  await begin("9.0.0", folder.path);
  assert.deepEqual([...new Set((await versionsAt(folder.path)).map((place) => place.version))], ["9.0.0"]);
  const [next, last] = releasesOf(await Deno.readTextFile(join(folder.path, "CHANGELOG.md")));
  assert.deepEqual([next!.version, next!.date, last!.date], ["9.0.0", undefined, "2026-12-01"]);
  assert.match(next!.notes, /^### Updating$/m);
  await assert.rejects(begin("9.1.0", folder.path), /9\.0\.0 is not released yet/);
  await assert.rejects(begin("next", folder.path), /no version/);
});
